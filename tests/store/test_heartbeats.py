"""A process beats while it lives, says when it stops, and is silent when it was killed."""

import asyncio
from datetime import timedelta

from store.database import Database
from store.heartbeats import Process, beat, beating, forget_processes, laid_to_rest, processes, silent_since
from tests.support.clock import FIRST_MORNING, FixedClock
from tests.support.temporal_dev import until

WORKER = Process("pep-worker-1", "worker", "code-1", "pep")
LATER = FIRST_MORNING + timedelta(minutes=5)


async def test_it_beats_until_it_stops_in_good_order(database: Database, clock: FixedClock) -> None:
    async with beating(database, clock, WORKER, pause=0.01):
        await until(lambda: _has_beaten(database))
        clock.set(LATER)
        await until(lambda: _has_beaten_again(database))
    async with database.transaction() as session:
        (row,) = await processes(session)
    assert (row.part, row.queue, row.version) == ("worker", "pep", "code-1")
    assert (row.started_at, row.beat_at, row.stopped_at) == (FIRST_MORNING, LATER, LATER)


async def test_one_that_was_killed_is_silent_until_it_is_laid_to_rest(database: Database) -> None:
    async with database.transaction() as session:
        await beat(session, WORKER, FIRST_MORNING, FIRST_MORNING)
        assert [row.identity for row in await silent_since(session, LATER)] == [WORKER.identity]
        assert await silent_since(session, FIRST_MORNING) == []
        await laid_to_rest(session, [WORKER.identity], LATER)
        assert await silent_since(session, LATER) == []
        await forget_processes(session, LATER)
        assert [row.identity for row in await processes(session, [WORKER.identity, "another"])] == [WORKER.identity]
        await forget_processes(session, LATER + timedelta(seconds=1))
        assert await processes(session) == []


async def test_without_postgresql_nothing_breaks(clock: FixedClock) -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    async with asyncio.timeout(20), beating(away, clock, WORKER, pause=0.01):
        await asyncio.sleep(0)
    await away.close()


async def _has_beaten(database: Database) -> bool:
    async with database.transaction() as session:
        return bool(await processes(session))


async def _has_beaten_again(database: Database) -> bool:
    async with database.transaction() as session:
        return not await silent_since(session, LATER)
