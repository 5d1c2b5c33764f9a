"""With an act that is taken back goes everything that it had set off: what stood before it stands again."""

import pytest

from contracts.ids import review_workflow_id
from contracts.people import Role
from contracts.review import Section, Stage
from store.money_tables import GrantCorrection
from store.outbox_tables import Destination, Letter
from tests.casework.test_entering_care_again import again, left
from tests.support.corrected import newest, takes_back
from tests.support.reviews import DT, MEETING, NEXT_MEETING, SW, VS, grant, held_on
from tests.support.taken import SPRING, Desk, complete, in_force, opened, paid_in_the_ledger, signed, with_a_meeting

YOUNG = Role.YOUNG_PERSON


async def invited(desk: Desk) -> list[tuple[str, int, bool]]:
    """Every invitation: to whom, the date's number, and whether it calls the meeting off."""
    rows = [row for row in await desk.rows(Letter) if row.kind == "invitation"]
    return [(row.role, row.facts["sequence"], bool(row.facts.get("cancelled"))) for row in rows]


async def met_in_spring(desk: Desk) -> str:
    """The autumn's plan is in force, and the spring's meeting is recorded; gives the record's id."""
    await in_force(desk)
    await desk.on("2027-01-05", "00:00").opens(SPRING)
    assert (await desk.standing(1)).meeting_on == NEXT_MEETING, "handed on by the autumn's plan"
    recorded = await desk.on("2027-01-20", "16:00").does(SW, "record_meeting", **held_on("2027-01-20"))
    assert await desk.stages() == ["closed", "completing"]
    return recorded.id


async def test_B4_a_meeting_that_was_called_off_by_mistake_is_in_every_calendar_again(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on=str(MEETING), time="14:30")
    await desk.does(SW, "invite", kind="carer", email="carer@home.example")
    called_off = await desk.on("2026-10-01").does(SW, "record_meeting", held=False, reason="Snow.")
    await takes_back(desk.on("2026-10-02"), called_off.id)
    standing = await desk.standing()
    assert (standing.stage, standing.meeting_on, standing.meeting_time) == (Stage.PREPARING, MEETING, "14:30")
    sent = [(role, cancels) for role, sequence, cancels in await invited(desk) if sequence == 3]
    assert sorted(sent) == [("carer", False), ("designated_teacher", False), ("social_worker", False)]


async def test_M6_a_day_that_has_passed_is_asked_about_and_not_invited_to(desk: Desk) -> None:
    await with_a_meeting(desk)
    not_held = await desk.on(MEETING, "16:00").does(SW, "record_meeting", held=False, reason="Snow.")
    before = await invited(desk)
    await takes_back(desk.on("2026-10-16"), not_held.id)
    assert (await desk.standing()).meeting_on == MEETING
    assert await desk.stages() == ["meeting_due"]
    assert await invited(desk) == before


async def test_a_review_that_was_to_do_without_a_meeting_has_its_meeting_again(desk: Desk) -> None:
    await with_a_meeting(desk)
    without = await desk.on("2026-10-05").does(VS, "review_without_meeting", reason="The child asked for it.")
    await takes_back(desk, without.id)
    standing = await desk.standing()
    assert (standing.stage, standing.meeting_on, standing.held_on) == (Stage.PREPARING, MEETING, None)
    assert not standing.without_meeting
    assert ("social_worker", 3, False) in await invited(desk)


async def test_A5_a_date_that_the_last_plan_handed_on_stands_again(desk: Desk) -> None:
    recorded = await met_in_spring(desk)
    await takes_back(desk.on("2027-01-21"), recorded)
    spring = await desk.standing(1)
    assert (spring.stage, spring.meeting_on, spring.held_on) == (Stage.MEETING_DUE, NEXT_MEETING, None)


async def test_a_meeting_that_nobody_had_arranged_leaves_no_date(desk: Desk) -> None:
    await opened(desk)
    recorded = await desk.on(MEETING, "16:00").does(SW, "record_meeting", **held_on(MEETING))
    await takes_back(desk, recorded.id)
    standing = await desk.standing()
    assert (standing.stage, standing.meeting_on) == (Stage.WAITING_FOR_DATE, None)


async def test_a_date_that_fell_before_the_record_does_not_come_back(desk: Desk) -> None:
    """The child moved to a school that was closed on it; there the meeting was held on another day."""
    await opened(desk)
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on="2026-10-20")
    school = {"school": "New Hall", "calendar": "phsg", "designated_teacher": "A B", "email": "dt@new.example"}
    await desk.on("2026-09-28").does(SW, "change_school", **school, **{"from": "2026-09-28"})
    assert await desk.stages() == ["waiting_for_date"]
    recorded = await desk.on(MEETING, "16:00").does(SW, "record_meeting", **held_on(MEETING))
    await takes_back(desk, recorded.id)
    standing = await desk.standing()
    assert (standing.stage, standing.meeting_on) == (Stage.WAITING_FOR_DATE, None)


async def test_the_plan_that_the_record_had_ended_is_in_force_again_and_its_workflow_hears_of_it(desk: Desk) -> None:
    recorded = await met_in_spring(desk)
    answer = await takes_back(desk.on("2027-01-21"), recorded)
    assert await desk.stages() == ["in_force", "meeting_due"]
    workflow = review_workflow_id((await desk.reviews())[0].plan.review_id)
    assert workflow in answer.to_tell
    assert [row.closed for row in await desk.rows(Destination) if row.workflow_id == workflow] == [False]
    await desk.does(DT, "check_in", target=1, on_track=True, words="Reads well.")
    await desk.does(SW, "record_meeting", **held_on("2027-01-21"))
    assert await desk.stages() == ["closed", "completing"]


async def test_a_plan_that_was_finished_after_the_mistaken_record_is_in_force_too(desk: Desk) -> None:
    """It came into force late, and was over at once as the next meeting seemed to have been held."""
    await signed(desk)
    await desk.on("2027-01-05", "00:00").opens(SPRING)
    recorded = await desk.on("2027-01-20", "16:00").does(SW, "record_meeting", **held_on("2027-01-20"))
    await desk.does(VS, "sign_off")
    await desk.is_paid()
    assert await desk.stages() == ["closed", "completing"]
    await takes_back(desk, recorded.id)
    assert await desk.stages() == ["in_force", "meeting_due"]


async def test_a_plan_that_ended_with_the_childs_leaving_stays_over(desk: Desk) -> None:
    await left(await in_force(desk))
    await again(desk.on("2027-01-12"), "2027-01-11")
    await desk.opens(SPRING)
    recorded = await desk.does(SW, "record_meeting", **held_on("2027-01-12"))
    await takes_back(desk, recorded.id)
    assert await desk.stages() == ["closed", "waiting_for_date"]


async def test_a_plan_comes_into_force_again_for_nobody_who_has_left_care_since(desk: Desk) -> None:
    recorded = await met_in_spring(desk)
    await left(desk, "2027-01-25")
    await desk.does(VS, "reopen", review="spring", reason="The record was another child's.")
    await takes_back(desk, recorded)
    assert (await desk.stages())[0] == "closed"


async def test_M3_M5_what_the_record_had_overtaken_stands_as_it_was_written(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-10-01").submits(DT, Section.TARGETS)
    await desk.submits(DT, Section.GRANT)
    overtaking = held_on(MEETING, targets_agreed="redefined", grant_pence=10_000)
    recorded = await desk.on(MEETING, "16:00").does(DT, "record_meeting", **overtaking)
    assert ((await desk.standing()).submitted, (await desk.standing()).grant_pence) == ((), 0)
    await takes_back(desk, recorded.id)
    standing = await desk.standing()
    assert {one.section: one.role for one in standing.submitted} == {Section.TARGETS: DT, Section.GRANT: DT}
    assert standing.grant_pence == 30_000


async def test_B9_what_the_young_person_said_outside_the_meeting_stays_heard(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-10-01").does(YOUNG, "give_views", words="I like maths.")
    await desk.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING))
    await takes_back(desk, await newest(desk, "record_meeting"))
    assert (await desk.standing()).voice_heard


@pytest.mark.parametrize(("taken_back_on", "passed_on"), [("2027-01-11", None), ("2026-12-10", "2026-12-19")])
async def test_A8_what_was_paid_for_a_term_without_a_meeting_is_owed_back(
    desk: Desk, taken_back_on: str, passed_on: str | None
) -> None:
    await in_force(desk)
    await paid_in_the_ledger(desk, 30_000)
    await desk.on(taken_back_on).does(VS, "reopen", reason="The record was another child's.")
    answer = await takes_back(desk, await newest(desk, "record_meeting"))
    if passed_on:
        assert await desk.rows(GrantCorrection) == []
        await desk.on(passed_on, "00:00").passes()
    assert await desk.stages() == ["missed"]
    assert [(row.pence, row.act_id) for row in await desk.rows(GrantCorrection)] == [(-30_000, answer.id)]


async def test_A8_a_meeting_recorded_rightly_after_a_correction_keeps_the_money(desk: Desk) -> None:
    await in_force(desk)
    await paid_in_the_ledger(desk, 30_000)
    await desk.on("2026-11-02").does(VS, "reopen", reason="The record was another child's.")
    await takes_back(desk, await newest(desk, "record_meeting"))
    await desk.does(SW, "record_meeting", **held_on("2026-10-15"))
    await desk.does(DT, "submit", section="grant", content=grant(30_000))
    await complete(desk)
    for role in (SW, DT):
        await desk.does(role, "sign")
    await desk.does(VS, "sign_off")
    assert (await desk.stages(), await desk.rows(GrantCorrection)) == (["in_force"], [])
