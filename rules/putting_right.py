"""Exceptions that the Virtual School may make: no meeting, a record taken back, a plan opened again (ACTS.md)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contracts.clock import london_date
from contracts.people import Role
from contracts.review import (
    BEFORE_THE_MEETING,
    BEING_COMPLETED,
    GrantState,
    ReviewPlan,
    Stage,
    Standing,
)
from rules.findings import Finding
from rules.progress import moment
from rules.sections import responsible

_NOT_SIGNED_OFF = BEFORE_THE_MEETING | BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}


@dataclass(frozen=True, slots=True)
class Mistake:
    """The act that is taken back, and what was there before it."""

    body: dict[str, Any]
    arranged_on: date | None = None
    """The date of the meeting that had been arranged."""
    voice_recorded: bool = False
    """The child was heard in another act as well."""

    @property
    def action(self) -> str:
        return str(self.body["action"])


def without_meeting(plan: ReviewPlan, standing: Standing, so_far: int, now: datetime) -> Standing | list[Finding]:
    """The review does without a meeting. `so_far` counts the other reviews of the academic year that did."""
    allowed = plan.policy.reviews_without_meeting
    if so_far >= allowed:
        often = "once" if allowed == 1 else f"{allowed} times"
        words = f"The authority's policy lets reviews do without a meeting {often if allowed else 'never'} in a year"
        return [Finding("ORDER", f"{words}: arrange a meeting for this one.")]
    if standing.stage not in BEFORE_THE_MEETING:
        return [Finding("ORDER", "This term's meeting was held already; nothing is left to do without.")]
    at = moment(standing, now)
    return replace(
        standing,
        held_on=london_date(now),
        meeting_on=None,
        meeting_time=None,
        meeting_sequence=standing.meeting_sequence + 1,
        invited_at=None,
        without_meeting=True,
        grant_agreed=True,
        paused_school_days=0,
        clock_from=at,
    )


def correct(plan: ReviewPlan, standing: Standing, mistake: Mistake | None, now: datetime) -> Standing | list[Finding]:
    """A mistaken record is taken back, and with it every signature that was given on it."""
    if mistake is None:
        return [Finding("ORDER", "No act of this child has this id: name the act that was a mistake.")]
    if standing.stage not in _NOT_SIGNED_OFF:
        return [Finding("ORDER", "This plan is signed off: re-open it first, then correct the record.")]
    at = moment(standing, now)
    standing = replace(standing, clock_from=at)
    if mistake.action in ("record_meeting", "review_without_meeting"):
        return _without_the_record(standing, mistake)
    if mistake.action == "next_meeting":
        return replace(standing, next_meeting_on=None, next_meeting_settled=False, signed=())
    if mistake.action in ("sign", "proxy_sign"):
        signer = responsible(plan, Role(mistake.body.get("for", mistake.body["by"])))
        return replace(standing, signed=tuple(role for role in standing.signed if role is not signer), asked_at=at)
    words = "This act is put right by doing it again: arrange another date, submit the section anew, or return it."
    return [Finding("ORDER", words)]


def _without_the_record(standing: Standing, mistake: Mistake) -> Standing:
    return replace(
        standing,
        held_on=None,
        meeting_on=mistake.arranged_on,
        meeting_time=standing.meeting_time,
        submitted=tuple(replace(one, after_meeting=False) for one in standing.submitted),
        voice_heard=mistake.voice_recorded,
        grant_agreed=False,
        grant_agreed_pence=None,
        confidential=None,
        actions_agreed=None,
        without_meeting=False,
        returned=(),
        returned_at=None,
        signed=(),
    )


def reopen(standing: Standing, now: datetime) -> Standing | list[Finding]:
    """A plan in force, or closed, is amended, signed and signed off once more. What was paid is never paid again."""
    if standing.stage not in (Stage.IN_FORCE, Stage.CLOSED) or standing.held_on is None:
        words = "Only a plan that was signed off can be opened again; this one is being made, or its term is over."
        return [Finding("ORDER", words)]
    at = moment(standing, now)
    paid = standing.grant_pence if standing.grant is GrantState.PAID else None
    return replace(
        standing,
        stage=Stage.COMPLETING,
        returned=(),
        returned_at=at,
        reopened=True,
        was_signed_off=True,
        signed=(),
        asked_at=at,
        paused_since_signing=0,
        paid_pence=paid if standing.paid_pence is None else standing.paid_pence,
        clock_from=at,
    )
