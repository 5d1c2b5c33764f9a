"""When a child who enters care has a first plan, and which term's review it is (docs/adr/0008)."""

from datetime import date, timedelta

from contracts.policy import Policy
from rules.first_plan import first_plan
from rules.opening import next_term
from tests.support.reviews import AUTUMN, SCHOOL, SPRING, SUMMER

POLICY = Policy()
"""Ten working days to begin, twenty until it is there."""


def test_B1_entering_care_in_term_asks_for_a_meeting_within_ten_working_days() -> None:
    first = first_plan(SCHOOL, POLICY, date(2026, 9, 14))
    assert first is not None
    assert (first.term, first.initial.due_on, first.initial.in_holiday) == (AUTUMN, date(2026, 9, 28), False)


def test_B1_where_the_school_is_open_for_less_than_a_week_the_virtual_school_writes_the_first_plan() -> None:
    """The school closes two days later: its part could not be written, and the meeting may be in the holiday."""
    first = first_plan(SCHOOL, POLICY, date(2026, 12, 16))
    assert first is not None
    assert (first.term, first.initial.in_holiday) == (AUTUMN, True)
    assert first.initial.due_on > AUTUMN.last_day


def test_B1_a_week_of_school_is_enough() -> None:
    first = first_plan(SCHOOL, POLICY, SUMMER.last_day - timedelta(days=7))
    assert first is not None
    assert (first.term, first.initial.in_holiday, first.initial.due_on) == (SUMMER, False, SUMMER.last_day)


def test_B1_no_term_before_a_first_plans_own_opens_after_it() -> None:
    """Begun in the last days of a term, a first plan may be the next one's review: the old term has none of its own."""
    assert next_term(SCHOOL, {SPRING.key}, date(2026, 12, 16)) == SUMMER
