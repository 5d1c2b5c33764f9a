"""How a review moves from stage to stage, and what the calendar does by itself (ACTS.md, Stages)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.clock import end_of, start_of
from contracts.people import Role
from contracts.review import Section, Stage
from rules.missing import held_by
from rules.progress import as_of, crossings, next_wake, opened, settled
from tests.support.review_stages import (
    ALL_STAGES,
    completing,
    meeting_due,
    preparing,
    returned,
    signed_off,
    signing,
    with_virtual_school,
)
from tests.support.reviews import AUTUMN, DT, MEETING, SW, TO_COMPLETE, VS, Case, at, content_of, held_on, plan_of


@pytest.mark.parametrize("stage", ALL_STAGES)
def test_the_stages_are_reached_in_the_order_of_the_process(stage: str) -> None:
    assert ALL_STAGES[stage]().standing.stage == stage


@pytest.mark.parametrize("stage", ALL_STAGES)
def test_settling_what_is_settled_changes_nothing(stage: str) -> None:
    case = ALL_STAGES[stage]()
    assert settled(case.plan, case.standing, case.now) == case.standing


def test_a_review_opens_without_a_date_and_with_revision_one() -> None:
    standing = opened(plan_of(), at("2026-09-03"))
    assert (standing.stage, standing.revision, standing.changes) == (Stage.WAITING_FOR_DATE, 1, 1)
    assert (standing.since, standing.grant) == (at("2026-09-03"), "not_due")
    assert opened(plan_of(grant_eligible=False), at("2026-09-03")).grant == "not_eligible"


def test_the_day_of_the_meeting_comes_by_itself_at_midnight_in_london() -> None:
    case = preparing()
    before = as_of(case.plan, case.standing, start_of(MEETING) - timedelta(seconds=1))
    after = as_of(case.plan, case.standing, start_of(MEETING))
    assert (before.stage, after.stage, after.since) == (Stage.PREPARING, Stage.MEETING_DUE, start_of(MEETING))


def test_a_meeting_arranged_for_today_is_due_at_once() -> None:
    case = Case(now=at(MEETING))
    assert case.does(SW, "arrange_meeting", on=str(MEETING)).stage is Stage.MEETING_DUE


@pytest.mark.parametrize("stage", ["waiting_for_date", "preparing", "meeting_due"])
def test_B1_a_term_without_a_held_meeting_is_missed_when_it_is_over(stage: str) -> None:
    case = ALL_STAGES[stage]()
    last = end_of(AUTUMN.last_day)
    assert as_of(case.plan, case.standing, last - timedelta(seconds=1)).stage is not Stage.MISSED
    missed = as_of(case.plan, case.standing, last)
    assert (missed.stage, missed.since) == (Stage.MISSED, last)


@pytest.mark.parametrize("stage", ["completing", "signing", "virtual_school", "returned"])
def test_a_held_meeting_that_is_not_signed_off_at_the_end_of_term_is_unfinished_and_goes_on(stage: str) -> None:
    case = ALL_STAGES[stage]()
    after = as_of(case.plan, case.standing, end_of(AUTUMN.last_day))
    assert (after.stage, after.unfinished) == (stage, True)


@pytest.mark.parametrize("stage", ["paying", "in_force"])
def test_the_end_of_term_changes_nothing_once_it_is_signed_off(stage: str) -> None:
    case = ALL_STAGES[stage]()
    assert as_of(case.plan, case.standing, end_of(AUTUMN.last_day) + timedelta(days=90)) == case.standing


def test_an_unfinished_review_still_goes_all_the_way() -> None:
    case = with_virtual_school().on("2027-01-06")
    assert case.standing.unfinished
    assert case.does(VS, "sign_off").stage is Stage.PAYING


def test_both_boundaries_are_crossed_in_order_when_nobody_looked_for_long() -> None:
    case = preparing()
    crossed = crossings(case.plan, case.standing, at("2027-02-01"))
    assert [crossing.standing.stage for crossing in crossed] == [Stage.MEETING_DUE, Stage.MISSED]
    assert [crossing.at for crossing in crossed] == [start_of(MEETING), end_of(AUTUMN.last_day)]


def test_crossing_again_crosses_nothing() -> None:
    case = preparing()
    now = at("2027-02-01")
    assert crossings(case.plan, as_of(case.plan, case.standing, now), now) == []


def test_a_meeting_that_was_not_held_goes_back_to_waiting_for_a_date() -> None:
    case = meeting_due()
    standing = case.does(DT, "record_meeting", held=False, reason="The carer was ill.")
    assert (standing.stage, standing.meeting_on) == (Stage.WAITING_FOR_DATE, None)
    assert case.missing == [("meeting_date", SW)]


def test_since_moves_with_the_stage_and_not_with_every_act() -> None:
    case = completing()
    since = case.standing.since
    case.on("2026-10-15").submits(SW, Section.ABOUT_CHILD)
    assert (case.standing.stage, case.standing.since) == (Stage.COMPLETING, since)


@pytest.mark.parametrize(
    ("stage", "roles"),
    {
        "waiting_for_date": [SW],
        "preparing": [DT],
        "meeting_due": [SW, DT],
        "completing": [SW, DT],
        "signing": [SW, DT],
        "virtual_school": [VS],
        "returned": [DT],
        "in_force": [],
    }.items(),
)
def test_A1_one_answer_to_who_holds_it(stage: str, roles: list[str]) -> None:
    case = ALL_STAGES[stage]()
    assert held_by(case.plan, case.standing) == roles


def test_A1_finance_holds_it_while_the_grant_is_paid() -> None:
    case = signed_off()
    assert held_by(case.plan, case.standing) == ["finance"]


def test_A6_the_missing_parts_name_the_part_the_role_and_a_sentence() -> None:
    case = completing()
    assert case.missing == [
        ("about_child", SW),
        ("care_and_views", SW),
        ("attendance_and_support", DT),
        ("grant", DT),
        ("voice", SW),
        ("voice", DT),
        ("next_meeting", SW),
    ]
    assert case.missing_parts[0].sentence == "The social worker's about child section is missing."


def test_a_returned_review_names_only_what_was_returned() -> None:
    assert returned("targets").missing == [("targets", DT)]
    assert returned("voice").missing == [("voice", SW), ("voice", DT)]


@pytest.mark.parametrize("stage", ["paying", "in_force"])
def test_nothing_is_owed_after_sign_off(stage: str) -> None:
    assert ALL_STAGES[stage]().missing == []


def test_the_clock_wakes_for_the_end_of_term_when_no_letter_is_left() -> None:
    case = Case(now=at("2026-12-01"))
    assert next_wake(case.plan, case.standing) == end_of(AUTUMN.last_day)


def test_the_clock_does_not_wake_for_a_review_that_is_over() -> None:
    case = Case()
    missed = as_of(case.plan, case.standing, at("2027-01-05"))
    assert next_wake(case.plan, missed) is None
    assert next_wake(case.plan, replace(missed, stage=Stage.CLOSED)) is None


def test_acts_on_a_review_that_is_over_are_refused_by_ORDER() -> None:
    case = Case().on("2027-01-05")
    assert case.rules(SW, "arrange_meeting", on="2027-01-20") == ["ORDER"]
    assert case.rules(DT, "record_meeting", **held_on("2026-12-10")) == ["ORDER"]


def test_revision_and_changes_rise_by_one_with_every_act() -> None:
    case = Case()
    first = case.does(SW, "arrange_meeting", on=str(MEETING))
    second = case.does(DT, "agree_date", agreed=False, words="The hall is taken.")
    assert [(one.revision, one.changes) for one in (first, second)] == [(2, 2), (3, 3)]


def test_the_workflow_is_told_when_the_last_part_is_complete_and_not_before() -> None:
    case = completing().on("2026-10-15")
    told = [case.signal(SW, "submit", **one) for one in parts_of(SW)]
    assert told == [None] * len(told)
    assert case.signal(SW, "next_meeting", on="2027-01-20") is None
    *early, last = [case.signal(DT, "submit", **one) for one in parts_of(DT)]
    assert set(early) == {None}
    assert last == "part_completed"


def parts_of(role: Role) -> list[dict[str, Any]]:
    """What a party submits after the meeting."""
    mine = [*TO_COMPLETE[:2], Section.VOICE] if role is SW else [*TO_COMPLETE[2:], Section.VOICE]
    return [{"section": section, "content": content_of(section)} for section in mine]


def test_the_workflow_is_told_of_dates_meetings_signatures_returns_and_sign_off() -> None:
    assert Case().signal(SW, "arrange_meeting", on=str(MEETING)) == "meeting_arranged"
    assert preparing().signal(SW, "move_meeting", on="2026-10-15", reason="Illness.") == "meeting_arranged"
    assert meeting_due().signal(DT, "record_meeting", **held_on(MEETING)) == "meeting_recorded"
    signed_first = signing()
    assert signed_first.signal(SW, "sign") is None
    assert signed_first.signal(DT, "sign") == "signed"
    assert with_virtual_school().signal(VS, "return", parts=["grant"], reasons="Too dear.") == "returned"
    assert with_virtual_school().signal(VS, "sign_off") == "signed_off"


def test_the_workflow_is_not_told_of_what_nobody_waits_for() -> None:
    assert preparing().signal(DT, "agree_date", agreed=True) is None
    assert preparing().signal(SW, "invite", kind="carer") is None
    assert completing(young_person="did_not_take_part").signal(DT, "record_voice", words="I like maths.") is None


def test_a_date_before_the_day_of_an_act_never_moves_the_stage_back() -> None:
    case = completing().on(MEETING + timedelta(days=1))
    assert case.rules(SW, "arrange_meeting", on="2026-11-18") == ["ORDER"]
    assert case.rules(SW, "move_meeting", on="2026-11-18", reason="Second thoughts.") == ["ORDER"]
    assert case.rules(SW, "record_meeting", held=False, reason="It was not.") == ["ORDER"]
    assert case.standing.held_on == date(2026, 10, 14)


def test_a_plan_that_is_over_wakes_nobody_although_a_letter_of_its_grant_waits_for_the_school_to_open() -> None:
    """Paid and closed in half term: the letter is in the outbox, and no workflow is left that could be woken."""
    case = signed_off()
    paid = replace(case.standing, stage=Stage.IN_FORCE, grant_released_at=at("2026-10-27"), clock_from=at("2026-10-27"))
    assert next_wake(case.plan, paid) is not None
    assert next_wake(case.plan, replace(paid, stage=Stage.CLOSED)) is None
