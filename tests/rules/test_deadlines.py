"""The named deadlines: their days, their exclusive ends in London, and the sentences that explain them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clock import end_of, london_date, morning_of, start_of
from contracts.people import Role
from contracts.policy import Policy
from contracts.review import Deadline, Stage
from rules.calendar import is_school_day
from rules.deadlines import deadlines, held_until
from tests.support.review_stages import (
    ALL_STAGES,
    completing,
    preparing,
    returned,
    signed_off,
    with_virtual_school,
)
from tests.support.reviews import AUTUMN, DT, MEETING, SCHOOL, SPRING, SW, VS, Case, at, held_on, plan_of


def of(case: Case) -> dict[str, Deadline]:
    return {deadline.name: deadline for deadline in deadlines(case.plan, case.standing)}


def days(case: Case) -> dict[str, str]:
    return {name: deadline.on.isoformat() for name, deadline in of(case).items()}


def test_A10_without_a_date_the_review_is_due_on_the_latest_safe_date() -> None:
    case = Case()
    assert days(case) == {"review_due": "2026-11-27", "latest_safe_date": "2026-11-27"}
    assert "as no date is agreed yet" in of(case)["review_due"].sentence


def test_A10_with_a_date_the_review_is_due_on_it() -> None:
    case = preparing()
    assert days(case) == {"review_due": "2026-10-14", "latest_safe_date": "2026-11-27", "meeting": "2026-10-14"}


def test_M7_the_sentence_of_the_latest_safe_date_says_how_it_was_worked_out() -> None:
    assert of(Case())["latest_safe_date"].sentence == (
        "The meeting is held by Friday 27 November 2026: after it come the last 15 school days of a term that ends on "
        "Friday 18 December 2026, which are kept to complete, sign off and amend."
    )


def test_A3_parts_and_signatures_are_due_within_7_days_of_the_meeting() -> None:
    case = completing()
    assert days(case) == {"completion": "2026-10-21", "signatures": "2026-10-21"}
    assert "7 days after the meeting on Wednesday 14 October 2026" in of(case)["completion"].sentence


def test_A3_a_record_that_comes_late_does_not_move_the_deadline() -> None:
    case = preparing().on("2026-10-20")
    case.does(SW, "record_meeting", **held_on(MEETING))
    assert days(case)["completion"] == "2026-10-21"


def test_A3_within_7_days_ends_at_the_end_of_the_seventh_day_in_london() -> None:
    assert of(completing())["completion"].until == datetime(2026, 10, 21, 23, 0, tzinfo=UTC)


def test_A3_in_the_week_in_which_summer_time_ends_the_seventh_day_is_25_hours_away_no_more() -> None:
    case = preparing().on("2026-10-21")
    case.does(SW, "record_meeting", **held_on("2026-10-21"))
    until = of(case)["completion"].until
    assert until == datetime(2026, 10, 29, 0, 0, tzinfo=UTC)
    assert until - start_of(date(2026, 10, 22)) == timedelta(days=7, hours=1)


def test_A3_in_the_week_in_which_summer_time_begins_an_hour_is_lost() -> None:
    case = Case(plan_of(term=SPRING), at("2027-03-24"))
    case.does(SW, "record_meeting", **held_on("2027-03-24"))
    until = of(case)["completion"].until
    assert until == datetime(2027, 3, 31, 23, 0, tzinfo=UTC)
    assert until - start_of(date(2027, 3, 25)) == timedelta(days=7, hours=-1)


@given(st.dates(date(2026, 9, 3), date(2027, 7, 21)))
def test_A3_the_last_instant_of_the_seventh_day_is_in_time_and_the_next_is_late(held: date) -> None:
    case = completing()
    case.standing = replace(case.standing, held_on=held)
    until = of(case)["completion"].until
    assert london_date(until - timedelta(microseconds=1)) == held + timedelta(days=7)
    assert london_date(until) == held + timedelta(days=8)
    assert timedelta(days=7, hours=-1) <= until - end_of(held) <= timedelta(days=7, hours=1)


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_a_london_day_begins_where_the_day_before_ends_and_its_letters_go_at_eight(day: date) -> None:
    assert end_of(day) == start_of(day + timedelta(days=1))
    assert london_date(start_of(day)) == day == london_date(end_of(day) - timedelta(microseconds=1))
    assert at(day, "08:00") == morning_of(day)
    length = end_of(day) - start_of(day)
    changes = {date(2026, 3, 29): 23, date(2026, 10, 25): 25, date(2027, 3, 28): 23, date(2027, 10, 31): 25}
    changes |= {date(2028, 3, 26): 23, date(2028, 10, 29): 25}
    assert length == timedelta(hours=changes.get(day, 24))


def test_A7_the_virtual_school_signs_off_within_5_school_days_of_both_signatures() -> None:
    assert days(with_virtual_school())["virtual_school_sign_off"] == "2026-10-23"
    assert "5 school days after both signatures" in of(with_virtual_school())["virtual_school_sign_off"].sentence


def test_A4_where_more_than_two_sign_no_sentence_speaks_of_both() -> None:
    plan = plan_of(policy=Policy(also_sign=(Role.CARER, Role.YOUNG_PERSON)))
    case = with_virtual_school(plan)
    assert of(case)["signatures"].sentence.startswith(
        "The social worker, the designated teacher, the carer and the young person sign by Wednesday 21 October 2026:"
    )
    for role in plan.policy.also_sign:
        case.does(role, "sign")
    assert "5 school days after all signatures were there" in of(case)["virtual_school_sign_off"].sentence


def test_a_plan_that_was_opened_again_has_no_returned_parts() -> None:
    case = signed_off()
    case.standing = replace(case.standing, stage=Stage.IN_FORCE)
    case.does(VS, "reopen", reason="A target was wrong.")
    assert of(case)["amendment"].sentence == (
        "The plan that was opened again is amended by Monday 2 November 2026: 5 school days after the plan was opened "
        "again on Monday 19 October 2026."
    )


def test_a_return_that_lands_before_a_holiday_is_due_after_it() -> None:
    case = returned()
    assert days(case)["amendment"] == "2026-11-02"
    assert days(case)["signatures"] == "2026-11-02"
    assert days(case)["completion"] == "2026-10-21"
    assert "5 school days after the return on Monday 19 October 2026" in of(case)["amendment"].sentence


@given(st.dates(AUTUMN.first_day, AUTUMN.last_day))
def test_a_returned_part_has_five_school_days_and_no_holiday_counts(on: date) -> None:
    case = returned()
    case.standing = replace(case.standing, returned_at=at(on))
    due = of(case)["amendment"].on
    between = [on + timedelta(days=number) for number in range(1, (due - on).days + 1)]
    assert len([day for day in between if is_school_day(SCHOOL, day)]) == 5
    assert is_school_day(SCHOOL, due)


HELD_UNTIL = {
    "waiting_for_date": "latest_safe_date",
    "preparing": "meeting",
    "meeting_due": "meeting",
    "completing": "completion",
    "signing": "signatures",
    "returned": "amendment",
    "virtual_school": "virtual_school_sign_off",
    "paying": None,
    "in_force": None,
}


@pytest.mark.parametrize("stage", HELD_UNTIL)
def test_A1_whoever_holds_it_has_the_deadline_of_the_stage(stage: str) -> None:
    case = ALL_STAGES[stage]()
    until = held_until(case.plan, case.standing)
    assert (until.name if until else None) == HELD_UNTIL[stage]


@pytest.mark.parametrize("stage", ALL_STAGES)
def test_every_deadline_ends_when_its_day_does_and_its_sentence_names_the_day(stage: str) -> None:
    for deadline in of(ALL_STAGES[stage]()).values():
        assert deadline.until == end_of(deadline.on)
        assert f"{deadline.on.day} {deadline.on:%B %Y}" in deadline.sentence


def test_M6_every_deadline_follows_when_the_meeting_moves() -> None:
    case = preparing()
    case.does(DT, "move_meeting", on="2026-11-11", reason="A hearing.")
    assert days(case) == {"review_due": "2026-11-11", "latest_safe_date": "2026-11-27", "meeting": "2026-11-11"}


def test_a_review_that_was_missed_has_no_deadline_left() -> None:
    assert days(Case().on("2027-01-04")) == {}
