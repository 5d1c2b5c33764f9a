"""When a child's reviews open: one each academic term (PROCESS.md B1; ACTS.md, Stages)."""

from datetime import date, datetime, timedelta

from contracts.calendar import SchoolCalendar, Term
from contracts.clock import start_of
from contracts.messages import Opening
from contracts.policy import Policy
from rules.safe_dates import latest_safe_date


def opens_at(
    calendar: SchoolCalendar, term: Term, policy: Policy, meeting_on: date | None, year_group: str | None = None
) -> datetime:
    """Six weeks before the review is due or on the term's first day, whichever is earlier; a UTC instant."""
    due = meeting_on or latest_safe_date(calendar, term, policy, year_group)
    return start_of(min(due - timedelta(weeks=policy.opens_weeks_before), term.first_day))


def next_term(calendar: SchoolCalendar, opened: set[str], today: date) -> Term | None:
    """The first term that is not over and comes after every term with a review; None while no such term is known.

    A first plan may be the review of a term that has not begun: the one that is running then has none of its own.
    """
    newest = max((term.first_day for term in calendar.terms if term.key in opened), default=date.min)
    return next((term for term in calendar.terms if term.last_day >= today and term.first_day > newest), None)


def opening_of(
    calendar: SchoolCalendar, term: Term, policy: Policy, *, meeting_on: date | None, year_group: str | None = None
) -> Opening:
    """When a term's review opens. Policy and year group are those of the term's own academic year.

    `meeting_on` is the date that was agreed at the last meeting, if any; one in another term says nothing of this one.
    """
    agreed = meeting_on if meeting_on and term.first_day <= meeting_on <= term.last_day else None
    return Opening(term.key, opens_at(calendar, term, policy, agreed, year_group))
