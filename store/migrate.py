"""Migrations: `upgrade` brings a database to the newest tables; two services that start at once wait for each other."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from store.where_counted import fill_where_counted

_LOCK = 7_374_001
"""Any fixed number: PostgreSQL's advisory lock for migrations of this product."""
_TRIES, _PAUSE = 5, 2.0
"""Between two tries, which hold people up for three seconds at most, they have their turn."""
_IN_USE = frozenset({"55P03", "40P01"})
"""PostgreSQL's `lock_not_available` and `deadlock_detected`."""


class TablesInUseError(Exception):
    """Somebody worked with the tables for longer than a migration makes them wait. Its text is sentences."""

    def __init__(self) -> None:
        super().__init__(
            "The database's tables are in use, so nothing was changed, and what runs goes on. Try again in a minute; "
            "if this comes back, wait until a backup or a long report is done, or stop web and workers first."
        )


async def upgrade(database_url: str, *, tries: int = _TRIES, pause: float = _PAUSE) -> None:
    """Run every migration that the database does not have yet. Safe to run again and from several places at once.

    Raises TablesInUseError, with nothing changed, where other people's work does not leave the tables alone.
    """
    engine = create_async_engine(database_url)
    try:
        while not await _upgraded(engine):
            tries -= 1
            if tries <= 0:
                raise TablesInUseError
            await asyncio.sleep(pause)
        await fill_where_counted(engine)
    finally:
        await engine.dispose()


async def _upgraded(engine: AsyncEngine) -> bool:
    """Everything in one transaction, or nothing; False where a table could not be had."""
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_run_alembic)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _IN_USE:
            return False
        raise
    return True


def alembic_config() -> Config:
    """Alembic's configuration in code: there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _run_alembic(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
