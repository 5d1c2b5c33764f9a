"""What web/static/again.js does in a real browser: pages about work that goes on look again, until they are paused.

The browser's clock is the test's: nobody waits for seconds to pass.
"""

from datetime import datetime

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from contracts.people import Role
from contracts.problems import ItemResult, RepairKind, RepairState
from repairs.desk import Asked, Operator, RepairDesk
from store.database import Database
from store.staff import give_staff_role
from store.watch_tables import RepairItem, RepairRow
from tests.web.console.stuck import a_problem, works
from tests.web.door import Door
from tests.web.live.conftest import PageOf
from tests.web.signed_in import sign_in_as

OPERATOR = "operator@council.example"
LOOKS_AGAIN = "This page looks again every"


@pytest.fixture
async def page(live: Door, page_of: PageOf) -> Page:
    """An operator's browser, whose clock stands until the test moves it."""
    async with live.database.transaction() as session:
        await give_staff_role(session, OPERATOR, Role.OPERATOR, "Operator")
    await works(live.database, live.clock.at)
    page = await page_of(OPERATOR)
    await page.clock.install()
    return page


async def a_running_repair(live: Door) -> int:
    """ "Try now" of two things, which no watch has begun."""
    problem = await a_problem(live.database, live.clock.at, "C001", "C002")
    operator = Operator(await sign_in_as(live.database, live.clock, live.client, OPERATOR), frozenset({Role.OPERATOR}))
    desk = RepairDesk(live.database, live.clock)
    number = await desk.preview(operator, Asked(RepairKind.TRY_NOW, "The bank works again.", problem))
    async with live.database.transaction() as session:
        frozen = (await session.get_one(RepairRow, number)).frozen
    await desk.confirm(operator, number, frozen, typed_count=None)
    return number


async def moves_on(database: Database, repair: int, number: int, at: datetime) -> None:
    moved = update(RepairItem).where(RepairItem.repair_id == repair, RepairItem.number == number)
    async with database.transaction() as session:
        await session.execute(moved.values(result=ItemResult.MOVED_ON, at=at))


async def ends(database: Database, repair: int, at: datetime) -> None:
    async with database.transaction() as session:
        row = await session.get_one(RepairRow, repair)
        row.state, row.ended_at = RepairState.DONE, at


async def test_a_repair_that_runs_shows_how_far_it_is_and_stands_still_once_it_is_over(live: Door, page: Page) -> None:
    number = await a_running_repair(live)
    await page.goto(f"/console/repairs/{number}")
    await expect(page.get_by_text(LOOKS_AGAIN)).to_be_visible()
    await page.evaluate("window.stillTheSame = true")
    case = page.get_by_role("link", name="C001")
    await case.focus()
    await moves_on(live.database, number, 1, live.clock.at)
    await page.clock.run_for(5_000)
    await expect(page.get_by_text("Moved on: 1")).to_be_visible()
    await expect(case).to_be_focused()
    assert await page.evaluate("window.stillTheSame")
    await moves_on(live.database, number, 2, live.clock.at)
    await ends(live.database, number, live.clock.at)
    await page.clock.run_for(5_000)
    await expect(page.get_by_text("Moved on: 2")).to_be_visible()
    await expect(page.get_by_text(LOOKS_AGAIN)).to_have_count(0)


async def test_it_can_be_paused(live: Door, page: Page) -> None:
    number = await a_running_repair(live)
    await page.goto(f"/console/repairs/{number}")
    asked: list[str] = []
    await page.get_by_role("button", name="Pause").click()
    page.on("request", lambda request: asked.append(request.url))
    await moves_on(live.database, number, 1, live.clock.at)
    await page.clock.run_for(60_000)
    assert asked == []
    await page.get_by_role("button", name="Go on").click()
    await page.clock.run_for(5_000)
    await expect(page.get_by_text("Moved on: 1")).to_be_visible()


async def test_a_new_problem_appears_on_the_list_but_not_while_somebody_chooses(live: Door, page: Page) -> None:
    await page.goto("/console")
    await expect(page.get_by_text("Nothing is stuck.")).to_be_visible()
    number = await a_problem(live.database, live.clock.at, "C001")
    await page.get_by_label("Kind").focus()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.clock.run_for(30_000)
    assert asked == []
    await page.get_by_label("Kind").blur()
    await page.clock.run_for(10_000)
    await expect(page.get_by_text(f"No. {number}")).to_be_visible()
    await expect(page.get_by_text("Nothing is stuck.")).to_have_count(0)
