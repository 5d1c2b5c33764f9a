"""Which of several processes does what only one may do: PostgreSQL's advisory lock, held by one connection."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from store.database import Database

_LOCK = 7_374_011
"""Any fixed number."""
_TRY = text("SELECT pg_try_advisory_lock(:lock)")
_ALIVE = text("SELECT 1")
_LED = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :lock AND objsubid = 1"
    " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)
_NOTICED_SOON = (
    text("SET tcp_keepalives_idle = 10"),
    text("SET tcp_keepalives_interval = 5"),
    text("SET tcp_keepalives_count = 3"),
)
"""A leader whose machine is gone without a word would otherwise hold the lock for two hours. No effect on a socket."""
_PATIENCE = 10.0
"""Seconds for an answer of the connection that holds the lock."""


async def lead(
    database: Database,
    on_lead: Callable[[], None],
    on_stand_by: Callable[[], None],
    stopped: asyncio.Event,
    pause: float,
) -> None:
    """Stand by until nobody else leads, then call `on_lead` and lead until `stopped`.

    `on_stand_by` is called each time that somebody else has been found to lead.

    Asks every `pause` seconds. Raises what SQLAlchemy and the network raise when the connection is lost, or is made
    to no avail: somebody else may lead from then on.
    """
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    connection = await engine.connect()
    try:
        for setting in _NOTICED_SOON:
            await connection.execute(setting)
        while not (await connection.execute(_TRY, {"lock": _LOCK})).scalar_one():
            on_stand_by()
            if await _has_come(stopped, pause):
                return
        on_lead()
        while not await _has_come(stopped, pause):
            await _ask(connection)
    finally:
        await connection.invalidate()  # closed, and not lent to somebody else: so the lock is free
        await connection.close()


async def is_led(session: AsyncSession) -> bool:
    """Whether somebody leads now."""
    return bool((await session.execute(_LED, {"lock": _LOCK})).scalar_one())


async def _ask(connection: AsyncConnection) -> None:
    async with asyncio.timeout(_PATIENCE):
        await connection.execute(_ALIVE)


async def _has_come(stopped: asyncio.Event, pause: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopped.wait(), pause)
    return stopped.is_set()
