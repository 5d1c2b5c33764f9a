"""Random school calendars: terms, half terms, closed days and bank holidays of every possible shape."""

from datetime import date, timedelta

from hypothesis import strategies as st

from contracts.calendar import SchoolCalendar, Term, TermName
from rules.calendar import school_days_of

_STARTS = {TermName.AUTUMN: date(2026, 9, 1), TermName.SPRING: date(2027, 1, 3), TermName.SUMMER: date(2027, 4, 10)}
_lengths = st.sampled_from((0, 1, 4, 9, 20, 25, 30, 70, 75, 80, 84))
_offsets = st.integers(0, 84)
_few_offsets = st.lists(_offsets, max_size=5)


@st.composite
def terms(draw: st.DrawFn, name: TermName) -> Term:
    """A term of 1 to 85 days with or without a half term, and with up to five closed days."""
    first = _STARTS[name] + timedelta(days=draw(st.integers(0, 12)))
    last = first + timedelta(days=draw(_lengths))
    half_first, half_last = None, None
    if draw(st.booleans()):
        half_first = min(first + timedelta(days=draw(_offsets)), last)
        half_last = min(half_first + timedelta(days=draw(st.integers(0, 18))), last)
    closed = {min(first + timedelta(days=days), last) for days in draw(_few_offsets)}
    return Term("2026/27", name, first, last, half_first, half_last, tuple(sorted(closed)))


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """Three terms in their order, each with a school day at least, as an import would take them."""
    year = tuple(draw(terms(name)) for name in TermName)
    holidays = {_STARTS[name] + timedelta(days=days) for name in TermName for days in draw(_few_offsets)}
    calendar = SchoolCalendar("random", year, tuple(sorted(holidays)))
    return calendar if all(school_days_of(calendar, term) for term in year) else draw(calendars())
