"""The sentence about a case: who is awaited, until when, what was done and what comes, in working days (A1)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clock import london_date
from contracts.people import Role
from contracts.review import ReviewPlan, Stage, Standing
from rules.calendar import is_working_day, working_days_between
from rules.coming import coming
from rules.ladder import Kind, steps
from rules.status import Reminded, Status, status_before_the_first, status_of
from tests.support.calendars import calendar
from tests.support.review_stages import completing, meeting_due, prepared, preparing, signing, with_virtual_school
from tests.support.reviews import DT, SW, VS, Case, at, plan_of

SCHOOL = calendar("staffordshire")
DAYS = st.dates(date(2026, 9, 1), date(2027, 3, 31))


def status(case: Case, reminded: tuple[Reminded, ...] = ()) -> Status:
    return status_of(case.plan, case.standing, case.now, reminded)


def test_A1_nobody_has_arranged_a_meeting_yet() -> None:
    assert status(Case(None, at("2026-09-04"))).sentence == (
        "Waiting for the social worker to arrange the meeting, due by Friday 27 November 2026 (in 60 working days). "
        "Next, on Friday 16 October 2026: the social worker gets a reminder to arrange the meeting."
    )


def test_A1_before_the_meeting_the_missing_parts_are_counted_and_then_all_is_ready() -> None:
    assert status(preparing().on("2026-09-07")).awaited == (
        "Waiting for the designated teacher: 2 parts are missing before the meeting"
    )
    ready = status(prepared().on("2026-10-02"))
    assert (ready.awaited, ready.timing) == (
        "All is ready for the meeting",
        "which is on Wednesday 14 October 2026 (in 8 working days)",
    )


def test_M6_on_the_day_of_the_meeting_and_when_nobody_has_recorded_it() -> None:
    today = status(meeting_due())
    assert (today.awaited, today.timing, today.late) == ("The meeting is today", "", False)
    after = status(meeting_due().on("2026-10-16"))
    assert after.sentence.startswith(
        "Waiting for the social worker and the designated teacher to record whether the meeting took place, "
        "2 working days overdue: it was to be on Wednesday 14 October 2026."
    )


def test_A3_overdue_is_counted_in_working_days_and_says_who_was_asked_and_who_hears_next() -> None:
    case = completing().on("2026-10-27")
    asked = (
        Reminded(date(2026, 10, 19), Kind.COMPLETION_NUDGE, DT),
        Reminded(date(2026, 10, 22), Kind.COMPLETION_OVERDUE, SW),
    )
    before = Reminded(date(2026, 10, 7), Kind.BEFORE_MEETING, DT)
    found = status(case, (*asked, before))
    assert found.late
    assert found.timing == "4 working days overdue: it was due by Wednesday 21 October 2026"
    assert found.done == "Asked by letter on 19 October and 22 October 2026"
    told = status(case, (Reminded(date(2026, 10, 26), Kind.ESCALATION, Role.TEAM_MANAGER),))
    assert told.done == "The team manager heard that it is late on 26 October 2026"


def test_A3_what_is_due_today_is_not_late() -> None:
    found = status(signing().on("2026-10-21"))
    assert (found.awaited, found.timing, found.late) == (
        "Waiting for the social worker and the designated teacher to sign",
        "due today",
        False,
    )


def test_A7_with_the_virtual_school() -> None:
    assert status(with_virtual_school().on("2026-10-20")).sentence.startswith(
        "With the Virtual School for its sign-off, due by Friday 23 October 2026 (in 3 working days). Next, today: "
    )


def test_A8_a_signed_off_plan_says_that_the_payment_is_tried_by_itself() -> None:
    standing = Standing(Stage.PAYING, at("2026-10-20"), at("2026-12-31"), grant_pence=45_000, unfinished=True)
    assert status_of(plan_of(), standing, at("2026-10-21")).sentence == (
        "Signed off: the grant of £450 is being paid, since Tuesday 20 October 2026 (1 working day). "
        "The payment is tried again by itself until finance confirms it."
    )


@pytest.mark.parametrize("stage", [Stage.PAUSED, Stage.CLOSED, Stage.MISSED])
def test_nothing_comes_by_itself_while_the_clock_stands_still(stage: Stage) -> None:
    standing = Standing(stage, at("2026-10-12"), at("2026-10-12"), paused_from=Stage.PREPARING)
    found = status_of(plan_of(), standing, at("2026-10-14"))
    assert (found.next, coming(plan_of(), standing, at("2026-10-14"))) == ("", [])
    assert found.awaited
    assert not found.late


def test_before_the_first_review() -> None:
    assert status_before_the_first(date(2027, 1, 4)).sentence == (
        "No review is open yet. It opens by itself on Monday 4 January 2027."
    )
    assert status_before_the_first(None).sentence == "No review is open yet."


def test_every_step_of_the_ladder_that_is_still_to_come_is_told_to_its_readers() -> None:
    for case in (Case(None, at("2026-09-04")), preparing(), completing(), signing(), with_virtual_school()):
        told = coming(case.plan, case.standing, case.now)
        for step in steps(case.plan, case.standing):
            on = max(london_date(step.at), london_date(case.now))
            assert any(one.on == on and step.role.in_words in one.sentence and one.by_itself for one in told), step
        assert told == sorted(told, key=lambda one: one.on)
        assert all(one.on >= london_date(case.now) for one in told)


def test_B1_the_end_of_the_term_is_among_what_comes() -> None:
    def last(plan: ReviewPlan, standing: Standing) -> str:
        return coming(plan, standing, at("2026-10-20"))[-1].sentence

    waiting, completing_now = Case(None, at("2026-09-04")), completing()
    assert "counts as missed" in last(waiting.plan, waiting.standing)
    assert "what is unfinished then is noted" in last(completing_now.plan, completing_now.standing)


@given(DAYS, DAYS)
def test_working_days_are_counted_from_the_day_after_to_the_last(first: date, last: date) -> None:
    between = [date.fromordinal(one) for one in range(first.toordinal() + 1, last.toordinal() + 1)]
    assert working_days_between(SCHOOL, first, last) == len([day for day in between if is_working_day(SCHOOL, day)])


def test_A7_after_a_return_the_amendment_s_day_counts_and_no_earlier_one() -> None:
    case = with_virtual_school().on("2026-10-19")
    case.does(VS, "return", parts=["target:1"], reasons="Say how.")
    told = [one.sentence for one in coming(case.plan, case.standing, case.now) if not one.by_itself]
    assert len(told) == 1
    assert told[0].startswith("Returned parts are amended by Monday 2 November 2026")
    assert status(case).awaited == "Waiting for the designated teacher: 1 part is to be put right"
