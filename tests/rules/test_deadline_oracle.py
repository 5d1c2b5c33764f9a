"""A hundred thousand random cases of 2020 to 2045 against an independent oracle: no deadline may differ by a day.

45,000 spans, 30,000 instants, 5,000 safe dates and 20,000 whole lists of deadlines (PROCESS.md M7, A3, A7, Numbers).
"""

import os
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given, settings

from contracts.clock import at_london, end_of, in_words, london_date, morning_of, start_of
from contracts.policy import Span
from contracts.review import Deadline, InitialPep
from rules.deadlines import deadlines
from rules.safe_dates import latest_safe_date, nearest_valid_days, safe_date_of, valid_days
from rules.spans import after, before
from tests.support import deadline_oracle as oracle
from tests.support import english_days as english
from tests.support.deadline_cases import (
    CALENDARS,
    WITHOUT_TERMS,
    Laid,
    Review,
    a_day,
    a_review,
    a_span,
    an_instant,
    cases,
)
from tests.support.review_stages import completing, returned
from tests.support.reviews import MEETING

_ONE_DAY = timedelta(days=1)
_EACH = 1_000 if os.environ.get("CI") else 100
"""All hundred thousand in `.ci/run`, which sets CI; a tenth of them in `./pep test`, as all take minutes."""


def a_count(dice: Random, of: Laid) -> tuple[Laid, date, Span]:
    return of, a_day(dice, of.calendar), a_span(dice, 45)


def a_moment(dice: Random, of: Laid) -> tuple[date, datetime]:
    day = a_day(dice, of.calendar)
    return day, an_instant(dice, day)


def a_search(dice: Random, of: Laid) -> tuple[Review, date, date]:
    return a_review(dice, of), a_day(dice, of.calendar), a_day(dice, of.calendar)


@settings(max_examples=45 * _EACH)
@given(cases(a_count, CALENDARS + WITHOUT_TERMS))
def test_a_span_ends_and_begins_on_the_day_of_the_oracle(case: tuple[Laid, date, Span]) -> None:
    of, day, span = case
    assert after(of.calendar, day, span) == of.days.after(day, span)
    assert before(of.calendar, day, span) == of.days.before(day, span)


@settings(max_examples=30 * _EACH)
@given(cases(a_moment))
def test_a_day_and_an_instant_of_london_are_those_of_the_oracle(case: tuple[date, datetime]) -> None:
    day, instant = case
    assert (start_of(day), morning_of(day)) == (english.begins(day), english.morning(day))
    assert end_of(day) == english.begins(date.fromordinal(day.toordinal() + 1))
    assert london_date(instant) == english.london_day(instant)
    shown = instant.time()
    assert at_london(day, shown) in (english.instants_of(day, shown) or [english.begins(day) + _since_midnight(shown)])
    assert in_words(day) == english.words(day)


def _since_midnight(shown: time) -> timedelta:
    """A skipped time counts as so long after midnight, as if the clocks stood still."""
    return timedelta(hours=shown.hour, minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)


@settings(max_examples=5 * _EACH)
@given(cases(a_search))
def test_M7_the_latest_safe_date_and_the_valid_days_are_those_of_the_oracle(case: tuple[Review, date, date]) -> None:
    review, around, not_before = case
    plan, days = review.plan, review.days
    safe, expected = safe_date_of(plan), oracle.safe_date(days, plan)
    assert safe.on == expected.on
    assert any(all(phrase in safe.because for phrase in says) for says in expected.says), (safe.because, expected)
    of_others = oracle.safe_date(days, replace(plan, year_group="", initial=None)).on
    assert latest_safe_date(plan.calendar, plan.term, plan.policy) == of_others
    valid = oracle.valid_days(days, plan)
    assert valid_days(plan) == valid
    nearest = nearest_valid_days(plan, around, not_before)
    assert nearest == sorted(set(nearest) & {day for day in valid if day >= not_before})
    distances = sorted(abs(day - around) for day in valid if day >= not_before)
    assert sorted(abs(day - around) for day in nearest) == distances[:3]


@settings(max_examples=20 * _EACH)
@given(cases(a_review))
def test_every_deadline_of_a_review_is_that_of_the_oracle_and_says_why(review: Review) -> None:
    found = deadlines(review.plan, review.standing)
    expected = oracle.deadlines(review.days, review.plan, review.standing)
    assert len(found) == len({deadline.name for deadline in found})
    assert {deadline.name: deadline.on for deadline in found} == {name: one.on for name, one in expected.items()}
    for deadline in found:
        assert deadline.until == english.begins(deadline.on + _ONE_DAY)
        assert english.words(deadline.on) in deadline.sentence
        assert deadline.sentence.endswith(".")
        assert says_why(deadline, expected[deadline.name])


def says_why(deadline: Deadline, expected: oracle.Expected) -> bool:
    """Whether the sentence names what the day was counted from."""
    return any(all(phrase in deadline.sentence for phrase in says) for says in expected.says)


def test_a_completion_that_a_pause_moved_says_so_after_a_return_too() -> None:
    case = returned()
    case.standing = replace(case.standing, paused_school_days=3)
    completion = next(one for one in deadlines(case.plan, case.standing) if one.name == "completion")
    assert ("3 school days later" in completion.sentence) == (completion.on != date(2026, 10, 21))


def test_a_first_plan_that_was_paused_says_that_it_is_counted_from_entering_care() -> None:
    case = completing()
    first = InitialPep(date(2026, 9, 21), MEETING, date(2026, 10, 19), case.plan.term.last_day)
    case.plan = replace(case.plan, initial=first)
    case.standing = replace(case.standing, paused_school_days=2)
    completion = next(one for one in deadlines(case.plan, case.standing) if one.name == "completion")
    assert completion.on == date(2026, 10, 21)
    assert "20 working days after the child entered care on Monday 21 September 2026" in completion.sentence
    assert "2 school days later because the review was paused" in completion.sentence


def test_the_bank_holidays_of_the_cases_are_those_that_are_published() -> None:
    published = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    for year in range(2020, 2029):
        assert english.bank_holidays(year) == sorted(one["date"] for one in published if one["date"].year == year)
