"""School days, working days and the days on which a review meeting may be held (PROCESS.md B2, M7)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from contracts.calendar import SchoolCalendar, Term, TermName
from contracts.clock import in_words

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


def same_term(calendar: SchoolCalendar, key: str) -> Term | None:
    """The term of that key (`2026/27 autumn`), if the calendar knows it."""
    return next((term for term in calendar.terms if term.key == key), None)


def around(calendar: SchoolCalendar, term: Term) -> SchoolCalendar:
    """The part of a calendar that a review needs: its own term, the one before and the two after it."""
    place = calendar.terms.index(term)
    terms = calendar.terms[max(0, place - 1) : place + 3]
    first, last = terms[0].first_day, terms[-1].last_day
    holidays = tuple(day for day in calendar.bank_holidays if first.year <= day.year <= last.year + 1)
    return replace(calendar, terms=terms, bank_holidays=holidays)


def term_after(calendar: SchoolCalendar, term: Term) -> Term | None:
    """The next term that is known."""
    return next((later for later in calendar.terms if later.first_day > term.last_day), None)


def first_working_day(calendar: SchoolCalendar, day: date) -> date:
    """That day, or the first working day after it."""
    return _first(day, lambda candidate: is_working_day(calendar, candidate))


def first_school_day(calendar: SchoolCalendar, day: date) -> date:
    """That day, or the first day after it on which the school is open."""
    return _first(day, lambda candidate: is_school_day(calendar, candidate))


def working_days_between(calendar: SchoolCalendar, day: date, later: date) -> int:
    """How many working days lie after `day`, up to and with `later`; none where that is no later day."""
    return sum(is_working_day(calendar, one) for one in days(day + ONE_DAY, later))


def school_days_of(calendar: SchoolCalendar, term: Term) -> list[date]:
    """Every school day of a term, in order."""
    return list(_school_days(calendar, term))


@lru_cache(maxsize=64)
def _school_days(calendar: SchoolCalendar, term: Term) -> tuple[date, ...]:
    """Counted once for a calendar as it is: every deadline and every safe date of a review asks for the same days."""
    return tuple(day for day in days(term.first_day, term.last_day) if is_school_day(calendar, day))


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


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
