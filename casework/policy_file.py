"""Reading a policy file: an authority's numbers for one academic year, or every fault with its line (docs/policies.md).

The file is TOML, so that it can say beside each number where it comes from.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from casework.csv_file import Fault
from casework.import_report import ImportRefusedError
from casework.policy_checks import contradictions
from casework.policy_document import PolicyDocument
from casework.toml_lines import FIRST_LINE, FilePath, Lines
from contracts.people import Role
from contracts.policy import Cap, CutOff, Policy

SHIPPED = Path(__file__).resolve().parent.parent / "policies"
DEFAULT = SHIPPED / "enfield-2026-27.toml"
"""The guidance's own authority."""
_LONGEST_FILE = 100_000
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_ABSENT, _UNKNOWN = "missing", "extra_forbidden"
_NOT_AS_IT_SHOULD_BE = "is not as it should be; docs/policies.md says how it is written"
_KINDS = {
    "int_type": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_type": "must be a text in quotation marks",
    "string_pattern_mismatch": "is empty; fill it in",
    "too_short": "is empty; fill it in",
    "string_too_long": "is longer than {max_length} characters; shorten it",
    "date_type": "must be a date without quotation marks, like 2026-11-27",
    "list_type": "must be a list in square brackets",
    "value_error": "is not right: {error}",
}
"""pydantic's kinds of errors, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file without faults: the numbers as the process takes them, and the document with their sources."""

    policy: Policy
    document: PolicyDocument
    text: str


def read_policy(content: bytes) -> PolicyFile:
    """What a file says. Raises ImportRefusedError with every fault, each with the line of what is wrong."""
    text = _decoded(content)
    given, lines = _parsed(text), Lines(text)
    try:
        document = PolicyDocument.model_validate(given)
    except ValidationError as error:
        raise _refused(lines, (_told(one) for one in error.errors())) from None
    wrong = list(contradictions(document))
    if wrong:
        raise _refused(lines, iter(wrong))
    return PolicyFile(_policy(document), document, text)


@cache
def shipped_default() -> PolicyFile:
    """The guidance's numbers, for an authority that has imported none. Read once in a process."""
    return read_policy(DEFAULT.read_bytes())


def _decoded(content: bytes) -> str:
    if len(content) > _LONGEST_FILE:
        raise ImportRefusedError((Fault(FIRST_LINE, f"the file is longer than {_LONGEST_FILE} bytes; shorten it."),))
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ImportRefusedError((Fault(line, "the file is not UTF-8 text; save it as UTF-8."),)) from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
    except (ValueError, RecursionError):
        reason = "a number is far too long, or too many brackets stand within each other"
    place = _AT_LINE.search(reason)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1 if place else FIRST_LINE
    words = _AT_LINE.sub("", reason)
    raise ImportRefusedError((Fault(line, f"this is not TOML: {words}. The file was not read further."),))


def _refused(lines: Lines, wrong: Iterator[tuple[FilePath, str]]) -> ImportRefusedError:
    faults = [Fault(lines.line_of(path), reason) for path, reason in wrong]
    return ImportRefusedError(tuple(sorted(faults, key=lambda fault: fault.line)))


def _told(error: ErrorDetails) -> tuple[FilePath, str]:
    """Where something has the wrong shape, and a sentence about it."""
    path = error["loc"]
    name = ".".join(part for part in path if isinstance(part, str))
    if error["type"] == _ABSENT:
        return path, _missing(path, name)
    if error["type"] == _UNKNOWN:
        return path, f"{name} is not known here; take it out{_hint(path)}."
    return path, f"{name} {_why(error, path)}."


def _missing(path: FilePath, name: str) -> str:
    if path[-1] == "source":
        return f"{name} is missing; say where this comes from."
    is_table = len(path) == 1 and name not in ("name", "academic_year")
    return f"the table [{name}] is missing; add it." if is_table else f"{name} is missing; add it."


def _why(error: ErrorDetails, path: FilePath) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "enum" | "literal_error":
            return f"must be {_listed(str(context['expected']))}"
        case "list_type" if len(path) == 1:
            return f"must be a list; write [[{path[0]}]] above each"
        case "model_type":
            return f"must be a table: [{path[0]}] with its keys below it"
        case kind:
            return _KINDS.get(kind, _NOT_AS_IT_SHOULD_BE).format(**context)


def _listed(expected: str) -> str:
    """pydantic's `'day', 'school_day' or 'week'` as the file writes them."""
    values = re.findall(r"'([a-z_]+)'", expected)
    return " or ".join(f'"{value}"' for value in values)


def _hint(path: FilePath) -> str:
    """What was probably meant."""
    table = PolicyDocument.model_fields.get(str(path[0])) if len(path) > 1 else None
    known = _keys_of(table.annotation) if table else list(PolicyDocument.model_fields)
    meant = get_close_matches(str(path[-1]), known, n=1)
    return f", or write {meant[0]}" if meant else ""


def _keys_of(annotation: Any) -> list[str]:
    entry = getattr(annotation, "__args__", (annotation,))[0]
    return list(entry.model_fields) if issubclass(entry, BaseModel) else []


def _policy(document: PolicyDocument) -> Policy:
    return Policy(
        name=document.name,
        academic_year=document.academic_year,
        reminder_weeks=tuple(document.reminders.amounts),
        opens_weeks_before=document.opens.amount,
        before_meeting_days=tuple(document.before_meeting.amounts),
        completion=document.completion.span,
        nudge_days_before_due=document.nudge.amount,
        overdue_days_after_due=document.overdue.amount,
        escalation_days_after_due=tuple(document.escalation.amounts),
        sign_off=document.sign_off.span,
        amendment=document.amendment.span,
        lead_up=document.lead_up.span,
        cut_offs=tuple(CutOff(one.term, one.on, tuple(one.year_groups)) for one in document.cut_off),
        cut_off_for=document.cut_off_for.value,
        target=document.target.span,
        term_cap_pence=document.term_cap.pence,
        year_cap_pence=document.year_cap.pence,
        caps=tuple(Cap(one.pence, tuple(one.year_groups), tuple(one.terms)) for one in document.cap),
        late_grant=document.late_grant.value,
        grant_on_move=document.grant_on_move.value,
        check_in=document.check_in.span if document.check_in.amount else None,
        also_sign=tuple(Role(role) for role in document.also_sign.roles),
        reviews_without_meeting=document.reviews_without_meeting.count,
        initial_started=document.initial_started.span,
        initial_available=document.initial_available.span,
        funding_decision=document.funding_decision.span,
    )
