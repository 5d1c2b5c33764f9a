"""Acts that arrive at the same time are decided one after the other, and none is lost."""

import asyncio

from sqlalchemy import text

from contracts.ids import review_workflow_id
from contracts.review import Section, Stage
from store.database import Database
from store.outbox_tables import Message
from store.tables import SectionRevision, StoredAct
from tests.support.reviews import DT, MEETING, SW, VS, act_of
from tests.support.taken import CHILD, Desk, held, opened


async def test_a_double_click_is_one_act(desk: Desk) -> None:
    await opened(desk)
    act = act_of(SW, "arrange_meeting", on=str(MEETING))
    answers = await asyncio.gather(*(desk.casework.take(CHILD, act) for _ in range(4)))
    assert all(answer.accepted for answer in answers)
    assert len(await desk.rows(StoredAct)) == 1
    assert (await desk.standing()).meeting_sequence == 1


async def test_two_people_at_once_are_decided_one_after_the_other_and_neither_is_lost(desk: Desk) -> None:
    await held(desk)
    submissions = [(SW, section) for section in (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS, Section.VOICE)]
    submissions += [(DT, section) for section in (Section.ATTENDANCE_AND_SUPPORT, Section.GRANT, Section.VOICE)]
    revision = (await desk.standing()).revision
    await asyncio.gather(*(desk.submits(by, section) for by, section in submissions))
    standing = await desk.standing()
    assert (standing.stage, standing.revision) == (Stage.SIGNING, revision + 6)
    revisions = [row.revision for row in await desk.rows(SectionRevision)][-6:]
    assert sorted(revisions) == list(range(revision + 1, revision + 7))


async def test_two_people_who_read_the_same_revision_are_told_who_came_second(desk: Desk) -> None:
    await opened(desk)
    dates = ("2026-10-14", "2026-10-21")
    answers = await asyncio.gather(
        *(desk.take(by, "arrange_meeting", on=on, seen=1) for by, on in zip((SW, VS), dates, strict=True))
    )
    outcomes = sorted([finding.rule for finding in answer.findings] for answer in answers)
    assert outcomes == [[], ["STALE"]]
    assert (await desk.standing()).meeting_sequence == 1


async def test_both_signatures_at_once_are_both_there(desk: Desk) -> None:
    await held(desk)
    for by, section in ((SW, Section.ABOUT_CHILD), (SW, Section.CARE_AND_VIEWS), (SW, Section.VOICE)):
        await desk.submits(by, section)
    for section in (Section.ATTENDANCE_AND_SUPPORT, Section.GRANT, Section.VOICE):
        await desk.submits(DT, section)
    await asyncio.gather(desk.does(SW, "sign"), desk.does(DT, "sign"))
    standing = await desk.standing()
    assert (standing.stage, set(standing.signed)) == (Stage.VIRTUAL_SCHOOL, {SW, DT})


async def test_the_messages_of_each_workflow_are_numbered_without_gaps_in_the_order_of_storing(desk: Desk) -> None:
    await held(desk)
    await asyncio.gather(*(desk.take(SW, "next_meeting", on=f"2027-01-{day}") for day in (19, 20, 21, 22)))
    await asyncio.gather(*(desk.take(DT, "sign") for _ in range(3)))
    numbers = await desk.numbers()
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values()), numbers
    review = (await desk.reviews())[0]
    told = [row for row in await desk.rows(Message) if row.workflow_id == review_workflow_id(review.plan.review_id)]
    changes = [row.facts["standing"]["changes"] for row in told]
    assert changes == sorted(set(changes))


async def test_an_act_waits_for_the_cases_lock(desk: Desk, database: Database) -> None:
    await opened(desk)
    async with database.transaction() as session:
        await session.execute(text("SELECT 1 FROM cases WHERE ref = :ref FOR UPDATE"), {"ref": CHILD})
        waiting = asyncio.create_task(desk.take(SW, "arrange_meeting", on=str(MEETING)))
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        assert not done
    assert (await waiting).accepted
