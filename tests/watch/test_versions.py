"""Workers of two versions on a real Temporal: the current one works, the other drains, and a review goes on."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.service import RPCError

from starter.connect import connect, identity_of
from starter.versions import Versions
from store.database import Database
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse, until
from tests.support.temporal_played import acts_of
from worker import build_worker, sweeping


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[DevHouse]:
    async with DevHouse(database, tmp_path, MIDNIGHT_BEFORE_TERM) as house:
        await house.start_temporal()
        yield house


@asynccontextmanager
async def working(house: DevHouse, version: str) -> AsyncIterator[None]:
    """A worker of that version, which is the current one once it has asked for work."""
    client = await connect(house._address, "default", house._ring, identity=identity_of("worker"))
    parts = replace(house._parts(client, may_shift_time=True), version=version)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(build_worker(parts))
        await stack.enter_async_context(sweeping(parts, pause=0.1))
        await until(lambda: is_made_current(house, version))
        yield


async def is_made_current(house: DevHouse, version: str) -> bool:
    try:
        await Versions(house.client).make_current(version)
    except RPCError:
        return False
    return True


async def states(house: DevHouse) -> dict[str, str]:
    return {one.version: one.state for one in await Versions(house.client).seen()}


async def test_a_review_goes_on_with_the_next_version_and_the_last_one_drains(house: DevHouse) -> None:
    assert await states(house) == {}
    await house.begin("C1")
    async with working(house, "v1"):
        await until(lambda: house.has_review("C1"))
        await house.settled()
        assert await states(house) == {"v1": "current"}
    async with working(house, "v2"):
        assert all(await house.take(acts_of("prompt_term")))
        await house.settled()
        assert await states(house) in ({"v1": "draining", "v2": "current"}, {"v1": "drained", "v2": "current"})
    assert len(await house.rows("C1", "grant")) == 1
