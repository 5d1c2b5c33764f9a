"""One real PostgreSQL for all tests, migrated once; each test works in a copy of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from local.postgres import EmbeddedPostgres
from store.database import Database
from store.migrate import upgrade

_MIGRATED = "migrated"
_numbers = count(1)


@asynccontextmanager
async def running_postgres() -> AsyncIterator[EmbeddedPostgres]:
    """PostgreSQL with the database `migrated`, which has the newest tables and nobody's rows."""
    with TemporaryDirectory(prefix="pep-tests-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        await server.start()
        try:
            await upgrade(await server.create_database(_MIGRATED))
            yield server
        finally:
            await server.stop()


@asynccontextmanager
async def fresh_database(server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A migrated database for one test, dropped afterwards whoever is still connected."""
    name = f"test_{next(_numbers)}"
    database = Database(await server.create_database(name, template=_MIGRATED))
    try:
        yield database
    finally:
        await database.close()
        await server.drop_database(name)
