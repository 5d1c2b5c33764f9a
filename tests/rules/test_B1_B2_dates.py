"""B1: one review each term. B2: the meeting is on a day on which that school is open."""

from datetime import date

import pytest

from contracts.calendar import TermName
from tests.support.calendars import calendar, term
from tests.support.review_stages import preparing, signed_off
from tests.support.reviews import DT, SPRING, SW, VS, Case, at, plan_of

CLOSED = {
    "2026-10-28": "in the school's half term",
    "2026-10-26": "in the school's half term",
    "2026-10-30": "in the school's half term",
    "2026-10-17": "a weekend",
    "2026-10-18": "a weekend",
    "2026-12-25": "a bank holiday",
    "2026-12-22": "in the school's holidays",
    "2026-12-19": "a weekend",
}


@pytest.mark.parametrize("on", CLOSED)
def test_B2_a_closed_day_is_refused_and_the_sentence_says_why(on: str) -> None:
    case = Case()
    refusal = case.refusal(SW, "arrange_meeting", on=on)
    assert list(refusal) == ["B2"]
    assert f"is {CLOSED[on]}." in refusal["B2"]


def test_B2_a_date_in_half_term_is_refused_with_the_nearest_valid_dates() -> None:
    refusal = Case().refusal(SW, "arrange_meeting", on="2026-10-28")
    assert refusal["B2"] == (
        "Wednesday 28 October 2026 is in the school's half term. The nearest valid dates are "
        "Thursday 22 October 2026, Friday 23 October 2026, Monday 2 November 2026."
    )


def test_B2_the_dates_that_are_offered_are_taken() -> None:
    case = Case()
    for on in ("2026-10-22", "2026-10-23", "2026-11-02"):
        assert case.rules(SW, "arrange_meeting", on=on) == []


def test_B2_the_dates_that_are_offered_are_not_past() -> None:
    case = Case(now=at("2026-10-30"))
    assert "23 October" not in case.refusal(SW, "arrange_meeting", on="2026-10-31")["B2"]


def test_B2_where_no_date_is_left_the_sentence_says_whom_to_ask() -> None:
    case = Case(now=at("2026-12-05"))
    assert "ask the Virtual School" in case.refusal(SW, "arrange_meeting", on="2026-12-12")["B2"]


def test_B2_a_closure_or_INSET_day_of_that_school_is_refused() -> None:
    kayes = calendar("kayes")
    case = Case(plan_of(calendar=kayes, term=term(kayes, "2026/27", TermName.AUTUMN)))
    assert "a day on which the school is closed" in case.refusal(SW, "arrange_meeting", on="2026-10-23")["B2"]
    assert Case().rules(SW, "arrange_meeting", on="2026-10-23") == []


def test_B2_each_school_has_its_own_half_term() -> None:
    phsg = calendar("phsg")
    case = Case(plan_of(calendar=phsg, term=term(phsg, "2026/27", TermName.AUTUMN)))
    assert case.rules(SW, "arrange_meeting", on="2026-10-21") == ["B2"]
    assert Case().rules(SW, "arrange_meeting", on="2026-10-21") == []


def test_B2_a_bank_holiday_in_term_is_refused() -> None:
    widmer = calendar("widmer-end")
    summer = term(widmer, "2026/27", TermName.SUMMER)
    case = Case(plan_of(calendar=widmer, term=summer), at("2027-04-12"))
    assert case.refusal(SW, "arrange_meeting", on="2027-05-03")["B2"].startswith("Monday 3 May 2027 is a bank holiday.")


def test_B2_a_date_before_this_term_begins_is_refused() -> None:
    case = Case(plan_of(term=SPRING), at("2026-12-01"))
    assert "before the spring term 2026/27 begins" in case.refusal(SW, "arrange_meeting", on="2026-12-09")["B2"]


@pytest.mark.parametrize("by", [SW, DT, VS])
def test_B2_a_move_is_checked_as_the_first_date_was(by: str) -> None:
    case = preparing()
    assert case.rules(by, "move_meeting", on="2026-10-28", reason="A hearing.") == ["B2"]  # type: ignore[arg-type]


def test_B2_the_next_meeting_is_checked_against_the_next_terms_dates() -> None:
    case = signed_off()
    assert case.rules(SW, "next_meeting", on="2027-01-20") == []
    assert case.rules(SW, "next_meeting", on="2027-02-16") == ["B2"]
    assert case.rules(SW, "next_meeting", on="2027-01-23") == ["B2"]
    assert case.rules(SW, "next_meeting", on="2026-12-29") == ["B2"]


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2028-05-13", "Saturday 13 May 2028 is a weekend"),
        ("2028-08-09", "Wednesday 9 August 2028 is in August"),
        ("2027-08-30", "Monday 30 August 2027 is a bank holiday"),
        ("2027-08-03", "Tuesday 3 August 2027 is in August"),
    ],
)
def test_B2_a_next_date_in_terms_that_are_not_known_is_a_weekday_outside_bank_holidays_and_august(
    on: str, why: str
) -> None:
    assert signed_off().refusal(SW, "next_meeting", on=on) == {"B2": f"{why}: choose a weekday of the next term."}
    assert signed_off().rules(SW, "next_meeting", on="2027-09-22") == []


def test_FORM_a_past_date_is_refused_and_today_is_not() -> None:
    case = Case(now=at("2026-10-14", "23:30"))
    assert case.rules(SW, "arrange_meeting", on="2026-10-13") == ["FORM"]
    assert case.rules(SW, "arrange_meeting", on="2026-10-14") == []
    assert case.rules(SW, "next_meeting", on="2026-10-13") == ["FORM"]


def test_FORM_which_day_it_is_counts_in_london_and_not_in_UTC() -> None:
    just_after_midnight = Case(now=at("2026-10-15", "00:30"))
    assert just_after_midnight.now.date() == date(2026, 10, 14)
    assert just_after_midnight.rules(SW, "arrange_meeting", on="2026-10-14") == ["FORM"]


def test_B1_the_next_meeting_is_not_in_this_term() -> None:
    refusal = signed_off().refusal(SW, "next_meeting", on="2026-11-18")
    assert list(refusal) == ["B1"]
    assert "this one ends on Friday 18 December 2026" in refusal["B1"]


def test_nothing_is_said_of_the_date_of_a_meeting_that_was_held() -> None:
    case = signed_off()
    assert case.rules(DT, "agree_date", agreed=False) == ["ORDER"]
    assert case.rules(DT, "answer_invitation", answer="yes") == ["ORDER"]
