"""Pausing a review and going on: what was running is due later by the school days of the pause (ACTS.md, `pause`)."""

from dataclasses import replace
from datetime import datetime

from contracts.clock import london_date
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, ReviewPlan, Stage, Standing
from rules.calendar import ONE_DAY, days, is_school_day
from rules.findings import Finding
from rules.progress import moment

_CAN_BE_PAUSED = BEFORE_THE_MEETING | BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}


def pause(standing: Standing, now: datetime) -> Standing | list[Finding]:
    """The clock stands still: nobody is chased, and the end of the term does not make the review missed."""
    if standing.stage is Stage.PAUSED:
        return [Finding("ORDER", "This review is paused already; resume it when it goes on.")]
    if standing.stage not in _CAN_BE_PAUSED:
        return [Finding("ORDER", "This plan is signed off; there is no clock left that could be paused.")]
    at = moment(standing, now)
    return replace(standing, stage=Stage.PAUSED, paused_from=standing.stage, paused_at=at, clock_from=at)


def resume(plan: ReviewPlan, standing: Standing, now: datetime) -> Standing | list[Finding]:
    """The review goes on where it was. Its meeting's date stays; it may have come meanwhile."""
    if standing.stage is not Stage.PAUSED or standing.paused_from is None or standing.paused_at is None:
        return [Finding("ORDER", "This review is not paused; nothing has to be resumed.")]
    paused = days(london_date(standing.paused_at), london_date(now) - ONE_DAY)
    lost = sum(is_school_day(plan.calendar, day) for day in paused)
    signed_before = standing.paused_from is Stage.VIRTUAL_SCHOOL or standing.returned_at is not None
    return replace(
        standing,
        stage=standing.paused_from,
        paused_from=None,
        paused_at=None,
        paused_school_days=standing.paused_school_days + (0 if signed_before else lost),
        paused_since_signing=standing.paused_since_signing + (lost if signed_before else 0),
        clock_from=moment(standing, now),
    )
