"""The list as a test reads it: the lines of the table, and what a page shows of them."""

import re

from sqlalchemy import func, select

from store.tracking_tables import CaseListing, StaleListing
from tests.web.door import Door
from tests.web.epep.pages import Browser, Page

EVERY_CHILD = [f"C{number:03}" for number in range(1, 33)]


async def line(door: Door, ref: str) -> CaseListing:
    """The line of one case, as it is kept."""
    async with door.database.transaction() as session:
        return (await session.execute(select(CaseListing).where(CaseListing.ref == ref))).scalar_one()


async def stale(door: Door) -> int:
    """How many notes say that something has changed."""
    async with door.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(StaleListing))).scalar_one()


def shown(page: Page) -> list[str]:
    """The references in the order of the table."""
    return re.findall(r'class="govuk-table__header"><a class="govuk-link" href="/cases/([^"/]+)"', page.html)


def total(page: Page) -> int:
    """The number above the table."""
    found = re.search(r'class="epep-total">([\d,]+) ', page.html)
    assert found, page.text
    return int(found[1].replace(",", ""))


async def every_row(browser: Browser, address: str) -> list[str]:
    """The references on all pages of a list, and that the number above each is how many they are."""
    rows: list[str] = []
    page = await browser.open(address)
    number = total(page)
    while True:
        rows += shown(page)
        following = re.search(r'<a class="govuk-link govuk-pagination__link" href="([^"]+)" rel="next"', page.html)
        if following is None:
            break
        page = await browser.open(following[1].replace("&amp;", "&"))
        assert total(page) == number
    assert len(rows) == number
    assert len(set(rows)) == number
    return rows
