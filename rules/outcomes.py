"""What became of the last plan's targets, and what its money did (PROCESS.md B15, M1)."""

from collections.abc import Iterator

from rules.contents import PreviousTargetsContent
from rules.findings import Finding
from rules.wording import listed

_TARGETS = (1, 2, 3)


def faults_of_outcomes(content: PreviousTargetsContent, *, after_meeting: bool) -> list[Finding]:
    """Every target has one outcome (B15); what is written after the meeting says what the help did (M1)."""
    return [*_each_once(content), *(_impact(content) if after_meeting else [])]


def _each_once(content: PreviousTargetsContent) -> Iterator[Finding]:
    given = [outcome.number for outcome in content.outcomes]
    absent = [str(number) for number in _TARGETS if number not in given]
    if absent:
        yield Finding("B15", f"Say what became of {_targets(absent)} too: met, partly or not met.")
    if len(set(given)) < len(given):
        yield Finding("B15", "Give each of the previous targets one outcome, not two.")


def _impact(content: PreviousTargetsContent) -> Iterator[Finding]:
    silent = [str(outcome.number) for outcome in content.outcomes if not outcome.impact.strip()]
    if silent:
        words = f"{_targets(silent).capitalize()}: say what the strategies and the money changed for the child."
        yield Finding("M1", words)


def _targets(numbers: list[str]) -> str:
    return f"target{'s' if len(numbers) > 1 else ''} {listed(numbers)}"
