"""Counting: so many days, working days, school days or weeks before or after a day (PROCESS.md, Numbers)."""

from collections.abc import Callable
from datetime import date, timedelta

from contracts.calendar import SchoolCalendar
from contracts.policy import Span, Unit
from rules.calendar import is_school_day, is_working_day

_ONE_DAY = timedelta(days=1)


def after(calendar: SchoolCalendar, day: date, span: Span) -> date:
    """The last day of a span that begins the day after `day`: 7 days after a Monday end on the next Monday."""
    return _count(calendar, day, span, _ONE_DAY)


def before(calendar: SchoolCalendar, day: date, span: Span) -> date:
    """The first day of a span that ends the day before `day`."""
    return _count(calendar, day, span, -_ONE_DAY)


def _count(calendar: SchoolCalendar, day: date, span: Span, step: timedelta) -> date:
    match span.unit:
        case Unit.DAY:
            return day + span.amount * step
        case Unit.WEEK:
            return day + 7 * span.amount * step
        case Unit.WORKING_DAY:
            return _count_those(day, span.amount, step, lambda candidate: is_working_day(calendar, candidate))
        case Unit.SCHOOL_DAY:
            return _count_those(day, span.amount, step, lambda candidate: is_school_day(calendar, candidate))


def _count_those(day: date, amount: int, step: timedelta, counts: Callable[[date], bool]) -> date:
    while amount > 0:
        day += step
        amount -= counts(day)
    return day
