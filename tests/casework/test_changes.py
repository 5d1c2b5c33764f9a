"""People and schools change, children leave care: clocks and signatures stay (PROCESS.md, People and Edge cases)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from contracts.people import Role
from contracts.review import Section, Stage
from rules.progress import next_wake
from store.cases import addresses
from store.outbox_tables import Letter
from store.tables import Case, CaseEvent, School
from tests.support.reviews import DT, MANAGER, MEETING, SW, VS, held_on
from tests.support.taken import Desk, complete, held, in_force, opened, signed, with_a_meeting

NEW_TEACHER = {
    "school": "New Hall",
    "calendar": "phsg",
    "designated_teacher": "Invented Name",
    "email": "dt@new.example",
}
NEW_SOCIAL_WORKER = {"role": "social_worker", "name": "Invented Name", "email": "new@council.example"}


async def who_is(desk: Desk, role: Role) -> list[str]:
    async with desk.database.transaction() as session:
        return await addresses(session, await desk.case(), role)


async def letters(desk: Desk, kind: str) -> list[tuple[str, str]]:
    return [(row.role, row.address) for row in await desk.rows(Letter) if row.kind == kind]


async def what_happened(desk: Desk) -> list[str]:
    return [row.what for row in await desk.rows(CaseEvent)]


async def test_a_social_worker_hands_over_and_the_new_one_gets_the_meeting(desk: Desk) -> None:
    await with_a_meeting(desk)
    before = await desk.standing()
    answer = await desk.on("2026-09-20").does(MANAGER, "change_person", **NEW_SOCIAL_WORKER, **{"from": "2026-09-20"})
    assert await who_is(desk, SW) == ["new@council.example"]
    assert await desk.standing() == before, "no clock and nothing that was done is touched"
    assert ("social_worker", "new@council.example") in await letters(desk, "invitation")
    assert answer.to_tell == ()


async def test_a_handover_from_a_later_day_waits_for_it(desk: Desk) -> None:
    await with_a_meeting(desk)
    old = await who_is(desk, SW)
    await desk.on("2026-09-20").does(VS, "change_person", **NEW_SOCIAL_WORKER, **{"from": "2026-10-01"})
    assert await who_is(desk, SW) == old
    assert (await desk.standing()).changes_on == date(2026, 10, 1)
    await desk.on("2026-10-01", "00:00").passes()
    assert await who_is(desk, SW) == ["new@council.example"]
    assert (await desk.standing()).changes_on is None


async def test_a_handover_that_nobody_woke_for_counts_with_the_next_act(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-09-20").does(VS, "change_person", **NEW_SOCIAL_WORKER, **{"from": "2026-10-01"})
    await desk.on("2026-10-02").does(DT, "agree_date", agreed=True)
    assert await who_is(desk, SW) == ["new@council.example"]


async def test_B2_a_school_with_other_holidays_takes_a_date_away_that_falls_into_them(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on="2026-10-20")
    answer = await desk.on("2026-09-28").does(SW, "change_school", **NEW_TEACHER, **{"from": "2026-09-28"})
    review = (await desk.reviews())[0]
    assert (review.plan.calendar.code, review.plan.version) == ("phsg", 2)
    assert (review.standing.stage, review.standing.meeting_on) == (Stage.WAITING_FOR_DATE, None)
    assert await who_is(desk, DT) == ["dt@new.example"]
    assert [role for role, _ in await letters(desk, "arrange_meeting")].count("social_worker") >= 1
    assert "date_withdrawn" in await what_happened(desk)
    assert answer.case is not None
    assert answer.case["meeting"] is None
    assert len(answer.to_tell) >= 1


async def test_a_date_on_which_the_new_school_is_open_stays_and_is_sent_anew(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-09-28").does(SW, "change_school", **NEW_TEACHER, **{"from": "2026-09-28"})
    standing = await desk.standing()
    assert (standing.meeting_on, standing.meeting_sequence) == (MEETING, 2)
    assert ("designated_teacher", "dt@new.example") in await letters(desk, "invitation")


async def test_targets_voice_and_clock_are_carried_to_the_new_school(desk: Desk) -> None:
    await held(desk)
    before = await desk.standing()
    await desk.on("2026-10-16").does(VS, "change_school", **NEW_TEACHER, **{"from": "2026-10-16"})
    after = await desk.standing()
    assert (after.stage, after.held_on, after.submitted) == (before.stage, before.held_on, before.submitted)
    assert (after.voice_heard, after.since) == (before.voice_heard, before.since)


async def test_without_a_school_place_the_virtual_school_does_the_teachers_part(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-10").does(SW, "change_school", **{"from": "2026-09-10"})
    assert (await desk.reviews())[0].plan.has_school_place is False
    await desk.submits(VS, Section.ATTAINMENT)


async def test_a_calendar_that_nobody_knows_is_kept_unverified(desk: Desk) -> None:
    await opened(desk)
    unknown = {**NEW_TEACHER, "calendar": "somewhere-new"}
    answer = await desk.on("2026-09-10").does(SW, "change_school", **unknown, **{"from": "2026-09-10"})
    assert (await desk.reviews())[0].plan.calendar.verified is False
    assert answer.case is not None
    sentences = " ".join(deadline["sentence"] for deadline in answer.case["deadlines"])
    assert "not verified" in sentences


async def test_FORM_a_school_that_is_known_has_its_own_calendar(desk: Desk) -> None:
    await opened(desk)
    async with desk.database.transaction() as session:
        school = (await session.execute(select(School).where(School.calendar != "phsg").limit(1))).scalar_one()
    wrong = {**NEW_TEACHER, "school": school.urn}
    assert await desk.on("2026-09-10").rules(SW, "change_school", **wrong, **{"from": "2026-09-10"}) == ["FORM"]


async def test_leaving_care_ends_every_clock(desk: Desk) -> None:
    await with_a_meeting(desk)
    answer = await desk.on("2026-09-20").does(SW, "leave_care", on="2026-09-20", reason="Adopted.")
    assert await desk.stages() == ["closed"]
    case: Case = await desk.case()
    assert (case.in_care, case.left_care_on, case.opens_at) == (False, date(2026, 9, 20), None)
    assert {signal.partition("-")[0] for signal in answer.to_tell} == {"pep"}
    assert len(answer.to_tell) == 2, "the review and the cycle"
    assert await desk.rules(SW, "leave_care", on="2026-09-20", reason="Again.") == ["ORDER"]
    refused = await desk.take(SW, "arrange_meeting", on="2026-10-14")
    assert [finding.sentence.partition(":")[0] for finding in refused.findings] == [
        "The child is no longer looked after"
    ]


async def test_who_leaves_care_before_a_review_opens_is_not_promised_one(desk: Desk) -> None:
    await desk.on("2026-09-01").does(SW, "leave_care", on="2026-09-01", reason="Adopted.")
    refused = await desk.take(SW, "arrange_meeting", on="2026-10-14")
    assert [finding.sentence.partition(":")[0] for finding in refused.findings] == [
        "The child is no longer looked after"
    ]


async def test_a_young_person_who_turns_18_leaves_care_by_the_clock(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        case = (await session.execute(select(Case).where(Case.ref == desk.child))).scalar_one()
        case.date_of_birth = date(2008, 10, 20)
    await opened(desk)
    assert (await desk.standing()).changes_on == date(2026, 10, 20)
    await desk.on("2026-10-19", "23:59").passes()
    assert await desk.stages() == ["waiting_for_date"]
    await desk.on("2026-10-20", "00:00").passes()
    assert await desk.stages() == ["closed"]
    assert (await desk.case()).in_care is False


async def test_a_roles_change_is_refused_to_those_who_may_not(desk: Desk) -> None:
    await opened(desk)
    handover: dict[str, Any] = {**NEW_SOCIAL_WORKER, "from": "2026-09-20"}
    assert await desk.rules(SW, "change_person", **handover) == ["ROLE"]
    assert await desk.rules(DT, "leave_care", on="2026-09-20", reason="x") == ["ROLE"]


async def test_signatures_stay_through_a_handover(desk: Desk) -> None:
    await complete(await held(desk))
    await desk.does(SW, "sign")
    await desk.does(
        VS, "change_person", role="designated_teacher", name="A B", email="n@s.example", **{"from": "2026-10-18"}
    )
    assert (await desk.standing()).signed == (SW,)
    await desk.does(DT, "sign")
    assert await desk.stages() == ["virtual_school"]


async def test_a_plan_that_is_opened_again_after_the_18th_birthday_waits_for_nothing_that_is_over(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        case = (await session.execute(select(Case).where(Case.ref == desk.child))).scalar_one()
        case.date_of_birth = date(2008, 11, 10)
    await in_force(desk)
    await desk.on("2026-11-10", "00:00").passes()
    assert await desk.stages() == ["closed"]
    await desk.on("2026-11-12").does(VS, "reopen", reason="A sum was wrong.")
    await desk.passes()
    review = (await desk.reviews())[0]
    wakes = next_wake(review.plan, review.standing)
    assert wakes is not None
    assert wakes > desk.clock.at, "a clock that rings for what is over would ring for ever"


@pytest.mark.parametrize("place", [True, False], ids=["loses the place", "finds one"])
async def test_whoever_takes_over_the_teachers_part_has_what_was_done_of_it(desk: Desk, place: bool) -> None:
    """Signed by both and with the Virtual School: another school place, or none, asks nobody to do anything again."""
    no_place = {"from": "2026-10-16"}
    if not place:
        await opened(desk)
        await desk.on("2026-09-04").does(SW, "change_school", **{"from": "2026-09-04"})
        await desk.does(SW, "arrange_meeting", on=str(MEETING))
        await desk.on(MEETING, "16:00").does(SW, "record_meeting", **held_on(MEETING))
        await complete(desk)
        await desk.does(SW, "sign")
        await desk.does(VS, "sign")
    else:
        await signed(desk)
    assert await desk.stages() == ["virtual_school"]
    await desk.on("2026-10-16").does(VS, "change_school", **(no_place if place else {**NEW_TEACHER, **no_place}))
    assert await desk.stages() == ["virtual_school"]


async def test_a_returned_part_is_amended_by_whoever_has_it_now(desk: Desk) -> None:
    await signed(desk)
    await desk.on("2026-10-16").does(VS, "return", parts=["target:1"], reasons="Measure it.")
    await desk.does(SW, "change_school", **{"from": "2026-10-16"})
    await desk.submits(VS, Section.TARGETS)
    assert await desk.stages() == ["signing"]


async def test_what_is_said_last_holds_although_no_review_was_open_to_wake_for_the_first(desk: Desk) -> None:
    first = {"role": "social_worker", "name": "First", "email": "first@council.example", "from": "2026-08-24"}
    second = {"role": "social_worker", "name": "Second", "email": "second@council.example", "from": "2026-08-27"}
    await desk.on("2026-08-20").does(VS, "change_person", **first)
    await desk.on("2026-08-27").does(VS, "change_person", **second)
    await opened(desk)
    assert await who_is(desk, SW) == ["second@council.example"]


async def test_a_change_for_the_same_day_replaces_the_one_before(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-10").does(
        SW, "change_school", **{**NEW_TEACHER, "calendar": "nowhere"}, **{"from": "2026-10-05"}
    )
    await desk.does(SW, "change_school", **NEW_TEACHER, **{"from": "2026-10-05"})
    await desk.on("2026-10-05", "00:00").passes()
    plan = (await desk.reviews())[0].plan
    assert (plan.calendar.code, plan.calendar.verified) == ("phsg", True)


@pytest.mark.parametrize("action", ["leave_care", "change_school"])
async def test_a_change_whose_day_is_still_to_come_can_be_taken_back(desk: Desk, action: str) -> None:
    await opened(desk)
    changes = {"leave_care": {"on": "2026-10-05", "reason": "Adopted."}, "change_school": {"from": "2026-10-05"}}
    await desk.on("2026-09-10").does(VS, action, id="early", **changes[action])
    await desk.does(VS, "correct", act="early", reason="It was the brother.")
    assert (await desk.standing()).changes_on is None
    await desk.on("2026-10-06").passes()
    assert (await desk.case()).in_care
    assert (await desk.reviews())[0].plan.has_school_place
    refused = await desk.take(VS, "correct", act="early", reason="Again.")
    assert [finding.rule for finding in refused.findings] == ["ORDER"]


async def test_a_change_that_is_done_says_how_it_is_put_right(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-10").does(VS, "change_school", id="moved", **NEW_TEACHER, **{"from": "2026-09-10"})
    refused = await desk.take(VS, "correct", act="moved", reason="It was the brother.")
    assert [finding.sentence for finding in refused.findings] == [
        "The child has moved already: change the school once more."
    ]


async def test_FORM_nobody_leaves_care_before_entering_it(desk: Desk) -> None:
    await opened(desk)
    assert await desk.on("2026-09-10").rules(SW, "leave_care", on="2020-01-01", reason="A slip.") == ["FORM"]


async def test_STALE_counts_for_changes_of_people_as_well(desk: Desk) -> None:
    await with_a_meeting(desk)
    handover = {**NEW_SOCIAL_WORKER, "from": "2026-09-20"}
    assert await desk.on("2026-09-20").rules(VS, "change_person", seen=1, **handover) == ["STALE"]
    assert await desk.rules(VS, "change_person", seen=(await desk.standing()).revision, **handover) == []


async def test_ROLE_comes_before_ORDER_also_while_no_review_is_open(desk: Desk) -> None:
    desk.on("2026-08-20")
    assert await desk.rules(DT, "arrange_meeting", on="2026-10-14") == ["ROLE"]
    assert await desk.rules(SW, "arrange_meeting", on="2026-10-14") == ["ORDER"]
