"""How a review moves from stage to stage, by acts and by the clock. One place decides what a stage is."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.clock import end_of, london_date, start_of
from contracts.review import BEFORE_THE_MEETING, FINAL, GrantState, ReviewPlan, Stage, Standing
from rules.ladder import Step, letters_due, next_letter
from rules.missing import parts_to_complete
from rules.sections import signers

_A_MOMENT = timedelta(microseconds=1)
_AFTER_SIGN_OFF = FINAL | {Stage.PAYING, Stage.IN_FORCE, Stage.PAUSED}


@dataclass(frozen=True, slots=True)
class Crossing:
    """A stage that the calendar changes by itself, and the instant at which it did."""

    at: datetime
    standing: Standing


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
    since = moment(standing, now)
    asked = since if stage is Stage.SIGNING else standing.asked_at
    anew = stage is Stage.VIRTUAL_SCHOOL
    return replace(
        standing,
        stage=stage,
        since=since,
        asked_at=asked,
        paused_since_signing=0 if anew else standing.paused_since_signing,
        extended_since_signing=0 if anew else standing.extended_since_signing,
        clock_from=since,
    )


def moment(standing: Standing, now: datetime) -> datetime:
    """Now, or the moment after the ladder was last climbed: what begins then has its letters still to come."""
    return max(standing.clock_from, now)


def next_wake(plan: ReviewPlan, standing: Standing) -> datetime | None:
    """When the clock next has something to do: a letter, the end of the term, or a change of people or school.

    Nobody has to be woken for the day of the meeting: whoever looks at the review sees that it has come. A review that
    is over has no clock: the letters that were still to come then are in the outbox.
    """
    if standing.stage in FINAL:
        return None
    times = [next_letter(plan, standing), end_of_term(plan, standing), _change(standing)]
    return min((time for time in times if time is not None), default=None)


def crossings(plan: ReviewPlan, standing: Standing, now: datetime) -> list[Crossing]:
    """The stages that the calendar has changed by `now`: the day of the meeting has come, the term is over."""
    crossed: list[Crossing] = []
    while (boundary := next_crossing(plan, standing)) is not None and boundary <= now:
        standing = _cross(plan, standing, boundary)
        crossed.append(Crossing(boundary, standing))
    return crossed


def next_crossing(plan: ReviewPlan, standing: Standing) -> datetime | None:
    """When the calendar next changes the stage by itself; None where it does not."""
    if standing.stage is Stage.PREPARING and standing.meeting_on is not None:
        return start_of(standing.meeting_on)
    return end_of_term(plan, standing)


def as_of(plan: ReviewPlan, standing: Standing, now: datetime) -> Standing:
    """How a review stands at an instant, whether or not anybody has noted yet what the calendar changed."""
    crossed = crossings(plan, standing, now)
    return crossed[-1].standing if crossed else standing


def letters_by(plan: ReviewPlan, standing: Standing, now: datetime) -> Passed:
    """The letters that are due by `now` and still true; with them written, those steps of the ladder are done."""
    letters = tuple(letters_due(plan, standing, now))
    if not letters:
        return Passed(standing, ())
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
    if set(signers(plan)) - set(standing.signed):
        return Stage.SIGNING
    return Stage.VIRTUAL_SCHOOL


def _stage_before_the_meeting(standing: Standing, now: datetime) -> Stage:
    if standing.meeting_on is None:
        return Stage.WAITING_FOR_DATE
    return Stage.MEETING_DUE if london_date(now) >= standing.meeting_on else Stage.PREPARING


def end_of_term(plan: ReviewPlan, standing: Standing) -> datetime | None:
    """The term is over with the review not signed off: it is missed, or unfinished.

    A plan that was signed off and opened again is neither, whether its term is over by then or ends meanwhile.
    """
    if standing.stage in _AFTER_SIGN_OFF or standing.unfinished or standing.was_signed_off:
        return None
    was_paused = standing.paused_school_days or standing.paused_since_signing
    return max(end_of(plan.last_day), standing.clock_from) if was_paused else end_of(plan.last_day)


def _change(standing: Standing) -> datetime | None:
    """The day from which something else holds for the child begins."""
    return None if standing.changes_on is None or standing.stage in FINAL else start_of(standing.changes_on)


def _cross(plan: ReviewPlan, standing: Standing, boundary: datetime) -> Standing:
    if boundary < end_of(plan.last_day):
        return settled(plan, standing, boundary)
    if standing.stage in BEFORE_THE_MEETING:
        return replace(standing, stage=Stage.MISSED, since=boundary, clock_from=boundary)
    return replace(standing, unfinished=True)
