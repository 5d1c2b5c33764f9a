"""Exceptions that the Virtual School may make: no meeting, a record taken back, a plan opened again (ACTS.md)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contracts.clock import end_of, london_date
from contracts.people import Role
from contracts.review import (
    BEFORE_THE_MEETING,
    BEING_COMPLETED,
    GrantState,
    ReviewPlan,
    Section,
    Stage,
    Standing,
    Submitted,
)
from rules.findings import Finding
from rules.progress import moment
from rules.sections import responsible

_NOT_SIGNED_OFF = BEFORE_THE_MEETING | BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}
RECORDS = ("record_meeting", "review_without_meeting")
_SIGNATURES = ("sign", "proxy_sign")
_ON_THE_CASE = {
    "change_school": "The child has moved already: change the school once more.",
    "change_person": "The handover is done already: hand over once more.",
    "leave_care": "The child has left care already: a roll with a later day of entering care brings them back.",
}
DO_IT_AGAIN = "This act is put right by doing it again: arrange another date, submit the section anew, or return it."


@dataclass(frozen=True, slots=True)
class Mistake:
    """The act that is taken back, among the acts of its review, and what was there before it."""

    body: dict[str, Any]
    earlier: tuple[dict[str, Any], ...] = ()
    """The acts of the review before it, as they were stored; the oldest first."""
    later: tuple[dict[str, Any], ...] = ()
    """Those after it."""
    arranged_on: date | None = None
    """The meeting's date that stood before it, whoever had set it."""

    @property
    def action(self) -> str:
        return str(self.body["action"])

    @property
    def says_not_held(self) -> bool:
        return self.action == "record_meeting" and not self.body["held"]


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
        extended_school_days=0,
        clock_from=at,
    )


def correct(plan: ReviewPlan, standing: Standing, mistake: Mistake | None, now: datetime) -> Standing | list[Finding]:
    """A mistaken act is taken back, and with a record or a date every signature that was given on it."""
    words = _why_it_stays(plan, standing, mistake)
    if mistake is None or words:
        return [Finding("ORDER", words or "No act of this child has this id: name the act that was a mistake.")]
    at = moment(standing, now)
    standing = replace(standing, clock_from=at)
    if mistake.says_not_held:
        return _with_its_date_again(standing, mistake, now)
    if mistake.action in RECORDS:
        return _as_the_calendar_has_it(plan, _without_the_record(plan, standing, mistake, now), at)
    if mistake.action == "next_meeting":
        return replace(standing, next_meeting_on=None, next_meeting_settled=False, signed=())
    signer = _signer(plan, mistake.body)
    return replace(standing, signed=tuple(role for role in standing.signed if role is not signer), asked_at=at)


def _why_it_stays(plan: ReviewPlan, standing: Standing, mistake: Mistake | None) -> str | None:
    """Why an act cannot be taken back; None for one that still has effect and is the newest of its kind."""
    if mistake is None:
        return None
    if mistake.action not in (*RECORDS, *_SIGNATURES, "next_meeting"):
        return _ON_THE_CASE.get(mistake.action, DO_IT_AGAIN)
    if standing.stage is Stage.MISSED:
        return "This term is over and no meeting was held in it: its review cannot be changed any more."
    if standing.stage not in _NOT_SIGNED_OFF:
        return "This plan is signed off: re-open it first, then correct the record."
    if any(one["action"] == "correct" and one.get("act") == mistake.body["id"] for one in mistake.later):
        return "This act was taken back already; nothing is left to correct."
    if any(_is_the_same_again(plan, mistake.body, one) for one in mistake.later):
        return "A newer act of the same kind has replaced this one: name the newer one, if that is the mistake."
    if mistake.action in _SIGNATURES and _signer(plan, mistake.body) not in standing.signed:
        return "This signature is void already: the plan was changed or returned after it was given."
    if mistake.says_not_held and standing.meeting_on is not None:
        return "Another date has been arranged since: move the meeting, or record it."
    return None


def _is_the_same_again(plan: ReviewPlan, body: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether an act is of the same kind as an earlier one, and so took its place."""
    if body["action"] in _SIGNATURES and other["action"] in _SIGNATURES:
        return _signer(plan, body) is _signer(plan, other)
    kind = RECORDS if body["action"] in RECORDS else (body["action"],)
    return other["action"] in kind


def _signer(plan: ReviewPlan, body: dict[str, Any]) -> Role:
    """Whose signature it is, whoever gave it."""
    return responsible(plan, Role(body.get("for", body["by"])))


def _without_the_record(plan: ReviewPlan, standing: Standing, mistake: Mistake, now: datetime) -> Standing:
    """Nothing is recorded of the meeting, not even what this record replaced: it is to be recorded again."""
    standing = _with_what_it_overtook(plan, standing, mistake)
    standing = replace(
        standing,
        held_on=None,
        submitted=tuple(replace(one, after_meeting=False) for one in standing.submitted),
        voice_heard=any(_is_the_childs_voice(one) for one in (*mistake.earlier, *mistake.later)),
        grant_agreed=False,
        grant_agreed_pence=None,
        confidential=None,
        actions_agreed=None,
        without_meeting=False,
        checked_in=False,
        returned=(),
        returned_at=None,
        reopened=False,
        was_signed_off=False,
        unfinished=False,
        signed=(),
    )
    return _with_its_date_again(standing, mistake, now)


def _with_what_it_overtook(plan: ReviewPlan, standing: Standing, mistake: Mistake) -> Standing:
    """Targets that the meeting had re-defined (M3) and lines beyond its sum (M5) stand as they were written before."""
    written = {body["section"]: body for body in mistake.earlier if body["action"] == "submit"}
    stands = {one.section for one in standing.submitted}
    teacher = responsible(plan, Role.DESIGNATED_TEACHER)
    overtaken = [
        section for section in (Section.TARGETS, Section.GRANT) if section in written and section not in stands
    ]
    again = tuple(Submitted(section, teacher, standing.revision) for section in overtaken)
    if Section.GRANT in overtaken:
        pence = sum(line["pence"] for line in written[Section.GRANT]["content"]["lines"])
        standing = replace(standing, grant_pence=pence)
    return replace(standing, submitted=(*standing.submitted, *again))


def _with_its_date_again(standing: Standing, mistake: Mistake, now: datetime) -> Standing:
    """The date that stood before. Where it had been called off and is still to come, it is sent to everybody anew."""
    was_called_off = standing.meeting_on is None
    standing = replace(standing, meeting_on=mistake.arranged_on)
    if not was_called_off or mistake.arranged_on is None:
        return standing
    arranged: dict[str, Any] = next(
        (one for one in reversed(mistake.earlier) if one["action"] == "arrange_meeting"), {}
    )
    standing = replace(standing, meeting_time=arranged.get("time"))
    if mistake.arranged_on < london_date(now):
        return standing
    sequence = standing.meeting_sequence + 1
    return replace(standing, meeting_sequence=sequence, invited_at=moment(standing, now), date_agreed=None)


def _as_the_calendar_has_it(plan: ReviewPlan, standing: Standing, at: datetime) -> Standing:
    """A term that is over by now was without a meeting, and is missed from now on: history is not written backwards."""
    if at < end_of(plan.last_day):
        return standing
    return replace(standing, stage=Stage.MISSED, since=at)


def _is_the_childs_voice(body: dict[str, Any]) -> bool:
    """Whether the child was heard in an act that is not the meeting's record (B9)."""
    action, by = str(body["action"]), str(body["by"])
    return action == "record_voice" or (action == "give_views" and by == Role.YOUNG_PERSON)


def reopen(standing: Standing, now: datetime) -> Standing | list[Finding]:
    """A plan in force, or closed, is amended, signed and signed off once more.

    What was paid is never paid again, and what the Virtual School kept goes to no school as well.
    """
    if not can_be_reopened(standing):
        words = "Only a plan that was signed off can be opened again; this one is being made, or its term is over."
        return [Finding("ORDER", words)]
    at = moment(standing, now)
    paid = standing.grant_pence if standing.grant is GrantState.PAID else None
    kept = standing.grant_pence if standing.grant is GrantState.KEPT else None
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
        extended_since_signing=0,
        paid_pence=paid if standing.paid_pence is None else standing.paid_pence,
        kept_pence=kept if standing.kept_pence is None else standing.kept_pence,
        clock_from=at,
    )


def can_be_reopened(standing: Standing) -> bool:
    """Whether there is a plan that was made, in force or over."""
    return standing.stage in (Stage.IN_FORCE, Stage.CLOSED) and standing.held_on is not None
