"""The rules of the calendar against a simple oracle, over random shapes of terms (PROCESS.md B2, M7)."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.calendar import SchoolCalendar, Term
from contracts.policy import Policy, Span, Unit
from rules.calendar import (
    first_school_day,
    first_working_day,
    is_school_day,
    school_days_of,
    why_closed,
)
from rules.safe_dates import latest_safe_date, lead_up_starts, nearest_valid_days
from rules.spans import after
from tests.support.reviews import plan_of
from tests.support.term_shapes import calendars

policies = st.builds(Policy, lead_up=st.builds(Span, st.integers(0, 30), st.just(Unit.SCHOOL_DAY)))
places = st.integers(0, 2)
fewer = settings(max_examples=30)
"""Shapes are costly to draw, and thirty of them find each deliberate mistake."""


def days_between(first: date, last: date) -> set[date]:
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


def open_days(calendar: SchoolCalendar, term: Term) -> list[date]:
    """The oracle: take every day of the term and strike out what is not school."""
    days = {day for day in days_between(term.first_day, term.last_day) if day.isoweekday() <= 5}
    if term.half_term_first and term.half_term_last:
        days -= days_between(term.half_term_first, term.half_term_last)
    return sorted(days - set(term.closed_days) - set(calendar.bank_holidays))


def all_open_days(calendar: SchoolCalendar) -> list[date]:
    return [day for term in calendar.terms for day in open_days(calendar, term)]


@fewer
@given(calendars())
def test_B2_the_school_is_open_on_the_days_that_are_left(calendar: SchoolCalendar) -> None:
    known = days_between(calendar.terms[0].first_day, calendar.terms[-1].last_day)
    opened = set(all_open_days(calendar))
    assert {day for day in known if is_school_day(calendar, day)} == opened
    assert all((why_closed(calendar, day) is None) == (day in opened) for day in known)


@fewer
@given(calendars(), places, policies)
def test_M7_as_many_school_days_remain_after_the_latest_safe_date_as_the_lead_up_has(
    calendar: SchoolCalendar, place: int, policy: Policy
) -> None:
    term = calendar.terms[place]
    latest, opened = latest_safe_date(calendar, term, policy), open_days(calendar, term)
    assert latest in opened
    remaining = [day for day in opened if day > latest]
    assert len(remaining) == min(policy.lead_up.amount, len(opened) - 1)


@fewer
@given(calendars(), places, policies)
def test_M7_the_lead_up_follows_the_latest_safe_date(calendar: SchoolCalendar, place: int, policy: Policy) -> None:
    term = calendar.terms[place]
    latest, starts = latest_safe_date(calendar, term, policy), lead_up_starts(calendar, term, policy)
    is_all_lead_up = len(school_days_of(calendar, term)) <= policy.lead_up.amount
    assert (starts == latest) if is_all_lead_up else (starts > latest)
    assert not [day for day in open_days(calendar, term) if latest < day < starts]


@fewer
@given(calendars(), st.dates(date(2026, 9, 1), date(2027, 3, 1)), st.integers(0, 40))
def test_school_days_are_counted_without_the_day_itself(calendar: SchoolCalendar, day: date, amount: int) -> None:
    following = [opened for opened in all_open_days(calendar) if opened > day]
    if calendar.terms[0].first_day <= day and len(following) >= amount:
        assert after(calendar, day, Span(amount, Unit.SCHOOL_DAY)) == (following[amount - 1] if amount else day)


@fewer
@given(calendars(), st.dates(date(2026, 8, 1), date(2027, 12, 1)), st.integers(1, 60))
def test_counting_school_days_never_lands_on_a_closed_day(calendar: SchoolCalendar, day: date, amount: int) -> None:
    landed = after(calendar, day, Span(amount, Unit.SCHOOL_DAY))
    assert landed > day
    assert why_closed(calendar, landed) is None


@fewer
@given(calendars(), st.dates(date(2026, 8, 1), date(2027, 12, 1)))
def test_the_first_day_is_the_day_itself_or_the_nearest_after_it(calendar: SchoolCalendar, day: date) -> None:
    school, working = first_school_day(calendar, day), first_working_day(calendar, day)
    assert is_school_day(calendar, school)
    assert not any(is_school_day(calendar, between) for between in days_between(day, school) - {school})
    assert working.isoweekday() <= 5
    assert working not in calendar.bank_holidays
    assert working <= school


@fewer
@given(
    calendars(),
    places,
    policies,
    st.dates(date(2026, 8, 1), date(2027, 9, 1)),
    st.dates(date(2026, 8, 1), date(2027, 9, 1)),
)
def test_B2_the_offered_days_are_valid_and_none_is_nearer(
    calendar: SchoolCalendar, place: int, policy: Policy, around: date, not_before: date
) -> None:
    term = calendar.terms[place]
    latest = latest_safe_date(calendar, term, policy)
    valid = [day for day in open_days(calendar, term) if not_before <= day <= latest]
    offered = nearest_valid_days(plan_of(calendar=calendar, term=term, policy=policy), around, not_before)
    assert len(offered) == min(3, len(valid))
    assert offered == sorted(set(offered) & set(valid))
    farthest = max((abs(day - around) for day in offered), default=timedelta())
    assert all(abs(day - around) >= farthest for day in set(valid) - set(offered))
