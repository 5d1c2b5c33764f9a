"""M7: no meeting in the lead-up to the end of term, the last 15 school days of that school's term."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.calendar import TermName
from contracts.policy import Policy, Span, Unit
from rules.calendar import is_school_day
from tests.support.calendars import calendar, term
from tests.support.review_stages import preparing, signed_off
from tests.support.reviews import AUTUMN, LATEST_SAFE, SCHOOL, SW, VS, Case, at, plan_of


def test_M7_the_latest_safe_date_is_taken_and_the_next_school_day_is_not() -> None:
    case = Case()
    assert case.rules(SW, "arrange_meeting", on=str(LATEST_SAFE)) == []
    assert case.rules(SW, "arrange_meeting", on="2026-11-30") == ["M7"]


def test_M7_the_sentence_shows_the_latest_safe_date_and_how_it_was_worked_out() -> None:
    """The reason is one for the latest safe date, not for the day that is refused."""
    assert Case().refusal(VS, "arrange_meeting", on="2026-12-16")["M7"] == (
        "Wednesday 16 December 2026 is too late: the latest safe date is Friday 27 November 2026, because after it "
        "come the last 15 school days of a term that ends on Friday 18 December 2026, which are kept to complete, sign "
        "off and amend. After a later meeting the school might not get the grant. The nearest valid dates are "
        "Wednesday 25 November 2026, Thursday 26 November 2026, Friday 27 November 2026."
    )


def test_M7_of_a_day_after_the_term_it_says_so() -> None:
    sentence = Case().refusal(SW, "arrange_meeting", on="2027-01-20")["M7"]
    assert sentence.startswith(
        "Wednesday 20 January 2027 is too late: it is after the autumn term 2026/27, and the latest safe date is "
        "Friday 27 November 2026, because after it come the last 15 school days of a term that ends on Friday 18 "
        "December 2026, which are kept to complete, sign off and amend. "
    )


def test_M7_a_child_who_is_not_eligible_is_told_nothing_of_the_grant() -> None:
    case = Case(plan_of(grant_eligible=False))
    assert "grant" not in case.refusal(SW, "arrange_meeting", on="2026-12-16")["M7"]


def test_M7_every_school_day_of_the_lead_up_is_refused() -> None:
    case = Case()
    days = [AUTUMN.last_day - timedelta(days=number) for number in range(19)]
    school_days = [day for day in days if is_school_day(SCHOOL, day)]
    assert len(school_days) == 15
    assert all(case.rules(SW, "arrange_meeting", on=str(day)) == ["M7"] for day in school_days)


def test_M7_a_closed_day_in_the_lead_up_breaks_both_rules() -> None:
    assert Case().rules(SW, "arrange_meeting", on="2026-12-05") == ["B2", "M7"]


def test_M7_a_day_between_the_latest_safe_date_and_the_lead_up_breaks_only_B2() -> None:
    assert Case().rules(SW, "arrange_meeting", on="2026-11-28") == ["B2"]


def test_M7_a_move_is_checked_too() -> None:
    assert preparing().rules(SW, "move_meeting", on="2026-12-02", reason="A hearing.") == ["M7"]


def test_M7_the_next_meeting_is_checked_in_its_own_term() -> None:
    case = signed_off()
    assert case.rules(SW, "next_meeting", on="2027-03-04") == []
    refusal = case.refusal(SW, "next_meeting", on="2027-03-05")
    assert list(refusal) == ["M7"]
    assert "a term that ends on Thursday 25 March 2027" in refusal["M7"]


@pytest.mark.parametrize(
    ("code", "safe"),
    [("staffordshire", "2026-11-27"), ("kayes", "2026-11-26"), ("widmer-end", "2026-11-27"), ("phsg", "2026-11-27")],
)
def test_M7_counts_the_school_days_of_that_school(code: str, safe: str) -> None:
    school = calendar(code)
    case = Case(plan_of(calendar=school, term=term(school, "2026/27", TermName.AUTUMN)))
    assert case.rules(SW, "arrange_meeting", on=safe) == []
    after = date.fromisoformat(safe) + timedelta(days=1)
    while not is_school_day(school, after):
        after += timedelta(days=1)
    assert case.rules(SW, "arrange_meeting", on=str(after)) == ["M7"]


def test_M7_the_number_of_days_is_policy() -> None:
    policy = replace(Policy(), lead_up=Span(5, Unit.SCHOOL_DAY))
    case = Case(plan_of(policy=policy))
    assert case.rules(SW, "arrange_meeting", on="2026-12-11") == []
    assert case.rules(SW, "arrange_meeting", on="2026-12-14") == ["M7"]


def test_M7_a_meeting_that_was_held_in_the_lead_up_is_recorded_all_the_same() -> None:
    case = preparing().on("2026-12-15")
    fields = {"held": True, "on": "2026-12-15", "confidential": True, "young_person": "attended"}
    assert case.rules(SW, "record_meeting", **fields, grant_agreed=True, actions=[]) == []
    assert at("2026-12-15") == case.now
