"""A child who left care and enters it again: the case goes on with a first plan of its own (PROCESS.md, Edge cases)."""

from datetime import date

from sqlalchemy import select

from casework.cycles import upcoming
from casework.import_report import ImportReport
from contracts.ids import cycle_workflow_id
from contracts.messages import Opening
from store.outbox_tables import Message
from store.tables import Case
from tests.support.imported import imported_and_told
from tests.support.reviews import SW, VS, at
from tests.support.sample import ROLL
from tests.support.taken import SPRING, Desk, held, opened, with_a_meeting

ENTERED = "2024-03-03"
"""In the sample's roll."""


def roll_with(desk: Desk, **values: str) -> bytes:
    """The sample's row of the desk's child with other values in some columns."""
    head, *lines = ROLL.decode().splitlines()
    columns = head.split(",")
    cells = next(line for line in lines if line.startswith(f"{desk.child},")).split(",")
    row = {**dict(zip(columns, cells, strict=True)), **values}
    return f"{head}\n{','.join(row.values())}\n".encode()


async def again(desk: Desk, entered: str, **values: str) -> ImportReport:
    return await imported_and_told(desk.database, desk.clock, roll_with(desk, entered_care_on=entered, **values))


async def left(desk: Desk, on: str = "2026-11-02") -> Desk:
    await desk.on(on).does(SW, "leave_care", on=on, reason="Goes home.")
    return desk


async def next_opening(desk: Desk) -> Opening | None:
    async with desk.database.transaction() as session:
        case = await session.get_one(Case, (await desk.case()).id)
        return await upcoming(session, case, desk.clock.at)


async def told_cycle(desk: Desk) -> list[tuple[bool, str | None]]:
    """What the cycle was told, in order: whether the child is in care, and the term that opens next."""
    cycle = cycle_workflow_id((await desk.case()).id)
    async with desk.database.transaction() as session:
        query = select(Message.facts).where(Message.workflow_id == cycle).order_by(Message.number)
        rows = (await session.execute(query)).scalars()
        return [(row["in_care"], row["opening"] and row["opening"]["term"]) for row in rows]


async def test_a_later_entry_on_the_roll_opens_the_case_again_with_a_first_plan(desk: Desk) -> None:
    await left(await held(desk))
    old = (await desk.reviews())[0]
    report = await again(desk.on("2027-01-12"), "2027-01-11")
    assert (report.changed, report.warnings) == (1, ())
    case = await desk.case()
    assert (case.in_care, case.left_care_on, case.entered_care_on) == (True, None, date(2027, 1, 11))
    assert (await told_cycle(desk))[-2:] == [(False, None), (True, SPRING)]
    assert (case.opens_term, case.opens_at) == (SPRING, at("2027-01-12", "00:00"))
    review = await desk.opens(SPRING)
    assert review.plan.initial is not None
    assert (review.plan.initial.entered_on, review.plan.initial.due_on) == (date(2027, 1, 11), date(2027, 1, 25))
    assert review.plan.initial.available_on == date(2027, 2, 8)
    assert review.plan.case_id == old.plan.case_id
    assert await desk.stages() == ["closed", "waiting_for_date"]
    assert (await desk.reviews())[0] == old, "what is over stays as it was"
    assert ("entered_care_again", "clock") in await desk.history()


async def test_a_date_that_was_agreed_before_the_child_left_is_not_arranged(desk: Desk) -> None:
    await held(desk, next_meeting=date(2027, 1, 20))
    await again((await left(desk)).on("2027-01-12"), "2027-01-11")
    review = await desk.opens(SPRING)
    assert review.standing.meeting_on is None
    assert "agreed_date_not_valid" not in [what for what, _ in await desk.history()]


async def test_the_first_plan_opens_although_leaving_was_recorded_after_the_child_came_back(desk: Desk) -> None:
    await held(desk)
    await desk.on("2027-01-12").does(SW, "leave_care", on="2027-01-05", reason="Went home for a week.")
    await again(desk, "2027-01-11")
    review = await desk.opens(SPRING)
    assert review.plan.initial is not None
    assert review.plan.initial.entered_on == date(2027, 1, 11)


async def test_an_entry_that_is_not_after_the_leaving_day_stays_a_warning(desk: Desk) -> None:
    await left(await opened(desk))
    for entered in (ENTERED, "2026-11-02"):
        report = await again(desk.on("2026-11-20"), entered)
        assert [warning.reason for warning in report.warnings] == [
            "this child has left care and stays so; the import reopens no case."
        ]
    assert not (await desk.case()).in_care
    assert (await told_cycle(desk))[-1] == (False, None)


async def test_the_same_roll_again_does_not_undo_a_second_leaving(desk: Desk) -> None:
    await again((await left(await opened(desk))).on("2027-01-12"), "2027-01-11")
    assert (await again(desk, "2027-01-11")).changes == 0
    await left(desk, "2027-02-01")
    report = await again(desk.on("2027-02-02"), "2027-01-11")
    assert (report.changes, len(report.warnings)) == (0, 1)
    assert not (await desk.case()).in_care


async def test_leaving_that_nobody_woke_for_comes_before_the_entry(desk: Desk) -> None:
    """The act was for a later day, no review was open on it, and the roll has the child in care again already."""
    await desk.on("2026-08-03").does(SW, "leave_care", on="2026-08-10", reason="Goes home.")
    await again(desk.on("2026-09-08"), "2026-09-07")
    case = await desk.case()
    assert (case.in_care, case.left_care_on) == (True, None)
    review = await desk.opens()
    assert review.plan.initial is not None
    assert [what for what, _ in await desk.history()].index("left_care") >= 0


async def test_a_young_person_of_18_does_not_enter_care(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        case = (await session.execute(select(Case).where(Case.ref == desk.child))).scalar_one()
        case.date_of_birth = date(2008, 10, 20)
    await opened(desk)
    await desk.on("2026-10-20", "00:00").passes()
    assert not (await desk.case()).in_care
    report = await again(desk.on("2027-01-12"), "2027-01-11", date_of_birth="2008-10-20")
    assert "this child has left care and stays so" in report.warnings[-1].reason
    assert not (await desk.case()).in_care


async def test_the_cycle_is_told_although_no_term_is_known(desk: Desk) -> None:
    """Its workflow has ended; only being told starts it again, so that it is there when term dates are imported."""
    await left(await opened(desk))
    await again(desk.on("2029-01-09"), "2029-01-08")
    assert await next_opening(desk) is None
    assert (await told_cycle(desk))[-1] == (True, None)


async def test_a_review_of_the_same_term_stays_closed_and_the_next_term_opens(desk: Desk) -> None:
    """One review a term: the Virtual School can open the closed one again (`reopen`)."""
    await left(await with_a_meeting(desk), "2026-09-20")
    await again(desk.on("2026-11-03"), "2026-11-02")
    assert await desk.stages() == ["closed"]
    following = await next_opening(desk)
    assert following is not None
    assert following.term == SPRING


async def test_a_child_comes_back_to_another_school(desk: Desk) -> None:
    await left(await held(desk))
    other = {"school_urn": "900099", "school_name": "Ash School", "designated_teacher_email": "dt@ash.example"}
    await again(desk.on("2027-01-12"), "2027-01-11", **other)
    assert (await desk.case()).school_urn == "900099"
    assert (await desk.opens(SPRING)).plan.initial is not None
    assert await desk.rules(VS, "leave_care", on="2027-01-12", reason="Again.") == []
