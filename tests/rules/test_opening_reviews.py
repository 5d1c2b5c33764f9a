"""B1: one review opens each term, six weeks before it is due or on the term's first day, whichever is earlier."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.calendar import SchoolCalendar
from contracts.clock import start_of
from contracts.messages import Opening
from contracts.policy import Policy
from rules.opening import next_term, opening_of, opens_at
from rules.safe_dates import latest_safe_date
from tests.support.calendars import calendar
from tests.support.reviews import AUTUMN, SCHOOL, SPRING, SUMMER
from tests.support.term_shapes import calendars

POLICY = Policy()


def next_opening(
    school: SchoolCalendar, policy: Policy, *, opened: set[str], today: date, meeting_on: date | None
) -> Opening | None:
    term = next_term(school, opened, today)
    return opening_of(school, term, policy, meeting_on=meeting_on) if term else None


OLDER = {term.key for term in SCHOOL.terms if term.academic_year == "2025/26"}


def test_B1_a_review_without_a_date_opens_on_the_terms_first_day() -> None:
    assert opens_at(SCHOOL, AUTUMN, POLICY, None) == start_of(date(2026, 9, 3))


def test_B1_an_agreed_date_early_in_the_term_opens_the_review_six_weeks_before_it() -> None:
    assert opens_at(SCHOOL, SPRING, POLICY, date(2027, 1, 20)) == start_of(date(2026, 12, 9))


def test_B1_an_agreed_date_late_in_the_term_opens_the_review_on_its_first_day() -> None:
    assert opens_at(SCHOOL, SPRING, POLICY, date(2027, 3, 3)) == start_of(date(2027, 1, 4))


def test_B1_a_short_term_opens_six_weeks_before_its_latest_safe_date() -> None:
    short = next(term for term in calendar("phsg").terms if term.name == "spring")
    due = latest_safe_date(calendar("phsg"), short, POLICY)
    expected = start_of(min(short.first_day, due - timedelta(weeks=6)))
    assert opens_at(calendar("phsg"), short, POLICY, None) == expected


def test_B1_the_terms_follow_one_another() -> None:
    opened = set(OLDER)
    for term in (AUTUMN, SPRING, SUMMER):
        opening = next_opening(SCHOOL, POLICY, opened=opened, today=term.first_day, meeting_on=None)
        assert opening is not None
        assert opening.term == term.key
        opened.add(term.key)
    assert next_opening(SCHOOL, POLICY, opened=opened, today=SUMMER.first_day, meeting_on=None) is None


def test_B1_a_term_that_is_over_is_not_opened_and_one_on_its_last_day_is() -> None:
    last = next_opening(SCHOOL, POLICY, opened=OLDER, today=AUTUMN.last_day, meeting_on=None)
    after = next_opening(SCHOOL, POLICY, opened=OLDER, today=AUTUMN.last_day + timedelta(days=1), meeting_on=None)
    assert last is not None
    assert after is not None
    assert (last.term, after.term) == (AUTUMN.key, SPRING.key)


@pytest.mark.parametrize("on", [date(2027, 1, 20), None, date(2027, 5, 19), date(2026, 10, 14)])
def test_B1_only_a_date_in_that_term_moves_its_opening(on: date | None) -> None:
    opening = next_opening(SCHOOL, POLICY, opened={*OLDER, AUTUMN.key}, today=date(2026, 11, 1), meeting_on=on)
    assert opening is not None
    in_spring = on == date(2027, 1, 20)
    assert opening.at == start_of(date(2026, 12, 9) if in_spring else SPRING.first_day)


def test_B1_nothing_opens_while_no_term_is_known() -> None:
    empty = SchoolCalendar("new", (), ())
    assert next_opening(empty, POLICY, opened=set(), today=date(2026, 9, 1), meeting_on=None) is None


@settings(max_examples=12)
@given(calendars(), st.data())
def test_B1_whatever_the_calendar_no_term_is_skipped_and_none_opens_twice(
    school: SchoolCalendar, data: st.DataObject
) -> None:
    today = data.draw(st.dates(date(2026, 8, 1), date(2027, 8, 1)))
    opened: set[str] = set()
    while (opening := next_opening(school, POLICY, opened=opened, today=today, meeting_on=None)) is not None:
        assert opening.term not in opened
        opened.add(opening.term)
    assert opened == {term.key for term in school.terms if term.last_day >= today}


@settings(max_examples=12)
@given(calendars(), st.integers(0, 2), st.data())
def test_B1_a_review_opens_neither_after_its_term_begins_nor_later_than_six_weeks_before_it_is_due(
    school: SchoolCalendar, place: int, data: st.DataObject
) -> None:
    term = school.terms[place]
    on = data.draw(st.none() | st.dates(term.first_day, term.last_day))
    due = on or latest_safe_date(school, term, POLICY)
    opens = opens_at(school, term, POLICY, on)
    assert opens in (start_of(term.first_day), start_of(due - timedelta(weeks=6)))
    assert opens <= start_of(term.first_day)
    assert opens <= start_of(due - timedelta(weeks=6))
