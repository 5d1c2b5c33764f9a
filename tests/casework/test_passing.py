"""What the clock does to a case: crossings and letters, once, only while they are true, also when it comes late."""

import asyncio

import pytest

from casework.clockwork import pass_time
from casework.errors import StepWithoutEffect
from contracts.clock import end_of, start_of
from contracts.review import GrantState, Section, Stage
from store.outbox_tables import Letter, Message
from store.tables import CaseEvent
from tests.support.reviews import AUTUMN, DT, MEETING, SPRING, SW, VS, at, held_on
from tests.support.taken import SPRING as THE_SPRING
from tests.support.taken import Desk, held, in_force, opened, signed, with_a_meeting


async def kinds(desk: Desk) -> list[tuple[str, str]]:
    return [(letter.kind, letter.intended_role) for letter in await desk.rows(Letter)]


async def test_A10_a_step_is_written_when_it_is_due_and_asking_again_writes_nothing_twice(desk: Desk) -> None:
    await opened(desk)
    desk.on("2026-10-16", "08:00")
    await asyncio.gather(*(desk.passes() for _ in range(3)))
    expected = [
        ("arrange_meeting", "social_worker"),
        ("review_due", "designated_teacher"),
        ("review_due", "social_worker"),
    ]
    assert sorted(await kinds(desk)) == expected
    changes = (await desk.standing()).changes
    await desk.passes()
    assert sorted(await kinds(desk)) == expected
    assert (await desk.standing()).changes == changes


async def test_no_step_of_the_clock_asks_its_workflow_to_send_what_it_has_written(desk: Desk) -> None:
    """The worker's sweep sends: a local activity cuts off a letter that a slow server is about to take (adr/0004)."""
    await opened(desk)
    review = (await desk.reviews())[0].plan.review_id
    async with desk.database.transaction() as session:
        taken = await pass_time(session, review, desk.on("2026-10-16", "08:00").clock.at)
    assert len(await desk.rows(Letter)) == 3
    assert taken.letters_waiting is False


async def test_a_wake_that_comes_early_changes_nothing(desk: Desk) -> None:
    await opened(desk)
    before, stored = await desk.counts(), await desk.stored()
    await desk.on("2026-10-16", "07:59").passes()
    assert (await desk.counts(), await desk.stored()) == (before, stored)


async def test_M6_a_chaser_for_a_date_that_was_moved_meanwhile_is_not_written(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-10-06").does(SW, "move_meeting", on="2026-11-18", reason="A hearing.")
    await desk.on("2026-10-12", "08:00").passes()
    assert ("before_meeting", "designated_teacher") not in await kinds(desk)


async def test_the_day_of_the_meeting_is_noted_at_its_midnight_whenever_somebody_looks(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-10-15", "08:00").passes()
    standing = await desk.standing()
    assert (standing.stage, standing.since) == (Stage.MEETING_DUE, start_of(MEETING))
    stages = [(row.at, row.facts["stage"]) for row in await desk.rows(CaseEvent) if row.what == "stage"]
    assert stages[-1] == (start_of(MEETING), "meeting_due")
    assert ("did_it_take_place", "social_worker") in await kinds(desk)


async def test_an_act_that_crosses_the_day_of_the_meeting_notes_the_day_first(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-10-16").does(DT, "record_meeting", **held_on(MEETING))
    stages = [(row.at, row.facts["stage"], row.by) for row in await desk.rows(CaseEvent) if row.what == "stage"]
    assert stages[-2:] == [
        (start_of(MEETING), "meeting_due", "clock"),
        (at("2026-10-16"), "completing", "designated_teacher"),
    ]
    message = (await desk.rows(Message))[-1]
    assert message.facts["standing"]["changes"] == (await desk.standing()).changes


async def test_a_refused_act_that_crosses_the_day_keeps_what_the_calendar_changed(desk: Desk) -> None:
    await with_a_meeting(desk)
    before = (await desk.standing()).revision
    assert await desk.on(MEETING).rules(SW, "sign") == ["A5"]
    standing = await desk.standing()
    assert (standing.stage, standing.revision) == (Stage.MEETING_DUE, before)


async def test_B1_the_end_of_term_without_a_meeting_is_missed_at_midnight_and_says_why(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-12-19", "06:00").passes()
    standing = await desk.standing()
    assert (standing.stage, standing.since) == (Stage.MISSED, end_of(AUTUMN.last_day))
    missed = next(row for row in await desk.rows(CaseEvent) if row.what == "missed")
    assert (missed.at, missed.facts) == (
        end_of(AUTUMN.last_day),
        {"why": "The autumn term 2026/27 is over and no meeting was held."},
    )


async def test_B1_an_act_after_the_last_midnight_of_term_finds_the_review_missed(desk: Desk) -> None:
    await with_a_meeting(desk)
    desk.on("2026-12-19", "00:00")
    assert await desk.rules(DT, "record_meeting", **held_on(MEETING)) == ["ORDER"]
    assert await desk.stages() == ["missed"]


async def test_B1_a_record_of_the_last_evening_leaves_the_review_unfinished_and_not_missed(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-12-18", "23:59").does(DT, "record_meeting", **held_on(MEETING))
    await desk.on("2026-12-19", "00:00").passes()
    standing = await desk.standing()
    assert (standing.stage, standing.unfinished) == (Stage.COMPLETING, True)
    assert ("unfinished", "clock") in await desk.history()


async def test_A8_the_grant_is_noted_once_and_only_after_the_sign_off(desk: Desk) -> None:
    await signed(desk)
    await desk.is_paid()
    assert (await desk.standing()).grant is GrantState.NOT_DUE
    await desk.on("2026-10-16").does(VS, "sign_off")
    assert (await desk.standing()).grant is GrantState.RELEASING
    await asyncio.gather(*(desk.is_paid() for _ in range(3)))
    standing = await desk.standing()
    assert (standing.stage, standing.grant) == (Stage.IN_FORCE, GrantState.PAID)
    assert [what for what, _ in await desk.history()].count("grant") == 1
    assert [kind for kind, _ in await kinds(desk)].count("grant_released") == 2


async def test_a_pep_is_in_force_until_the_next_ones_meeting_is_held(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2026-12-09", "00:00").opens(THE_SPRING)
    assert await desk.stages() == ["in_force", "preparing"]
    await desk.on("2027-01-20", "09:00").passes(place=1)
    assert await desk.stages() == ["in_force", "meeting_due"]
    answer = await desk.on("2027-01-20", "16:00").does(DT, "record_meeting", **held_on("2027-01-20"))
    assert await desk.stages() == ["closed", "completing"]
    assert len(answer.to_tell) == 2
    assert [what for what, _ in await desk.history()].count("closed") == 1
    signals = [row.signal for row in await desk.rows(Message)][-2:]
    assert sorted(signals) == ["meeting_recorded", "next_meeting_held"]


async def test_a_meeting_that_was_not_held_closes_nothing(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2026-12-09", "00:00").opens(THE_SPRING)
    await desk.on("2027-01-20").does(DT, "record_meeting", held=False, reason="Snow.")
    assert await desk.stages() == ["in_force", "waiting_for_date"]


async def test_B1_the_date_that_was_agreed_is_the_next_reviews_from_the_start(desk: Desk) -> None:
    await in_force(desk)
    review = await desk.on("2026-12-09", "00:00").opens(THE_SPRING)
    assert (review.standing.stage, review.standing.meeting_on) == (Stage.PREPARING, at("2027-01-20").date())
    assert review.plan.follows_a_pep
    assert review.plan.term.first_day == SPRING.first_day


async def test_B1_opening_the_same_review_twice_is_opening_it_once(desk: Desk) -> None:
    await opened(desk)
    await asyncio.gather(*(desk.opens() for _ in range(3)))
    assert await desk.stages() == ["waiting_for_date"]
    assert (await desk.history()).count(("opened", "clock")) == 1


async def test_A3_lateness_is_judged_by_the_stored_instant_and_a_part_of_the_seventh_day_is_not_chased(
    desk: Desk,
) -> None:
    await held(desk)
    desk.on("2026-10-21", "23:59")
    for section in (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS, Section.VOICE):
        await desk.submits(SW, section)
    before = len(await kinds(desk))
    await desk.on("2026-10-22", "08:00").passes()
    overdue = (await kinds(desk))[before:]
    assert sorted(overdue) == [("completion_overdue", "designated_teacher"), ("completion_overdue", "virtual_school")]


async def test_letters_go_to_whoever_has_the_role_when_they_are_written(desk: Desk) -> None:
    await held(desk)
    await desk.on("2026-10-28", "08:00").passes()
    escalation = next(letter for letter in await desk.rows(Letter) if letter.kind == "escalation")
    assert (escalation.role, escalation.intended_role, escalation.level) == ("team_manager", "team_manager", 1)
    assert escalation.address == "manager.north@council.example"


async def test_a_letter_to_a_role_without_an_address_goes_to_the_team_manager(desk: Desk) -> None:
    await held(desk)
    await desk.on("2026-11-02", "08:00").passes()
    to_the_head = [letter for letter in await desk.rows(Letter) if letter.intended_role == "head_teacher"]
    assert [(letter.role, letter.address) for letter in to_the_head] == [
        ("team_manager", "manager.north@council.example")
    ]


async def test_a_deadline_that_nothing_follows_from_is_a_fault_and_no_endless_loop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_a_meeting(desk)
    await desk.passes()
    monkeypatch.setattr("casework.clockwork.next_wake", lambda plan, standing: desk.clock.at)
    with pytest.raises(StepWithoutEffect):
        await desk.passes()
