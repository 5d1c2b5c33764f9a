"""The days that scripted people choose."""

from datetime import date, timedelta

from contracts.calendar import Term
from contracts.review import ReviewPlan
from rules.calendar import (
    first_working_day,
    school_days_of,
    term_after,
)
from rules.safe_dates import latest_safe_date, nearest_valid_days


def a_day_for_the_meeting(plan: ReviewPlan, today: date, per_cent: int) -> date | None:
    """A valid day from next week on, so far through those that are left; None when none is left."""
    earliest = today + timedelta(days=7)
    days = [day for day in valid_days(plan, plan.term) if day >= earliest]
    return days[min(len(days) - 1, len(days) * per_cent // 100)] if days else None


def a_later_day(plan: ReviewPlan, on: date) -> date | None:
    """A valid day about a week after another one."""
    days = nearest_valid_days(plan, on + timedelta(days=7), on + timedelta(days=3))
    return days[-1] if days else None


def a_closed_day(plan: ReviewPlan, near: date) -> date:
    """A day that somebody in a hurry might pick: in half term, or the Saturday after."""
    if plan.term.half_term_first and plan.term.half_term_first > near:
        return plan.term.half_term_first
    return near + timedelta(days=5 - near.weekday())


def a_next_day(plan: ReviewPlan, per_cent: int) -> date:
    """A day in the next term; a working day in October where that term is not known yet."""
    term = term_after(plan.calendar, plan.term)
    if term is None:
        return first_working_day(plan.calendar, date(plan.term.last_day.year, 10, 1) + timedelta(days=per_cent // 2))
    days = valid_days(plan, term)
    return days[min(len(days) - 1, len(days) * per_cent // 100)]


def valid_days(plan: ReviewPlan, term: Term) -> list[date]:
    """Every day of a term on which the meeting may be, in order (B2, M7)."""
    safe = latest_safe_date(plan.calendar, term, plan.policy, plan.year_group)
    return [day for day in school_days_of(plan.calendar, term) if day <= safe]
