"""The app with a mail server that takes its codes, and a page that only who is signed in sees."""

from collections.abc import AsyncIterator

import httpx
import pytest

from casework.imports import ImportReport
from store.database import Database
from tests.support.clock import FixedClock
from tests.support.smtp_sink import SmtpSink
from tests.web.auth.visitor import OF_A_BROWSER, Visitor
from tests.web.door import SITE, app_on
from tests.web.keeper import keeper
from web.auth.session import InSession


@pytest.fixture
async def visitor(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Visitor]:
    """A browser that nobody has signed in with yet. `/who` answers with the address of who is signed in."""
    async with SmtpSink() as sink:
        doorkeeper = keeper(sink)
        app = app_on(database, clock, doorkeeper=doorkeeper)

        @app.get("/who")
        async def who(visitor: InSession) -> str:
            return visitor.email

        @app.post("/who")
        async def change(visitor: InSession) -> str:
            return visitor.email

        base = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=base, base_url=SITE, headers=OF_A_BROWSER) as client:
            yield Visitor(database, clock, sink, doorkeeper, client, base)
