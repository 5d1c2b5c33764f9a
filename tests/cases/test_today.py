"""Today: every number is the count of the list behind it, whatever the data; everybody has their part's numbers."""

import random
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.listing import bring_up_to_date
from contracts.clock import london_date
from contracts.people import Role
from contracts.review import Stage
from store.tracking_tables import CaseListing
from tests.cases.listed import EVERY_CHILD, every_row
from tests.web.door import SOCIAL_WORKER, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser, Page

FINANCE, MANAGER = "finance@council.example", "manager.south@council.example"


def numbers(page: Page) -> list[tuple[int, str, str]]:
    """Each number with the address that it leads to and its words."""
    found = re.findall(
        r'epep-number__link" href="([^"]+)"><span class="epep-number__count">([\d,]+)</span> ([^<]+)<', page.html
    )
    return [(int(number.replace(",", "")), href.replace("&amp;", "&"), words) for href, number, words in found]


async def at_random(door: Door, seed: int) -> None:
    """Lines that say anything that a line can say."""
    chance, today = random.Random(seed), london_date(door.clock.at)  # noqa: S311 - no secret
    await bring_up_to_date(door.database, door.clock.at, 10_000)
    async with door.database.transaction() as session:
        for line in (await session.execute(select(CaseListing))).scalars():
            days = chance.choice([None, *range(-3, 9)])
            line.due_on = None if days is None else today + timedelta(days=days)
            line.holders = [role.value for role in Role if chance.random() < 0.2]
            line.stage = chance.choice([None, *Stage])
            line.money_waits, line.not_told = chance.random() < 0.3, chance.choice([0, 0, 1, 4])
            line.on_list = chance.random() < 0.9


@pytest.mark.parametrize("seed", range(4))
async def test_a_number_is_the_list_behind_it(
    door: Door, officer: Browser, browser_of: Opening, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("web.cases.gathered.A_PAGE", 7)
    await at_random(door, seed)
    await door.put_on_staff(FINANCE, Role.FINANCE)
    for browser, many in ((officer, 5), (await browser_of(MANAGER), 5), (await browser_of(FINANCE), 2)):
        found = numbers(await browser.open("/today"))
        assert len(found) == many
        for number, href, words in found:
            assert len(await every_row(browser, href)) == number, words
        assert sum(number for number, _, _ in found) > 0


async def test_a_team_manager_counts_the_team_and_an_officer_every_child(
    door: Door, officer: Browser, browser_of: Opening
) -> None:
    await bring_up_to_date(door.database, door.clock.at, 10_000)
    async with door.database.transaction() as session:
        for line in (await session.execute(select(CaseListing))).scalars():
            line.not_told = 1
    manager = await (await browser_of(MANAGER)).open("/today")
    assert "The children of your team" in manager.text
    assert {"/today", "/reports"} <= set(re.findall(r'href="([^"]+)"', manager.html))
    assert numbers(manager)[4][0] == len(EVERY_CHILD[1::2])
    assert numbers(await officer.open("/today"))[4][0] == len(EVERY_CHILD)


async def test_who_has_no_such_numbers_is_led_to_their_work(door: Door, browser_of: Opening) -> None:
    await door.put_on_staff("operator@council.example", Role.OPERATOR)
    worker = await browser_of(SOCIAL_WORKER)
    landed = await worker.open("/today")
    assert landed.path == "/work"
    assert 'href="/today"' not in landed.html
    operator = await browser_of("operator@council.example")
    assert "epep-number" not in (await operator.client.get("/today")).text


async def test_it_knows_what_has_happened_a_moment_ago(door: Door, officer: Browser) -> None:
    """Nothing but the page itself brings the list up to date here."""
    before = numbers(await officer.open("/today"))
    assert (await door.arrange(on="2026-09-04")).status_code == 200
    after = numbers(await officer.open("/today"))
    assert (before[1][0], after[1][0]) == (0, 1)
