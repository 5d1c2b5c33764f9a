"""School days, working days and the days on which a review meeting may be held (PROCESS.md B2, M7)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from contracts.calendar import SchoolCalendar, Term, TermName
from contracts.clock import in_words
from contracts.policy import Policy

ONE_DAY = timedelta(days=1)
SATURDAY = 5
_NEW_YEAR_STARTS = (9, 4)
"""Where no dates are known yet, schools are taken to be open on weekdays from 4 September to 20 July."""
_OLD_YEAR_ENDS = (7, 20)


def is_working_day(calendar: SchoolCalendar, day: date) -> bool:
    """Monday to Friday and no bank holiday: when councils work."""
    return day.weekday() < SATURDAY and day not in calendar.bank_holidays


def is_school_day(calendar: SchoolCalendar, day: date) -> bool:
    """Whether that school's pupils and teachers are in."""
    return why_closed(calendar, day) is None


def why_closed(calendar: SchoolCalendar, day: date) -> str | None:
    """Why the school is closed on a day, as the end of a sentence; None when it is open."""
    if day.weekday() >= SATURDAY:
        return "a weekend"
    if day in calendar.bank_holidays:
        return "a bank holiday"
    term = term_of(calendar, day)
    if term is None:
        return None if _probably_open(calendar, day) else "in the school's holidays"
    if in_half_term(term, day):
        return "in the school's half term"
    if day in term.closed_days:
        return "a day on which the school is closed"
    return None


def in_half_term(term: Term, day: date) -> bool:
    """Half term is inclusive of its first and last day."""
    if term.half_term_first is None or term.half_term_last is None:
        return False
    return term.half_term_first <= day <= term.half_term_last


def term_of(calendar: SchoolCalendar, day: date) -> Term | None:
    """The term in which a day lies; None in a holiday, or where the dates are not known."""
    return next((term for term in calendar.terms if term.first_day <= day <= term.last_day), None)


def is_known(calendar: SchoolCalendar, day: date) -> bool:
    """Whether the calendar says anything about a day: it lies between the first and the last term that are known."""
    return bool(calendar.terms) and calendar.terms[0].first_day <= day <= calendar.terms[-1].last_day


def term_after(calendar: SchoolCalendar, term: Term) -> Term | None:
    """The next term that is known."""
    return next((later for later in calendar.terms if later.first_day > term.last_day), None)


def first_working_day(calendar: SchoolCalendar, day: date) -> date:
    """That day, or the first working day after it."""
    return _first(day, lambda candidate: is_working_day(calendar, candidate))


def first_school_day(calendar: SchoolCalendar, day: date) -> date:
    """That day, or the first day after it on which the school is open."""
    return _first(day, lambda candidate: is_school_day(calendar, candidate))


def school_days_after(calendar: SchoolCalendar, day: date, amount: int) -> date:
    """The last of `amount` school days after a day, which itself does not count."""
    for _ in range(amount):
        day = first_school_day(calendar, day + ONE_DAY)
    return day


def school_days_of(calendar: SchoolCalendar, term: Term) -> list[date]:
    """Every school day of a term, in order."""
    return [day for day in _days(term.first_day, term.last_day) if is_school_day(calendar, day)]


def lead_up_starts(calendar: SchoolCalendar, term: Term, policy: Policy) -> date:
    """The first day of the lead-up to the end of term: its last 15 school days by default (M7)."""
    days = school_days_of(calendar, term)
    lead_up = days[max(0, len(days) - policy.lead_up_school_days) :]
    return lead_up[0] if lead_up else term.last_day + ONE_DAY


def latest_safe_date(calendar: SchoolCalendar, term: Term, policy: Policy) -> date:
    """The last school day before the lead-up. In a term that is all lead-up, its first, so that a date is there."""
    days = school_days_of(calendar, term)
    safe = days[: max(0, len(days) - policy.lead_up_school_days)] or days[:1]
    return safe[-1] if safe else term.first_day


def nearest_valid_days(
    calendar: SchoolCalendar, term: Term, policy: Policy, around: date, not_before: date
) -> list[date]:
    """Up to three valid meeting days nearest to a day, in order of time."""
    safe = latest_safe_date(calendar, term, policy)
    valid = [day for day in school_days_of(calendar, term) if not_before <= day <= safe]
    return sorted(sorted(valid, key=lambda day: (abs((day - around).days), day))[:3])


def offer(days: list[date]) -> str:
    """The sentence that offers days; what to do when there are none."""
    if not days:
        return "No valid date is left in this term: ask the Virtual School what to do."
    return "The nearest valid dates are " + ", ".join(in_words(day) for day in days) + "."


def _probably_open(calendar: SchoolCalendar, day: date) -> bool:
    if is_known(calendar, day) or any(_is_in_summer_beside(term, day) for term in calendar.terms):
        return False
    return not _OLD_YEAR_ENDS < (day.month, day.day) < _NEW_YEAR_STARTS


def _is_in_summer_beside(term: Term, day: date) -> bool:
    """The summer holiday follows a summer term and goes before an autumn term, whenever these end and begin."""
    if term.name is TermName.SUMMER:
        return term.last_day < day < date(term.last_day.year, *_NEW_YEAR_STARTS)
    return term.name is TermName.AUTUMN and date(term.first_day.year, *_OLD_YEAR_ENDS) < day < term.first_day


def _first(day: date, fits: Callable[[date], bool]) -> date:
    while not fits(day):
        day += ONE_DAY
    return day


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
