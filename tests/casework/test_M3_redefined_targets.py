"""M3: targets that the young person re-defines at the meeting are written again, as a new revision in the record."""

from contracts.review import Section, Stage
from store.tables import SectionRevision
from tests.support.reviews import DT, MEETING, NEXT_MEETING, SW, content_of, held_on, target, targets
from tests.support.taken import Desk, complete, held, with_a_meeting

REDEFINED = targets(target(3, what="stay for the whole club"))


async def redefined(desk: Desk) -> Desk:
    """The teacher's targets were ready, and the meeting re-defined them."""
    await with_a_meeting(desk)
    desk.on("2026-10-01")
    await desk.submits(DT, Section.ATTAINMENT)
    await desk.submits(DT, Section.TARGETS)
    await desk.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING, targets_agreed="redefined"))
    await desk.does(SW, "next_meeting", on=str(NEXT_MEETING))
    return desk


async def revisions(desk: Desk) -> list[SectionRevision]:
    return [row for row in await desk.rows(SectionRevision) if row.section == "targets"]


async def missing(desk: Desk) -> set[tuple[str, str]]:
    """What the case shows as missing; asked by an act that is refused, so that nothing changes."""
    answer = await desk.take(DT, "sign_off")
    assert answer.case
    return {(part["part"], part["role"]) for part in answer.case["missing"]}


async def test_M3_redefined_targets_are_missing_until_they_are_submitted_again(desk: Desk) -> None:
    await redefined(desk)
    assert ("targets", "designated_teacher") in await missing(desk)
    await desk.does(DT, "submit", section="targets", content=REDEFINED)
    assert ("targets", "designated_teacher") not in await missing(desk)


async def test_M3_nobody_signs_the_plan_before_the_new_targets_are_there(desk: Desk) -> None:
    await redefined(desk)
    await complete_all_but_targets(desk)
    assert await desk.rules(SW, "sign") == ["ORDER"]
    assert await missing(desk) == {("targets", "designated_teacher")}
    await desk.does(DT, "submit", section="targets", content=REDEFINED)
    assert (await desk.standing()).stage is Stage.SIGNING
    await desk.does(SW, "sign")


async def test_M3_they_are_a_new_revision_and_the_old_ones_stay_in_the_record(desk: Desk) -> None:
    await redefined(desk)
    await desk.does(DT, "submit", section="targets", content=REDEFINED)
    first, second = await revisions(desk)
    assert second.revision > first.revision
    assert (first.content, second.content) == (content_of(Section.TARGETS), REDEFINED)


async def test_M3_agreed_targets_need_not_be_written_again(desk: Desk) -> None:
    await held(desk)
    assert ("targets", "designated_teacher") not in await missing(desk)
    await complete(desk)
    assert (await desk.standing()).stage is Stage.SIGNING
    assert len(await revisions(desk)) == 1


async def complete_all_but_targets(desk: Desk) -> None:
    for part, role in sorted(await missing(desk)):
        if part != "targets":
            await desk.submits(SW if role == SW.value else DT, Section(part))
