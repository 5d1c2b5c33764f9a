"""Dual registration: a child who is on the roll of two schools meets on days on which both are open (PROCESS.md B2)."""

from dataclasses import replace

from contracts.calendar import SchoolCalendar, Term
from rules.calendar import is_school_day, school_days_of


def merged(lead: SchoolCalendar, second: SchoolCalendar) -> SchoolCalendar:
    """The lead school's terms, closed on every day on which the second school is closed as well.

    Only days on which the lead school itself would be open are added. Code and version name both calendars, so that a
    change of either is seen; unverified if either is. The same calendar twice is that calendar.
    """
    if lead.code == second.code:
        return lead
    return replace(
        lead,
        code=f"{lead.code} and {second.code}",
        terms=tuple(_closed_with(lead, second, term) for term in lead.terms),
        version=lead.version + second.version,
        verified=lead.verified and second.verified,
    )


def _closed_with(lead: SchoolCalendar, second: SchoolCalendar, term: Term) -> Term:
    closed = {day for day in school_days_of(lead, term) if not is_school_day(second, day)}
    return replace(term, closed_days=tuple(sorted(closed.union(term.closed_days))))
