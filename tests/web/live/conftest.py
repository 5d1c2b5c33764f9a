"""The app on its real server, and browsers that are signed in there."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from playwright.async_api import Page

from casework.imports import ImportReport
from store.database import Database
from tests.browser.chromium import needed, running
from tests.support.clock import FixedClock
from tests.web.door import CHILD, Door, app_on
from tests.web.served import served
from tests.web.signed_in import COOKIE, sign_in_as

PageOf = Callable[[str], Awaitable[Page]]


@pytest.fixture
async def live(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Door]:
    """The review of C010 is open; a browser at the real server, nobody signed in yet."""
    async with served(app_on(database, clock)) as port:
        timeout = httpx.Timeout(30)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=timeout) as client:
            door = Door(database, clock, client)
            await door.open(CHILD)
            yield door


@pytest.fixture
async def page_of(live: Door) -> AsyncIterator[PageOf]:
    """The browser of whoever has an address, signed in. Nothing on its console may be an error."""
    faults: list[str] = []
    async with running(needed()) as browser:

        async def opened(email: str) -> Page:
            await sign_in_as(live.database, live.clock, live.client, email)
            context = await browser.new_context(base_url=str(live.client.base_url))
            secret = live.client.cookies[COOKIE]
            await context.add_cookies([{"name": COOKIE, "value": secret, "url": str(live.client.base_url)}])
            page = await context.new_page()
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            return page

        yield opened
    assert faults == []
