"""M6: a meeting that does not take place on its date gets its actual date. M2, M3: what is recorded of it."""

from datetime import date, timedelta

import pytest

from contracts.review import Section, Stage
from rules.deadlines import completion_due_on, review_due_on
from tests.support.review_stages import completing, meeting_due, prepared, preparing, returned, signing
from tests.support.reviews import DT, LATEST_SAFE, MEETING, SW, VS, Case, at, held_on

REASON = {"reason": "A hearing on that day."}


@pytest.mark.parametrize("by", [SW, DT, VS])
def test_M6_one_act_moves_the_meeting_and_everything_that_is_timed_by_it(by: str) -> None:
    case = preparing()
    standing = case.does(by, "move_meeting", on="2026-10-21", **REASON)  # type: ignore[arg-type]
    assert standing.meeting_on == date(2026, 10, 21)
    assert review_due_on(case.plan, standing) == date(2026, 10, 21)
    assert (standing.invited_at, standing.clock_from) == (case.now, case.now)


def test_M6_every_date_has_the_next_sequence_of_the_invitation() -> None:
    case = preparing()
    assert case.standing.meeting_sequence == 1
    assert case.does(SW, "move_meeting", on="2026-10-21", **REASON).meeting_sequence == 2
    assert case.does(SW, "arrange_meeting", on="2026-10-22").meeting_sequence == 3


def test_M6_the_schools_answer_to_the_old_date_does_not_stand_for_the_new_one() -> None:
    case = preparing()
    assert case.does(DT, "agree_date", agreed=False, words="The hall is taken.").date_agreed is False
    assert case.standing.stage is Stage.PREPARING
    assert case.does(SW, "move_meeting", on="2026-10-21", **REASON).date_agreed is None


def test_M6_a_meeting_whose_day_has_come_is_moved_and_prepared_again() -> None:
    case = meeting_due()
    assert case.standing.stage is Stage.MEETING_DUE
    assert case.does(DT, "move_meeting", on="2026-10-21", **REASON).stage is Stage.PREPARING


@pytest.mark.parametrize("on", ["2026-09-30", "2026-10-13", "2026-10-14", "2026-10-16"])
def test_M6_a_meeting_on_another_day_than_arranged_is_recorded_and_never_refused(on: str) -> None:
    case = preparing().on("2026-10-16")
    standing = case.does(SW, "record_meeting", **held_on(on))
    assert (standing.held_on, standing.meeting_on) == (date.fromisoformat(on), date.fromisoformat(on))
    assert completion_due_on(case.plan, standing) == date.fromisoformat(on) + timedelta(days=7)


@pytest.mark.parametrize("on", ["2026-10-28", "2026-10-24", "2026-12-01"])
def test_M6_a_meeting_that_was_held_on_a_closed_or_late_day_is_recorded(on: str) -> None:
    assert preparing().on("2026-12-02").rules(SW, "record_meeting", **held_on(on)) == []


def test_M6_a_meeting_nobody_arranged_is_recorded() -> None:
    case = Case().on("2026-10-20")
    assert case.does(DT, "record_meeting", **held_on("2026-10-20")).stage is Stage.COMPLETING


def test_M6_a_meeting_that_was_not_held_needs_a_reason_and_a_new_date() -> None:
    case = meeting_due()
    standing = case.does(DT, "record_meeting", held=False, reason="The carer was ill.")
    assert standing.stage is Stage.WAITING_FOR_DATE
    assert (standing.meeting_on, standing.invited_at, standing.date_agreed) == (None, None, None)
    assert review_due_on(case.plan, standing) == LATEST_SAFE
    assert case.submitted(Section.TARGETS), "what was written stays"
    assert case.does(SW, "arrange_meeting", on="2026-10-21").meeting_sequence == 3, "the cancellation was the second"


def test_FORM_a_meeting_of_tomorrow_is_not_recorded_today() -> None:
    refusal = prepared().on(MEETING, "23:59").refusal(SW, "record_meeting", **held_on("2026-10-15"))
    assert list(refusal) == ["FORM"]
    assert "has not come yet" in refusal["FORM"]
    assert prepared().on("2026-10-15", "00:01").rules(SW, "record_meeting", **held_on("2026-10-15")) == []


def test_the_record_may_be_put_right_until_both_have_signed() -> None:
    case = completing()
    case.on("2026-10-15").does(SW, "record_meeting", **held_on("2026-10-13"))
    assert case.standing.held_on == date(2026, 10, 13)


def paused_after_the_meeting() -> Case:
    """Held on 14 October, paused for a week on each side of half term: 15 school days."""
    case = completing().on("2026-10-15")
    case.does(VS, "pause", reason="In hospital.")
    case.on("2026-11-12").does(VS, "resume", reason="Out again.")
    assert case.standing.paused_school_days == 15
    return case


def test_M6_the_same_meeting_recorded_again_is_due_as_late_as_its_pause_made_it() -> None:
    case = paused_after_the_meeting()
    before = completion_due_on(case.plan, case.standing)
    standing = case.does(SW, "record_meeting", **held_on(MEETING, confidential=False, reason="No room was free."))
    assert completion_due_on(case.plan, standing) == before == date(2026, 11, 18)


def test_M6_a_meeting_that_was_on_another_day_is_due_by_that_day() -> None:
    case = paused_after_the_meeting()
    standing = case.does(SW, "record_meeting", **held_on("2026-11-11"))
    assert completion_due_on(case.plan, standing) == date(2026, 11, 18)
    assert standing.paused_school_days == 0


def test_A3_a_pause_before_the_meeting_does_not_move_what_is_counted_from_it() -> None:
    case = preparing().on("2026-10-01")
    case.does(VS, "pause", reason="In hospital.")
    case.on("2026-10-06").does(VS, "resume", reason="Out again.")
    assert case.standing.paused_school_days == 3
    standing = case.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING))
    assert completion_due_on(case.plan, standing) == MEETING + timedelta(days=7)


def test_A4_a_record_that_is_put_right_voids_the_signatures_and_asks_again() -> None:
    case = signing()
    case.does(SW, "sign")
    case.on("2026-10-19")
    standing = case.does(DT, "record_meeting", **held_on("2026-10-13"))
    assert (standing.signed, standing.asked_at, standing.stage) == ((), at("2026-10-19"), Stage.SIGNING)


def test_a_record_that_is_put_right_after_a_return_keeps_what_was_returned() -> None:
    case = returned("grant")
    assert case.does(DT, "record_meeting", **held_on("2026-10-13")).stage is Stage.RETURNED
    assert case.missing == [("grant", DT)]


def test_M3_agreed_targets_stand_and_redefined_ones_void_the_signatures_too() -> None:
    case = signing()
    case.does(SW, "sign")
    standing = case.does(SW, "record_meeting", **held_on(MEETING, targets_agreed="redefined"))
    assert (standing.signed, standing.stage) == ((), Stage.COMPLETING)
    assert case.missing == [("targets", DT)]
