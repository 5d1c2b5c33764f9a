"""A child of the sample whose meeting is arranged, held and signed, and the people who work on its plan."""

import re

from contracts.people import Role
from store.cases import person_with
from store.tables import CaseRole, StaffRole
from tests.support.reviews import DT, SW
from tests.support.taken import CHILD, Desk
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser, Page

CASE = f"/cases/{CHILD}"
REVIEW = f"{CASE}/review"
WORKER, TEACHER = "sw.seven@council.example", "dt.seven@school.example"
OFFICER, COLLEAGUE = "officer@council.example", "colleague@council.example"
_ON_THE_CASE = {WORKER: SW, TEACHER: DT}


def act(name: str) -> str:
    """The address of an act's form."""
    return f"{CASE}/acts/{name}"


def desk_of(door: Door) -> Desk:
    """Takes acts about the child whose plan the tests look at."""
    return Desk(door.database, door.clock)


async def worker(door: Door, browser_of: Opening) -> Browser:
    """The child's social worker, signed in at this moment of the clock."""
    return await _somebody(door, browser_of, WORKER)


async def teacher(door: Door, browser_of: Opening) -> Browser:
    """The child's designated teacher."""
    return await _somebody(door, browser_of, TEACHER)


async def officer(door: Door, browser_of: Opening, email: str = OFFICER) -> Browser:
    """An officer of the Virtual School."""
    async with door.database.transaction() as session:
        person_id = await person_with(session, email, "Ola Hart")
        await session.merge(StaffRole(person_id=person_id, role=Role.VIRTUAL_SCHOOL))
    return await browser_of(email)


async def _somebody(door: Door, browser_of: Opening, email: str) -> Browser:
    async with door.database.transaction() as session:
        case_id, person_id = await door.id_of(session, CHILD), await person_with(session, email)
        await session.merge(CaseRole(case_id=case_id, role=_ON_THE_CASE[email], person_id=person_id))
    return await browser_of(email)


def options_of(page: Page, name: str = "on") -> list[str]:
    """The answers that a select offers."""
    select = page.html.partition(f'name="{name}"')[2].partition("</select>")[0]
    return [value for value in re.findall(r'<option value="([^"]*)"', select) if value]
