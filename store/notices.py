"""What PostgreSQL tells us by itself: that a case moved (the trigger on its history, migration 0003)."""

import asyncio
from collections.abc import Callable
from typing import Any

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database

_CHANNEL = "pep_case"
_ASKED_EVERY = 30.0
"""Seconds after which a silent connection is asked whether it still lives."""
_PATIENCE = 10.0
_ALIVE = text("SELECT 1")


async def listen(database: Database, on_ready: Callable[[], None], on_move: Callable[[str], None]) -> None:
    """Call `on_move` with the id of every case that moves, until the connection is lost; then come back.

    `on_ready` is called once nothing is missed any more: what moved before nobody was told. It holds one connection for
    as long as it listens. Raises what SQLAlchemy and the network raise when PostgreSQL is away.
    """
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    connection = await engine.connect()
    try:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        lost = asyncio.Event()
        driver.add_termination_listener(lambda _connection: lost.set())
        await _hear(driver, on_move)
        on_ready()
        await _until(lost, connection)
    finally:
        await connection.invalidate()  # the pool must not lend it to somebody else: it still listens
        await connection.close()


async def _hear(driver: Any, on_move: Callable[[str], None]) -> None:
    try:
        await driver.add_listener(_CHANNEL, lambda _connection, _pid, _channel, case_id: on_move(case_id))
    except (PostgresError, InterfaceError):
        raise ConnectionError("the connection was lost before it could listen") from None


async def _until(lost: asyncio.Event, connection: AsyncConnection) -> None:
    while not lost.is_set():
        try:
            async with asyncio.timeout(_ASKED_EVERY):
                await lost.wait()
        except TimeoutError:
            async with asyncio.timeout(_PATIENCE):
                await connection.execute(_ALIVE)
