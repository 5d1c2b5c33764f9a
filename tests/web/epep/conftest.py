"""Browsers of people who are signed in, at the app of `door`."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from store.cases import person_with
from store.tables import StaffRole
from tests.web.door import SITE, Door
from tests.web.epep.pages import Browser
from tests.web.signed_in import sign_in_as

OFFICER = "officer@council.example"
Opening = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def browser_of(door: Door) -> AsyncIterator[Opening]:
    """Opens a browser for somebody: each person has one of their own."""
    transport = door.client._transport
    clients: list[httpx.AsyncClient] = []

    async def opened(email: str) -> Browser:
        client = httpx.AsyncClient(transport=transport, base_url=SITE)
        clients.append(client)
        await sign_in_as(door.database, door.clock, client, email)
        return Browser(client)

    yield opened
    for client in clients:
        await client.aclose()


@pytest.fixture
async def officer(door: Door, browser_of: Opening) -> Browser:
    """An officer of the Virtual School."""
    async with door.database.transaction() as session:
        person_id = await person_with(session, OFFICER, "Ola Hart")
        session.add(StaffRole(person_id=person_id, role="virtual_school"))
    return await browser_of(OFFICER)
