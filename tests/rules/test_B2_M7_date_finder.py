"""B2, M7: the dates that a term still has, the latest safe one, and the sentence against every other."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.calendar import SchoolCalendar
from contracts.clock import in_words
from contracts.review import InitialPep
from rules.date_finder import TOO_LATE, DayVerdict, days_of_the_term, offer_of
from rules.safe_dates import valid_days
from tests.support.review_stages import preparing
from tests.support.reviews import AUTUMN, LATEST_SAFE, SCHOOL, SW, Case, plan_of
from tests.support.term_shapes import calendars

FIRST = AUTUMN.first_day


def verdict_on(day: str) -> DayVerdict:
    found = {verdict.day: verdict for verdict in days_of_the_term(plan_of(), FIRST)}
    return found[date.fromisoformat(day)]


def test_B2_every_closed_day_of_the_term_has_its_sentence() -> None:
    weekend, half_term, school_day = verdict_on("2026-09-12"), verdict_on("2026-10-28"), verdict_on("2026-10-14")
    assert (weekend.rules, weekend.reason) == (("B2",), "a weekend")
    assert (half_term.rules, half_term.reason) == (("B2",), "in the school's half term")
    assert half_term.sentences[0].startswith("Wednesday 28 October 2026 is in the school's half term.")
    assert "The nearest valid dates are " in half_term.sentences[0]
    assert (school_day.valid, school_day.sentences, school_day.reason) == (True, (), None)


def test_M7_the_days_after_the_latest_safe_date_say_why_they_are_too_late() -> None:
    assert verdict_on(str(LATEST_SAFE)).valid
    late = verdict_on("2026-12-09")
    assert (late.rules, late.reason) == (("M7",), TOO_LATE)
    assert "too late: the latest safe date is Friday 27 November 2026, because after it come" in late.sentences[0]
    assert verdict_on("2026-12-05").rules == ("B2", "M7")


def test_B2_M7_the_days_go_from_today_to_the_last_of_the_term() -> None:
    found = days_of_the_term(plan_of(), date(2026, 11, 20))
    assert [found[0].day, found[-1].day] == [date(2026, 11, 20), AUTUMN.last_day]
    assert days_of_the_term(plan_of(), FIRST - timedelta(days=40))[0].day == FIRST
    assert days_of_the_term(plan_of(), AUTUMN.last_day + timedelta(days=1)) == []


def test_B2_M7_the_verdict_is_what_an_act_would_be_answered() -> None:
    case = Case().on("2026-10-01")
    for verdict in days_of_the_term(case.plan, case.today):
        assert tuple(case.rules(SW, "arrange_meeting", on=str(verdict.day))) == verdict.rules


@settings(max_examples=10)
@given(calendars(), st.integers(0, 2), st.dates(date(2026, 9, 1), date(2027, 7, 20)))
def test_B2_M7_the_days_without_a_fault_are_exactly_the_valid_ones(
    calendar: SchoolCalendar, place: int, today: date
) -> None:
    plan = plan_of(calendar=calendar, term=calendar.terms[place])
    offer = offer_of(plan, Case(plan).standing, today)
    assert offer.valid_days == [day for day in valid_days(plan) if day >= today]
    assert all(verdict.sentences and verdict.reason for verdict in offer.refused)
    assert (offer.suggested.on in offer.valid_days) if offer.suggested else offer.valid_days == []


def test_M7_the_latest_safe_date_is_explained() -> None:
    latest = offer_of(plan_of(), Case().standing, FIRST).latest_safe
    assert latest.on == LATEST_SAFE
    assert latest.sentence.startswith(
        "The latest safe date is Friday 27 November 2026: after it come the last 15 school"
    )
    unverified = offer_of(plan_of(calendar=replace(SCHOOL, verified=False)), Case().standing, FIRST).latest_safe
    assert unverified.sentence.endswith("The school's term dates are not verified: ask the school for them.")


def test_the_suggested_day_is_in_the_middle_and_its_reminders_still_go_out() -> None:
    offer = offer_of(plan_of(), Case().standing, FIRST)
    assert offer.suggested
    left = offer.valid_days
    assert offer.suggested.on == left[(len(left) - 1) // 2] == date(2026, 10, 13)
    assert offer.suggested.sentence == (
        "Tuesday 13 October 2026 is about the middle of the 57 valid days that are left. Reminders still go out 3 and "
        "1 weeks before it to both parties, and 14, 7 and 2 days before it to the designated teacher."
    )


def test_late_in_the_term_the_suggested_day_waits_for_the_reminders_that_can_still_go_out() -> None:
    def suggested(today: date) -> tuple[date, str]:
        found = offer_of(plan_of(), Case().standing, today).suggested
        assert found
        return found.on, found.sentence

    on, sentence = suggested(date(2026, 11, 9))
    assert on == date(2026, 11, 24), "the first day more than 14 days ahead; the middle would be the 18th"
    assert "is the first with time for its reminders after the middle of the 15 valid days" in sentence
    assert "14, 7 and 2 days" in sentence
    on, sentence = suggested(date(2026, 11, 18))
    assert on == date(2026, 11, 26)
    assert "7 and 2 days" in sentence
    assert "14" not in sentence
    on, sentence = suggested(LATEST_SAFE)
    assert (on, "It is too near for any reminder" in sentence) == (LATEST_SAFE, True)
    assert f"{in_words(LATEST_SAFE)} is the only valid day that is left." in sentence
    assert offer_of(plan_of(), Case().standing, LATEST_SAFE + timedelta(days=1)).suggested is None


def test_an_arranged_date_is_shown_with_what_is_against_it_and_a_held_meeting_needs_no_other() -> None:
    case = preparing()
    arranged = offer_of(case.plan, case.standing, FIRST).arranged
    assert arranged
    assert (arranged.day, arranged.valid) == (case.standing.meeting_on, True)
    closed = replace(case.plan, term=replace(AUTUMN, closed_days=(arranged.day,)))
    closed = replace(closed, calendar=replace(SCHOOL, terms=(closed.term,)))
    against = offer_of(closed, case.standing, FIRST).arranged
    assert against
    assert against.rules == ("B2",)
    held = offer_of(case.plan, replace(case.standing, held_on=arranged.day), arranged.day)
    assert (held.held_on, held.arranged, held.suggested) == (arranged.day, None, None)


def test_M7_a_first_plan_is_offered_the_days_of_its_own_time() -> None:
    initial = InitialPep(date(2026, 10, 5), date(2026, 10, 19), date(2026, 11, 2), AUTUMN.last_day)
    offer = offer_of(plan_of(initial=initial), Case().standing, date(2026, 10, 1))
    assert (offer.days[0].day, offer.valid_days[0]) == (date(2026, 10, 5), date(2026, 10, 5))
    assert offer.valid_days[-1] == offer.latest_safe.on == date(2026, 10, 19)
    assert "entered care on Monday 5 October 2026" in offer.latest_safe.sentence
