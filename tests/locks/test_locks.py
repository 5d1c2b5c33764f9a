"""What runs for months is not changed by accident: workflows, their commands, and the messages between processes."""

import pytest

from tests.locks import commands, contracts, sources
from tests.replay.replaying import differences, recorded, replay

TEACHES = """
Runs that are open now follow the old code. Before the first release, and only then, record again:
    .venv/bin/python -m tests.replay.record
After it, keep both ways: `if workflow.patched("what-changed"): ... else: ...`, and see tests/locks/README.md for when
the old way may go. A change that gives no other command (a name, a log line) needs its fingerprint recorded only:
    .venv/bin/python -m tests.replay.record --locks
"""


def test_the_workflows_are_those_that_were_recorded() -> None:
    before, now = sources.locked(), sources.fingerprints()
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    assert not changed, f"changed: {', '.join(changed)}.{TEACHES}"


@pytest.mark.parametrize("name", sorted(recorded()))
async def test_a_recorded_history_gives_the_same_commands_with_the_same_attributes(name: str) -> None:
    """Durations of timers, arguments of activities, timeouts and retries, the state that is carried on."""
    found = list(differences(commands.locked()[name], await replay(recorded()[name])))
    assert not found, "\n".join([*found[:5], TEACHES])


def test_contracts_are_only_added_to() -> None:
    """Stored messages and histories are read by every later version: nothing goes, what is new has a default."""
    assert list(contracts.broken(contracts.locked(), contracts.ledger())) == []


def test_what_was_added_to_the_contracts_is_locked_too() -> None:
    missing = "record what is new: .venv/bin/python -m tests.replay.record --locks"
    assert contracts.locked() == contracts.ledger(), missing


def test_words_about_the_code_are_no_change_of_it() -> None:
    source = "def wait():\n    return 7\n"
    described = '"""Why."""\n# so\ndef wait():\n    """How."""\n    return 7\n'
    assert sources.fingerprint(source) == sources.fingerprint(described)
    assert sources.fingerprint(source) != sources.fingerprint(source.replace("7", "8"))


@pytest.mark.parametrize(
    ("now", "complaint"),
    [
        ({"a.B": {"x": ["int", "-"]}}, None),
        ({"a.B": {"x": ["int", "-"], "y": ["str", "''"]}}, None),
        ({"a.B": {"x": ["int", "-"], "y": ["str", "-"]}}, "a.B: y is new and has no default"),
        ({"a.B": {"x": ["str", "-"]}}, "a.B: x was ['int', '-'] and is ['str', '-']"),
        ({"a.B": {}}, "a.B: x was ['int', '-'] and is gone"),
        ({}, "a.B is gone"),
    ],
)
def test_the_lock_of_contracts_tells_an_addition_from_a_break(now: contracts.Ledger, complaint: str | None) -> None:
    assert next(contracts.broken({"a.B": {"x": ["int", "-"]}}, now), None) == complaint
