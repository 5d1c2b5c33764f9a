"""What the six published calendars say, worked out by hand from the schools' pages (PROCESS.md B2, M7)."""

from datetime import date

import pytest

from contracts.calendar import SchoolCalendar, Term, TermName
from contracts.policy import Policy, Span, Unit
from rules.calendar import (
    first_school_day,
    first_working_day,
    is_known,
    is_school_day,
    offer,
    school_days_of,
    term_after,
    term_of,
    why_closed,
)
from rules.safe_dates import latest_safe_date, lead_up_starts, nearest_valid_days
from rules.spans import after
from tests.support.calendars import calendar, term
from tests.support.reviews import plan_of

POLICY = Policy()
AUTUMN, SPRING, SUMMER = TermName


@pytest.mark.parametrize(
    ("code", "academic_year", "name", "latest"),
    [
        ("staffordshire", "2025/26", AUTUMN, "2025-11-28"),
        ("staffordshire", "2025/26", SPRING, "2026-03-06"),
        ("staffordshire", "2025/26", SUMMER, "2026-06-26"),
        ("staffordshire", "2026/27", AUTUMN, "2026-11-27"),
        ("staffordshire", "2026/27", SPRING, "2027-03-04"),
        ("staffordshire", "2026/27", SUMMER, "2027-06-30"),
        ("widmer-end", "2025/26", SUMMER, "2026-07-01"),
        ("widmer-end", "2026/27", AUTUMN, "2026-11-27"),
        ("widmer-end", "2026/27", SUMMER, "2027-06-30"),
        ("shade", "2026/27", AUTUMN, "2026-11-27"),
        ("shade", "2026/27", SPRING, "2027-03-04"),
        ("shade", "2026/27", SUMMER, "2027-06-30"),
        ("phsg", "2026/27", AUTUMN, "2026-11-27"),
        ("phsg", "2026/27", SUMMER, "2027-06-25"),
        ("kayes", "2025/26", AUTUMN, "2025-11-27"),
        ("kayes", "2025/26", SUMMER, "2026-06-29"),
        ("kayes", "2026/27", AUTUMN, "2026-11-26"),
        ("kayes", "2026/27", SPRING, "2027-03-04"),
        ("kayes", "2026/27", SUMMER, "2027-06-30"),
        ("saint-gregorys", "2026/27", AUTUMN, "2026-11-27"),
        ("saint-gregorys", "2026/27", SPRING, "2027-03-04"),
        ("saint-gregorys", "2026/27", SUMMER, "2027-06-29"),
    ],
)
def test_M7_the_latest_safe_date_of_published_terms(code: str, academic_year: str, name: TermName, latest: str) -> None:
    of = calendar(code)
    assert latest_safe_date(of, term(of, academic_year, name), POLICY) == date.fromisoformat(latest)


def test_M7_the_lead_up_is_the_last_three_weeks_of_term() -> None:
    of = calendar("staffordshire")
    autumn = term(of, "2026/27", AUTUMN)
    assert lead_up_starts(of, autumn, POLICY) == date(2026, 11, 30)
    assert lead_up_starts(of, autumn, Policy(lead_up=Span(0))) == date(2026, 12, 19)
    assert latest_safe_date(of, autumn, Policy(lead_up=Span(0))) == date(2026, 12, 18)


@pytest.mark.parametrize(
    ("code", "day", "reason"),
    [
        ("staffordshire", "2026-10-24", "a weekend"),
        ("staffordshire", "2026-10-28", "in the school's half term"),
        ("staffordshire", "2025-11-03", "a day on which the school is closed"),
        ("staffordshire", "2026-12-21", "in the school's holidays"),
        ("staffordshire", "2027-05-03", "a bank holiday"),
        ("widmer-end", "2026-10-22", "a day on which the school is closed"),
        ("widmer-end", "2027-05-03", "a bank holiday"),
        ("shade", "2027-02-12", "in the school's half term"),
        ("shade", "2027-06-08", "in the school's half term"),
        ("phsg", "2026-10-19", "in the school's half term"),
        ("phsg", "2026-11-02", "in the school's half term"),
        ("kayes", "2026-09-01", "a day on which the school is closed"),
        ("saint-gregorys", "2026-11-02", "in the school's half term"),
    ],
)
def test_B2_a_day_on_which_that_school_is_closed(code: str, day: str, reason: str) -> None:
    assert why_closed(calendar(code), date.fromisoformat(day)) == reason


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("staffordshire", "2026-10-19"),
        ("staffordshire", "2026-11-02"),
        ("phsg", "2026-11-03"),
        ("shade", "2027-06-09"),
        ("kayes", "2026-09-02"),
    ],
)
def test_B2_a_day_on_which_that_school_is_open(code: str, day: str) -> None:
    assert is_school_day(calendar(code), date.fromisoformat(day))


def test_B2_the_dates_that_are_offered_instead_of_a_half_term() -> None:
    of = calendar("phsg")
    near = nearest_valid_days(
        plan_of(calendar=of, term=term(of, "2026/27", AUTUMN)), date(2026, 10, 28), date(2026, 9, 1)
    )
    assert near == [date(2026, 11, 3), date(2026, 11, 4), date(2026, 11, 5)]
    assert offer(near) == (
        "The nearest valid dates are Tuesday 3 November 2026, Wednesday 4 November 2026, Thursday 5 November 2026."
    )


def test_B2_no_date_is_offered_when_the_term_has_none_left() -> None:
    of = calendar("phsg")
    assert (
        nearest_valid_days(plan_of(calendar=of, term=term(of, "2026/27", AUTUMN)), date(2026, 12, 1), date(2026, 12, 1))
        == []
    )
    assert offer([]) == "No valid date is left in this term: ask the Virtual School what to do."


def test_school_days_pass_over_half_term_and_closed_days() -> None:
    kayes = calendar("kayes")
    assert after(kayes, date(2026, 10, 22), Span(1, Unit.SCHOOL_DAY)) == date(2026, 11, 2)
    assert after(kayes, date(2026, 12, 3), Span(5, Unit.SCHOOL_DAY)) == date(2026, 12, 11)
    assert after(kayes, date(2026, 12, 17), Span(2, Unit.SCHOOL_DAY)) == date(2027, 1, 4)


def test_first_days_after_the_summer_are_that_schools_own() -> None:
    assert first_school_day(calendar("kayes"), date(2026, 7, 22)) == date(2026, 9, 2)
    assert first_school_day(calendar("staffordshire"), date(2026, 7, 18)) == date(2026, 9, 3)


def test_a_summer_that_is_not_wholly_known_is_still_a_holiday() -> None:
    """phsg ends on 16 July 2027 and its next year is not known: nobody is chased there on 19 July."""
    assert first_school_day(calendar("phsg"), date(2027, 7, 17)) == date(2027, 9, 6)
    late = Term("2026/27", AUTUMN, date(2026, 9, 8), date(2026, 12, 18))
    assert first_school_day(SchoolCalendar("late", (late,), ()), date(2026, 7, 20)) == date(2026, 7, 20)
    assert first_school_day(SchoolCalendar("late", (late,), ()), date(2026, 7, 21)) == date(2026, 9, 8)


def test_without_known_dates_weekdays_of_term_time_count_as_open() -> None:
    unknown = SchoolCalendar("unknown", (), (date(2027, 5, 3),))
    assert first_school_day(unknown, date(2027, 5, 1)) == date(2027, 5, 4)
    assert first_school_day(unknown, date(2027, 7, 21)) == date(2027, 9, 6)
    assert not is_known(unknown, date(2027, 5, 4))


def test_councils_work_through_school_holidays_but_not_on_bank_holidays() -> None:
    assert first_working_day(calendar("shade"), date(2026, 12, 24)) == date(2026, 12, 24)
    assert first_working_day(calendar("shade"), date(2026, 12, 25)) == date(2026, 12, 29)


def test_which_term_a_day_lies_in() -> None:
    of = calendar("staffordshire")
    autumn, spring = term(of, "2026/27", AUTUMN), term(of, "2026/27", SPRING)
    assert term_of(of, date(2026, 10, 28)) == autumn
    assert term_of(of, date(2026, 12, 24)) is None
    assert term_after(of, autumn) == spring
    assert term_after(of, of.terms[-1]) is None
    assert is_known(of, date(2026, 12, 24))
    assert not is_known(of, date(2027, 7, 22))


def test_M7_a_term_that_is_all_lead_up_still_has_its_first_school_day() -> None:
    short = Term("2026/27", AUTUMN, date(2026, 9, 5), date(2026, 9, 18), closed_days=(date(2026, 9, 7),))
    of = SchoolCalendar("short", (short,), ())
    assert latest_safe_date(of, short, POLICY) == date(2026, 9, 8)
    assert len(school_days_of(of, short)) == 9
