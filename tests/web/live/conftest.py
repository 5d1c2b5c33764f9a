"""The app on its real server, and browsers that are signed in there."""

from collections.abc import AsyncIterator

import httpx
import pytest

from casework.imports import ImportReport
from store.database import Database
from tests.support.clock import FixedClock
from tests.web.door import CHILD, Door, app_on
from tests.web.served import served


@pytest.fixture
async def live(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Door]:
    """The review of C010 is open; a browser at the real server, nobody signed in yet."""
    async with served(app_on(database, clock)) as port:
        timeout = httpx.Timeout(30)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=timeout) as client:
            door = Door(database, clock, client)
            await door.open(CHILD)
            yield door
