"""The door that the tests of the web ask at."""

from collections.abc import AsyncIterator

import httpx
import pytest

from casework.imports import ImportReport
from contracts.people import Role
from store.database import Database
from tests.support.clock import FixedClock
from tests.web.door import CHILD, SOCIAL_WORKER, Door, app_on


@pytest.fixture
async def door(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Door]:
    """The sample's children, the review of C010 open, and their social worker at the door."""
    transport = httpx.ASGITransport(app_on(database, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as client:
        door = Door(database, clock, client)
        await door.open(CHILD)
        await door.sign_in(Role.SOCIAL_WORKER, SOCIAL_WORKER)
        yield door


@pytest.fixture
async def stranger(database: Database, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody who has signed in."""
    transport = httpx.ASGITransport(app_on(database, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as client:
        yield client
