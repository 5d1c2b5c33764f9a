"""The six published calendars of the sample file, as the rules read them, with England's bank holidays beside them."""

from datetime import date

from casework.term_dates_file import check_terms
from contracts.calendar import SchoolCalendar, Term, TermName
from tests.support.sample import TERMS

_BANK_HOLIDAYS = {
    2025: ("08-25", "12-25", "12-26"),
    2026: ("01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"),
    2027: ("01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"),
}
BANK_HOLIDAYS = tuple(date.fromisoformat(f"{year}-{day}") for year, days in _BANK_HOLIDAYS.items() for day in days)


def calendar(code: str) -> SchoolCalendar:
    """One of staffordshire, widmer-end, shade, phsg, kayes and saint-gregorys."""
    terms = (row.term for row in check_terms(TERMS).rows if row.calendar == code)
    return SchoolCalendar(code, tuple(sorted(terms, key=lambda term: term.first_day)), BANK_HOLIDAYS)


def term(of: SchoolCalendar, academic_year: str, name: TermName) -> Term:
    """The term of a calendar by its year and name."""
    return next(term for term in of.terms if (term.academic_year, term.name) == (academic_year, name))
