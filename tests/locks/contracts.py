"""The fields of everything in contracts/: what stored histories and messages were written with."""

import dataclasses
import importlib
import inspect
import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

LOCK = Path(__file__).with_name("contracts.json")
CONTRACTS = Path(__file__).parents[2] / "contracts"
_NO_DEFAULT = "-"
RETIRED = {
    "policy.Policy": frozenset(
        {
            "completion_days", "nudge_day", "overdue_day", "escalation_days", "sign_off_school_days",
            "amendment_school_days", "lead_up_school_days", "target_days",
        }
    )
}  # fmt: skip
"""Fields that went. Before policy files (docs/adr/0006) nothing could give them another value than their default, which
is that of the fields in their place: whoever reads an old plan leaves them out and misses nothing. A name here never
comes back with another meaning."""
Ledger = dict[str, dict[str, Any]]


def ledger() -> Ledger:
    """Every dataclass with its fields, every enumeration with its values, every activity with its signature."""
    found: Ledger = {}
    for file in sorted(CONTRACTS.glob("[a-z]*.py")):
        module = importlib.import_module(f"contracts.{file.stem}")
        found |= {f"{file.stem}.{kind.__name__}": _entry(kind) for kind in _defined_in(module)}
    return {name: entry for name, entry in found.items() if entry}


def locked() -> Ledger:
    """The ledger that was recorded."""
    recorded: Ledger = json.loads(LOCK.read_text())
    return recorded


def lock() -> None:
    """Record the present one."""
    LOCK.write_text(json.dumps(ledger(), indent=2) + "\n")


def broken(before: Ledger, now: Ledger) -> Iterator[str]:
    """What stored messages and histories of `before` would not survive, a sentence each."""
    for name, entry in before.items():
        if name not in now:
            yield f"{name} is gone"
            continue
        retired = RETIRED.get(name, frozenset())
        for field, written in entry.items():
            if field not in retired and now[name].get(field) != written:
                yield f"{name}: {field} was {written} and is {now[name].get(field, 'gone')}"
        yield from _added_without_default(name, entry, now[name])
        yield from (f"{name}: {field} went and is back" for field in sorted(retired & now[name].keys()))


def _added_without_default(name: str, before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for field in now.keys() - before.keys():
        if isinstance(now[field], list) and now[field][1] == _NO_DEFAULT:
            yield f"{name}: {field} is new and has no default"


def _defined_in(module: ModuleType) -> list[type]:
    kinds = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__]
    return sorted(kinds, key=lambda kind: kind.__name__)


def _entry(kind: type) -> dict[str, Any]:
    if dataclasses.is_dataclass(kind):
        return {field.name: [_type(field.type), _default(field)] for field in dataclasses.fields(kind)}
    if issubclass(kind, Enum):
        return {member.name: str(member.value) for member in kind}
    activities = inspect.getmembers(kind, lambda member: hasattr(member, "__temporal_activity_definition"))
    return {name: str(inspect.signature(method)) for name, method in activities}


def _type(annotation: Any) -> str:
    is_plain = inspect.isclass(annotation) and not hasattr(annotation, "__args__")
    return annotation.__name__ if is_plain else str(annotation)


def _default(field: "dataclasses.Field[Any]") -> str:
    return _NO_DEFAULT if field.default is dataclasses.MISSING else repr(field.default)
