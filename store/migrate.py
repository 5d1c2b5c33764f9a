"""Migrations: `upgrade` brings a database to the newest tables; two services that start at once wait for each other."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

_LOCK = 7_374_001
"""Any fixed number: PostgreSQL's advisory lock for migrations of this product."""


async def upgrade(database_url: str) -> None:
    """Run every migration that the database does not have yet. Safe to run again and from several places at once."""
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_run_alembic)
    finally:
        await engine.dispose()


def alembic_config() -> Config:
    """Alembic's configuration in code: there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _run_alembic(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
