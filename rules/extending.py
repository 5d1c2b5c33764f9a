"""Giving more time: the running deadline of a review moves by school days, as it does by a pause (rules/pausing.py)."""

from collections.abc import Mapping
from dataclasses import replace

from contracts.review import BEING_COMPLETED, Deadline, ReviewPlan, Stage, Standing
from rules.deadlines import held_until
from rules.findings import Finding

MOST_SCHOOL_DAYS = 10
"""By so many school days a deadline is moved at once."""
DEADLINES: Mapping[str, str] = {
    "completion": "Completing the parts",
    "signatures": "Signing",
    "amendment": "Putting right what was returned",
    "virtual_school_sign_off": "The Virtual School's sign-off",
}
"""The deadlines that can be moved, as the console calls them. Before the meeting it is the meeting that is moved."""


def extended(standing: Standing, school_days: int) -> Standing | list[Finding]:
    """The review with more time for what is waited for now; `changes` is the caller's to count."""
    if standing.stage is Stage.PAUSED:
        return [Finding("ORDER", "This review is paused: its deadlines stand still, so there is none to move.")]
    if standing.stage not in BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}:
        words = "Nothing of this review is being completed or checked, so there is no deadline to move."
        return [Finding("ORDER", words)]
    if standing.stage is Stage.VIRTUAL_SCHOOL or standing.returned_at is not None:
        return replace(standing, extended_since_signing=standing.extended_since_signing + school_days)
    return replace(standing, extended_school_days=standing.extended_school_days + school_days)


def deadline_to_move(plan: ReviewPlan, standing: Standing) -> Deadline | None:
    """The deadline that runs now, if it is one that can be moved."""
    running = held_until(plan, standing)
    return running if running is not None and running.name in DEADLINES else None
