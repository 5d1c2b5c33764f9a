"""Carers and young people on the list: their own child, how far the plan is and the meeting, and nothing about work."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from casework.listing import bring_up_to_date
from contracts.people import Role
from store.tracking_tables import CaseListing
from tests.cases.listed import shown, total
from tests.web.door import CHILD, SOCIAL_WORKER, Door
from tests.web.epep.conftest import Opening

AMY, OTHER = "amy@young.example", "C015"
SMALL = ["Case", "Child", "Plan", "Meeting"]
WORK = ("Cedar High School", "team", "Grant", "grant", "Money not sent", "did not arrive", "late", "Held by")


async def money_waits(door: Door) -> None:
    """Of the child, not of the other one."""
    await bring_up_to_date(door.database, door.clock.at, 10_000)
    async with door.database.transaction() as session:
        waits = {"money_waits": True, "not_told": 2, "stage": "paying", "due_on": door.clock.at.date()}
        await session.execute(update(CaseListing).where(CaseListing.ref == CHILD).values(**waits))


@pytest.mark.parametrize("role", [Role.CARER, Role.YOUNG_PERSON])
async def test_the_family_sees_the_child_the_plan_and_the_meeting(
    door: Door, browser_of: Opening, role: Role
) -> None:
    await door.put(AMY, role, CHILD)
    await money_waits(door)
    page = await (await browser_of(AMY)).open("/cases")
    assert shown(page) == [CHILD]
    assert "Cian Reid" in page.text
    assert "Signed off" in page.text
    for words in WORK:
        assert words not in page.text, words
    assert set(page.form("/cases").fields) == {"find", "sort"}


@pytest.mark.parametrize("role", [Role.CARER, Role.YOUNG_PERSON])
async def test_a_file_has_no_more_than_the_page(door: Door, browser_of: Opening, role: Role) -> None:
    await door.put(AMY, role, CHILD)
    await money_waits(door)
    client = (await browser_of(AMY)).client
    rows = list(csv.reader(io.StringIO((await client.get("/cases.csv")).content.decode("utf-8-sig"))))
    assert rows == [SMALL, [CHILD, "Cian Reid", "Signed off", ""]]
    book = (await client.get("/cases.xlsx")).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet == [SMALL, [CHILD, "Cian Reid", "Signed off", ""]]


async def test_the_family_filters_by_nothing_that_it_does_not_see(door: Door, browser_of: Opening) -> None:
    for child in (CHILD, OTHER):
        await door.put(AMY, Role.CARER, child)
    await money_waits(door)
    amy = await browser_of(AMY)
    for asked in ("waits=money", "waits=letters", "stage=paying", "holder=carer", "due=soon", "year=Y1", "area=in"):
        assert total(await amy.open(f"/cases?{asked}")) == 2, asked
        assert len((await amy.client.get(f"/cases.csv?{asked}")).text.splitlines()) == 3, asked
    assert total(await amy.send("/cases", {"team": "North team", "school": "nowhere", "worker": "nobody"})) == 2
    for words in ("cedar", "south team", "cian"):
        assert total(await amy.send("/cases", {"find": words})) == 0, "only the reference is searched"
    assert shown(await amy.send("/cases", {"find": CHILD.lower()})) == [CHILD]


async def test_who_works_with_children_has_the_list_of_those(door: Door, browser_of: Opening) -> None:
    """A social worker is also the carer of a child: what the list tells of work is not told of the child at home."""
    await door.put(SOCIAL_WORKER, Role.CARER, OTHER)
    worker = await browser_of(SOCIAL_WORKER)
    assert shown(await worker.open("/cases?sort=ref")) == ["C004", CHILD, "C016", "C022", "C028"]
    assert OTHER not in (await worker.client.get("/cases.csv")).text
