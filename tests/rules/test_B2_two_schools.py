"""Dual registration: a meeting falls on a day on which both schools are open (PROCESS.md B2, edge cases)."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from contracts.calendar import SchoolCalendar
from rules.calendar import days, is_school_day
from rules.safe_dates import valid_days
from rules.two_schools import merged
from tests.support.calendars import calendar
from tests.support.reviews import plan_of
from tests.support.term_shapes import calendars

fewer = settings(max_examples=30)


@fewer
@given(calendars(), calendars())
def test_B2_a_day_is_open_when_both_schools_are(lead: SchoolCalendar, second: SchoolCalendar) -> None:
    second = replace(second, code="second")
    both = merged(lead, second)
    for term in lead.terms:
        for day in days(term.first_day, term.last_day):
            assert is_school_day(both, day) == (is_school_day(lead, day) and is_school_day(second, day))


@fewer
@given(calendars(), calendars())
def test_B2_the_terms_stay_those_of_the_lead_school(lead: SchoolCalendar, second: SchoolCalendar) -> None:
    both = merged(lead, replace(second, code="second", version=4))
    assert [replace(term, closed_days=()) for term in both.terms] == [
        replace(term, closed_days=()) for term in lead.terms
    ]
    assert all(set(old.closed_days) <= set(new.closed_days) for old, new in zip(lead.terms, both.terms, strict=True))
    assert (both.code, both.version, both.bank_holidays) == ("random and second", 5, lead.bank_holidays)


def test_B2_the_half_term_of_the_second_school_offers_no_date() -> None:
    lead, second = calendar("staffordshire"), calendar("phsg")
    autumn = next(term for term in lead.terms if term.key == "2026/27 autumn")
    both = merged(lead, second)
    offered = valid_days(plan_of(calendar=both, term=next(term for term in both.terms if term.key == autumn.key)))
    of_lead = valid_days(plan_of())
    gone = [day for day in of_lead if day not in offered]
    assert date(2026, 10, 20) in gone
    assert all(is_school_day(second, day) for day in offered)
    assert not any(is_school_day(second, day) for day in gone if day <= offered[-1])


def test_the_same_calendar_twice_is_that_calendar_and_doubt_about_one_is_doubt() -> None:
    lead, second = calendar("staffordshire"), replace(calendar("kayes"), verified=False)
    assert merged(lead, lead) is lead
    assert not merged(lead, second).verified
    assert not merged(second, lead).verified
