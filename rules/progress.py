"""How a review moves from stage to stage, by acts and by the clock. One place decides what a stage is."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.clock import end_of, london_date, start_of
from contracts.review import BEFORE_THE_MEETING, FINAL, GrantState, ReviewPlan, Stage, Standing
from rules.ladder import Step, letters_due, next_letter
from rules.missing import parts_to_complete
from rules.sections import parties

_A_MOMENT = timedelta(microseconds=1)
_AFTER_SIGN_OFF = FINAL | {Stage.PAYING, Stage.IN_FORCE, Stage.PAUSED}


@dataclass(frozen=True, slots=True)
class Passed:
    """What the clock does to a review at one instant: how it stands then, and the letters to write."""

    standing: Standing
    letters: tuple[Step, ...]


def opened(plan: ReviewPlan, now: datetime) -> Standing:
    """A review as it opens: without a date, its clock beginning now."""
    grant = GrantState.NOT_DUE if plan.grant_eligible else GrantState.NOT_ELIGIBLE
    return Standing(stage=Stage.WAITING_FOR_DATE, since=now, clock_from=now, grant=grant)


def settled(plan: ReviewPlan, standing: Standing, now: datetime) -> Standing:
    """The standing with the stage that follows from its facts. `since` moves only with the stage."""
    stage = _stage(plan, standing, now)
    if stage is standing.stage:
        return standing
    asked = now if stage is Stage.SIGNING else standing.asked_at
    return replace(standing, stage=stage, since=now, asked_at=asked, clock_from=max(standing.clock_from, now))


def next_wake(plan: ReviewPlan, standing: Standing) -> datetime | None:
    """When the clock next has something to do: a letter, the day of the meeting, or the end of the term."""
    times = [next_letter(plan, standing), _next_boundary(plan, standing)]
    return min((time for time in times if time is not None), default=None)


def clock_passes(plan: ReviewPlan, standing: Standing, now: datetime) -> Passed:
    """Everything that is due by `now` and still true: stages that the calendar changes, then the letters."""
    while (boundary := _next_boundary(plan, standing)) is not None and boundary <= now:
        standing = _cross(plan, standing, boundary)
    letters = tuple(letters_due(plan, standing, now))
    return Passed(replace(standing, clock_from=max(standing.clock_from, now + _A_MOMENT)), letters)


def _stage(plan: ReviewPlan, standing: Standing, now: datetime) -> Stage:
    if standing.stage in _AFTER_SIGN_OFF:
        return standing.stage
    if standing.held_on is None:
        return _stage_before_the_meeting(standing, now)
    if standing.returned:
        return Stage.RETURNED
    if parts_to_complete(plan, standing):
        return Stage.COMPLETING
    if set(parties(plan)) - set(standing.signed):
        return Stage.SIGNING
    return Stage.VIRTUAL_SCHOOL


def _stage_before_the_meeting(standing: Standing, now: datetime) -> Stage:
    if standing.meeting_on is None:
        return Stage.WAITING_FOR_DATE
    return Stage.MEETING_DUE if london_date(now) >= standing.meeting_on else Stage.PREPARING


def _next_boundary(plan: ReviewPlan, standing: Standing) -> datetime | None:
    """The day of the meeting begins, or the term is over with the review not signed off."""
    if standing.stage in _AFTER_SIGN_OFF:
        return None
    term_over = end_of(plan.term.last_day)
    if standing.stage is Stage.PREPARING and standing.meeting_on is not None:
        return min(start_of(standing.meeting_on), term_over)
    return None if standing.unfinished else term_over


def _cross(plan: ReviewPlan, standing: Standing, boundary: datetime) -> Standing:
    if boundary < end_of(plan.term.last_day):
        return settled(plan, standing, boundary)
    if standing.stage in BEFORE_THE_MEETING:
        return replace(standing, stage=Stage.MISSED, since=boundary, clock_from=boundary)
    return replace(standing, unfinished=True)
