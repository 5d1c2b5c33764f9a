"""Who loses the connection that holds the lead knows that it leads no more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import text

from store.database import Database
from tests.web.served import until
from watch.leading import Lead
from watch.rounds import Round

PROMPT, SLOW = 0.01, 0.5
"""Seconds between two tries: the prompt one is there first."""
_LEADER = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")


@asynccontextmanager
async def striving(lead: Lead) -> AsyncIterator[None]:
    stopped = asyncio.Event()
    task = asyncio.create_task(lead.strive(stopped))
    try:
        yield
    finally:
        stopped.set()
        await task


async def test_a_lead_that_is_lost_is_given_up_and_its_rounds_are_not_walked(database: Database) -> None:
    first, second = Lead(database, SLOW), Lead(database, PROMPT)
    walked: list[str] = []
    async with striving(first):
        await until(lambda: first.held)
        async with striving(second):
            async with database.alone() as session:
                await session.execute(_LEADER)
            await until(lambda: second.held, patience=10)
            await until(lambda: not first.held, patience=10)
            rounds = [lead.alone(_round(name, walked)) for name, lead in (("first", first), ("second", second))]
            walks = [asyncio.ensure_future(one.walk()) for one in rounds]
            await walks[1]
            assert walked == ["second"]
    await asyncio.gather(*walks)


def _round(name: str, walked: list[str]) -> Round:
    async def walk() -> None:
        walked.append(name)

    return Round(name, timedelta(seconds=1), walk)
