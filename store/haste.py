"""Commits that do not wait for the disk, for work that is done again from the start when it is broken off."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from store.database import Database

_SET = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {}', current_database()); END $$"
_OFF, _AS_BEFORE = text(_SET.format("SET synchronous_commit TO off")), text(_SET.format("RESET synchronous_commit"))


@asynccontextmanager
async def in_haste(database: Database) -> AsyncIterator[None]:
    """For connections that are made meanwhile. What they have committed is on disk when this ends.

    Must be taken by the owner of the database, while nobody else works in it.
    """
    async with database.transaction() as session:
        await session.execute(_OFF)
    await database.close()
    try:
        yield
    finally:
        # This commit waits for the disk, and the log is written in order.
        async with database.transaction() as session:
            await session.execute(text("SET LOCAL synchronous_commit TO on"))
            await session.execute(_AS_BEFORE)
        await database.close()
