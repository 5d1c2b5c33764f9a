"""The first plan of a child who enters care: 10 and 20 working or school days, by policy (docs/adr/0008).

It is the review of the term in which its meeting can be held. Where the school is open for less than a week of that
time it is that of the term that is ending or has just ended: an interim plan of the Virtual School and the social
worker. The next term has its own review.
"""

from dataclasses import dataclass
from datetime import date

from contracts.calendar import SchoolCalendar, Term
from contracts.policy import Policy
from contracts.review import InitialPep
from rules.calendar import ONE_DAY, days, is_school_day, is_working_day, term_of
from rules.spans import after

_A_SCHOOL_WEEK = 5
"""School days that a school needs at the least to get to know a child and to write its part."""


@dataclass(frozen=True, slots=True)
class FirstPlan:
    """The term whose review the first plan is, and its own deadlines."""

    term: Term
    initial: InitialPep


def first_plan(calendar: SchoolCalendar, policy: Policy, entered_on: date) -> FirstPlan | None:
    """What entering care on a London day asks for; None while no term around that day is known."""
    started = after(calendar, entered_on, policy.initial_started)
    available = after(calendar, entered_on, policy.initial_available)
    window = list(days(entered_on + ONE_DAY, started))
    school_days = [day for day in window if is_school_day(calendar, day)]
    if len(school_days) >= _A_SCHOOL_WEEK:
        term = term_of(calendar, school_days[-1])
        if term is None:
            return None
        return FirstPlan(term, InitialPep(entered_on, school_days[-1], available, max(term.last_day, available)))
    working_days = [day for day in window if is_working_day(calendar, day)] or window[-1:]
    term = _term_before(calendar, entered_on)
    if term is None:
        return None
    return FirstPlan(term, InitialPep(entered_on, working_days[-1], available, available, in_holiday=True))


def _term_before(calendar: SchoolCalendar, day: date) -> Term | None:
    """The term that has just ended; where it is not known, the next one."""
    over = [term for term in calendar.terms if term.first_day <= day]
    return over[-1] if over else next(iter(calendar.terms), None)
