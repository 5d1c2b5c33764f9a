"""Carers and young people on the list: their own child, how far the plan is and the meeting, and nothing about work."""

import csv
import io
import re

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from casework.listing import bring_up_to_date
from contracts.people import Role
from store.cases import person_with
from store.saved_views import SHARED_AMONG, keep_view
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
async def test_the_family_sees_the_child_the_plan_and_the_meeting(door: Door, browser_of: Opening, role: Role) -> None:
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


async def test_an_iro_sees_no_money(door: Door, browser_of: Opening) -> None:
    await door.put_on_staff(AMY, Role.IRO)
    await money_waits(door)
    iro = await browser_of(AMY)
    page = await iro.open("/cases")
    everybody = total(page)
    assert everybody > 1
    assert "waits" not in page.form("/cases").fields
    assert total(await iro.open("/cases?waits=money")) == everybody, "no answer to what cannot be asked"
    head = (await iro.client.get("/cases.csv")).content.decode("utf-8-sig").splitlines()[0]
    assert "Child" in head
    for words in ("Grant", "Missing", "told"):
        assert words not in head


async def test_who_works_with_children_has_the_list_of_those(door: Door, browser_of: Opening) -> None:
    """A social worker is also the carer of a child: what the list tells of work is not told of the child at home."""
    await door.put(SOCIAL_WORKER, Role.CARER, OTHER)
    worker = await browser_of(SOCIAL_WORKER)
    assert shown(await worker.open("/cases?sort=ref")) == ["C004", CHILD, "C016", "C022", "C028"]
    assert OTHER not in (await worker.client.get("/cases.csv")).text


@pytest.mark.parametrize("role", [Role.CARER, Role.YOUNG_PERSON, Role.IRO, Role.HEAD_TEACHER, Role.PASTORAL])
async def test_who_is_in_care_is_told_to_nobody_by_a_view(door: Door, browser_of: Opening, role: Role) -> None:
    """A shared view tells its owner's name to everybody with the role."""
    async with door.database.transaction() as session:
        await person_with(session, AMY, "Amy Truename")
    await door.put(AMY, role, CHILD)
    await door.put("ben@young.example", role, OTHER)
    amy, ben = await browser_of(AMY), await browser_of("ben@young.example")
    form = (await amy.open("/cases")).form("/views")
    form.path = "/views"
    assert "shared_with" not in form.fields
    kept = await amy.press(form, {"name": "call me on 07700 900123", "shared_with": role.value})
    assert "call me on" in kept.text, "kept for oneself"
    page = await ben.open("/cases")
    assert "Amy Truename" not in page.html
    assert "07700 900123" not in page.html
    (way,) = re.findall(r'href="(/views/\d+)"', kept.html)
    assert (await ben.open(way)).status == 404


async def test_the_wall_lets_only_colleagues_share_and_only_with_their_own_role(door: Door) -> None:
    """As the page would write it if it forgot to ask."""
    for number, role in enumerate(Role):
        email = f"{role}@somewhere.example"
        await door.put(email, role, CHILD)
        async with door.database.transaction() as session:
            me = await person_with(session, email)
        for shared_with in (role, Role.FINANCE, Role.SOCIAL_WORKER):
            sharing = keep_as_the_page(door, me, f"view {number}", shared_with)
            if shared_with is role and role in SHARED_AMONG:
                await sharing
            else:
                with pytest.raises(DBAPIError, match="row-level security"):
                    await sharing


async def keep_as_the_page(door: Door, person_id: int, name: str, shared_with: Role) -> None:
    async with door.database.seen_by(person_id) as session:
        await keep_view(session, person_id, name, "", shared_with, door.clock.at)
