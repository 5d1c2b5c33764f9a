"""Another school or other term dates for a review that is open: a new version of its plan, and what then holds."""

from dataclasses import replace
from datetime import datetime

from contracts.calendar import SchoolCalendar
from contracts.clock import london_date, morning_of
from contracts.people import Role
from contracts.review import FINAL, ReviewPlan, Standing, Submitted
from rules.calendar import around, same_term
from rules.meeting import faults_of_date, is_to_come
from rules.progress import moment
from rules.sections import responsible


def replanned(plan: ReviewPlan, calendar: SchoolCalendar, *, has_school_place: bool) -> ReviewPlan:
    """The plan by another calendar; the same plan where nothing is different. The policy stays as it was promised.

    Where the calendar does not know the term, the dates stay as they are and count as unverified.
    """
    term = same_term(calendar, plan.term.key)
    if term is None:
        unverified = replace(plan.calendar, code=calendar.code, version=calendar.version, verified=False)
        changed = replace(plan, calendar=unverified, has_school_place=has_school_place)
    else:
        changed = replace(plan, term=term, calendar=around(calendar, term), has_school_place=has_school_place)
    return plan if changed == plan else replace(changed, version=plan.version + 1)


def loses_its_date(plan: ReviewPlan, standing: Standing, now: datetime) -> bool:
    """Whether the meeting's date, still to come, is none by this plan: the school is closed then, or it is too late."""
    on = standing.meeting_on
    return on is not None and is_to_come(standing, now) and bool(faults_of_date(plan, on, london_date(now)))


def follow(before: ReviewPlan, plan: ReviewPlan, standing: Standing, now: datetime, *, other_school: bool) -> Standing:
    """How a review goes on by a new version of its plan: nothing that somebody did is lost, clocks and signatures stay.

    A date that the plan rules out is taken away. One that stays is sent anew where the school is another, whose
    designated teacher knows nothing of it yet.
    """
    if standing.stage in FINAL:
        return standing
    at = moment(standing, now)
    standing = _taken_over(before, plan, replace(standing, clock_from=at, revision=standing.revision + 1))
    if loses_its_date(plan, standing, now):
        sequence = standing.meeting_sequence + 1  # the cancellation is a version of the invitation as well
        without = replace(standing, meeting_on=None, meeting_time=None, invited_at=None, date_agreed=None)
        return replace(without, meeting_sequence=sequence)
    if other_school and is_to_come(standing, now):
        invited = max(at, morning_of(london_date(at)))  # what the clock carries out at midnight wakes nobody
        return replace(standing, meeting_sequence=standing.meeting_sequence + 1, invited_at=invited, date_agreed=None)
    return standing


def _taken_over(before: ReviewPlan, plan: ReviewPlan, standing: Standing) -> Standing:
    """Whoever does the designated teacher's part from now on has what was done, signed and returned of it so far."""
    was, now_is = (responsible(one, Role.DESIGNATED_TEACHER) for one in (before, plan))
    if was is now_is:
        return standing

    def follows(parts: tuple[Submitted, ...]) -> tuple[Submitted, ...]:
        return tuple(replace(one, role=now_is) if one.role is was else one for one in parts)

    signed = tuple(now_is if role is was else role for role in standing.signed)
    return replace(standing, submitted=follows(standing.submitted), returned=follows(standing.returned), signed=signed)
