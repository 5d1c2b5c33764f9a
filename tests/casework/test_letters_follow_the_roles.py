"""A letter that nobody has tried yet is addressed anew when its role changes hands (PROCESS.md, People)."""

from typing import Any

import pytest
from sqlalchemy import update

from casework.readdressing import follow_the_roles
from contracts.people import Role
from store.cases import person_with, replace_people
from store.outbox_tables import Letter
from store.tables import CaseRole, School
from tests.support.imported import imported_and_told
from tests.support.reviews import DT, MANAGER, SW
from tests.support.sample import ROLL
from tests.support.taken import Desk, held, opened, with_a_meeting

NEW = "new@council.example"
Row = tuple[str, str, str]


async def reminded(desk: Desk) -> Desk:
    """The reminders of six weeks before the latest safe date are in the outbox."""
    await opened(desk)
    await desk.on("2026-10-16", "08:00").passes()
    return desk


async def letters(desk: Desk, meant_for: Role) -> list[Row]:
    """What was written to a role: the kind, the address, what became of it."""
    rows = [row for row in await desk.rows(Letter) if row.intended_role == meant_for]
    return sorted((row.kind, row.address, row.state) for row in rows)


async def changes(desk: Desk, role: Role, email: str | None) -> None:
    """Somebody else plays a role, or nobody."""
    async with desk.database.transaction() as session:
        case = await desk.case()
        await replace_people(session, case.id, role, email)
        await follow_the_roles(session, case, desk.clock.at)


def reminders(address: str, state: str = "waiting") -> list[Row]:
    return [("arrange_meeting", address, state), ("review_due", address, state)]


async def test_the_new_person_gets_what_was_waiting(desk: Desk) -> None:
    await reminded(desk)
    teachers = await letters(desk, DT)
    handover: dict[str, Any] = {"role": "social_worker", "name": "A B", "email": NEW, "from": "2026-10-16"}
    await desk.does(MANAGER, "change_person", **handover)
    assert await letters(desk, SW) == reminders(NEW)
    assert await letters(desk, DT) == teachers


async def test_a_handover_that_the_clock_carries_out_takes_the_letters_along(desk: Desk) -> None:
    await reminded(desk)
    handover: dict[str, Any] = {"role": "social_worker", "name": "A B", "email": NEW, "from": "2026-10-20"}
    await desk.does(MANAGER, "change_person", **handover)
    assert NEW not in {address for _, address, _ in await letters(desk, SW)}
    await desk.on("2026-10-20", "00:00").passes()
    assert await letters(desk, SW) == reminders(NEW)


async def test_a_roll_takes_the_letters_along(desk: Desk) -> None:
    await reminded(desk)
    (old,) = {address for _, address, _ in await letters(desk, SW)}
    header, *rows = ROLL.splitlines(keepends=True)
    row = next(row for row in rows if row.startswith(desk.child.encode()))
    await imported_and_told(desk.database, desk.clock, header + row.replace(old.encode(), NEW.encode()))
    assert await letters(desk, SW) == reminders(NEW)


async def test_another_school_takes_the_letters_to_its_teacher_and_its_head(desk: Desk) -> None:
    await held(desk)
    async with desk.database.transaction() as session:
        session.add(School(urn="900099", name="New Hall", calendar="phsg", head_teacher_email="head@new.example"))
        await session.execute(
            update(School).where(School.urn != "900099").values(head_teacher_email="head@old.example")
        )
    for day in ("2026-10-22", "2026-11-05"):
        await desk.on(day, "08:00").passes()
    asked = [row.address for row in await desk.rows(Letter) if row.intended_role == Role.HEAD_TEACHER]
    assert asked == ["head@old.example"]
    move = {"school": "900099", "calendar": "phsg", "designated_teacher": "A B", "email": "dt@new.example"}
    await desk.does(SW, "change_school", **move, **{"from": "2026-11-05"})
    waiting = {(row.intended_role, row.address) for row in await desk.rows(Letter) if row.state == "waiting"}
    assert {address for role, address in waiting if role == DT} == {"dt@new.example"}
    assert {address for role, address in waiting if role == Role.HEAD_TEACHER} == {"head@new.example"}


async def test_without_anybody_those_who_stand_in_get_it_and_give_it_back_to_whoever_comes(desk: Desk) -> None:
    await reminded(desk)
    await changes(desk, SW, None)
    rows = [row for row in await desk.rows(Letter) if row.intended_role == SW]
    assert {row.role for row in rows} == {"team_manager"}
    (manager,) = {row.address for row in rows}
    await changes(desk, MANAGER, "manager@council.example")
    assert await letters(desk, SW) == reminders("manager@council.example")
    assert manager != "manager@council.example"
    await changes(desk, SW, NEW)
    assert await letters(desk, SW) == reminders(NEW)
    assert {row.role for row in await desk.rows(Letter) if row.intended_role == SW} == {"social_worker"}


@pytest.mark.parametrize("still_there", [True, False])
async def test_what_the_new_reader_has_already_is_withdrawn(desk: Desk, still_there: bool) -> None:
    """Two people had the role, and one of them or somebody else has it from now on."""
    await opened(desk)
    async with desk.database.transaction() as session:
        case = await desk.case()
        session.add(CaseRole(case_id=case.id, role=SW, person_id=await person_with(session, "second@council.example")))
    await desk.on("2026-10-16", "08:00").passes()
    first, second = sorted({address for _, address, _ in await letters(desk, SW)})
    assert second.startswith("sw"), "the letters are in the order of the addresses"
    keeps = first if still_there else NEW
    await changes(desk, SW, keeps)
    states = sorted(state for _, _, state in await letters(desk, SW))
    assert states == ["waiting", "waiting", "withdrawn", "withdrawn"]
    assert [row for row in await letters(desk, SW) if row[2] == "waiting"] == reminders(keeps)


async def test_somebody_who_comes_back_gets_what_was_taken_from_them(desk: Desk) -> None:
    await opened(desk)
    async with desk.database.transaction() as session:
        case = await desk.case()
        session.add(CaseRole(case_id=case.id, role=SW, person_id=await person_with(session, "second@council.example")))
    await desk.on("2026-10-16", "08:00").passes()
    first, second = sorted({address for _, address, _ in await letters(desk, SW)})
    await changes(desk, SW, first)
    assert {state for _, address, state in await letters(desk, SW) if address == second} == {"withdrawn"}
    await changes(desk, SW, second)
    assert [row for row in await letters(desk, SW) if row[2] == "waiting"] == reminders(second)


async def test_B4_an_invitation_that_a_stand_in_had_goes_to_the_next_stand_in(desk: Desk) -> None:
    """Nobody welcomes a stand-in: without this the meeting would be in no calendar of that party."""
    await with_a_meeting(desk)
    await changes(desk, SW, None)
    await changes(desk, MANAGER, "manager@council.example")
    assert await letters(desk, SW) == [("invitation", "manager@council.example", "waiting")]


@pytest.mark.parametrize("tried", [{"attempts": 1}, {"state": "sent", "settled": True}])
async def test_what_was_tried_or_settled_stays_as_it_is(desk: Desk, tried: dict[str, Any]) -> None:
    await reminded(desk)
    settled_at = desk.clock.at if tried.pop("settled", False) else None
    async with desk.database.transaction() as session:
        await session.execute(update(Letter).values(settled_at=settled_at, **tried))
    before = await letters(desk, SW)
    await changes(desk, SW, NEW)
    assert await letters(desk, SW) == before
