"""One real PostgreSQL for all tests, migrated once. A test gets a database without rows.

Copying a database costs the file system some 300 files, half a second on a busy machine; emptying one costs little.
So tests share a database that is emptied after each, and one that changes tables asks for a copy of its own.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from local.postgres import EmbeddedPostgres
from store.database import Database
from store.every_table import Table
from store.migrate import upgrade

_MIGRATED = "migrated"
_SHARED = "shared"
_numbers = count(1)
_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
)
_WITHOUT_CHECKS = text("SET LOCAL session_replication_role = replica")
"""Neither foreign keys nor triggers, so that rows go in any order, and those that are append-only as well."""
_NUMBERS_ANEW = text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")


@asynccontextmanager
async def running_postgres() -> AsyncIterator[EmbeddedPostgres]:
    """PostgreSQL with the newest tables in two databases: one to copy, one that tests share."""
    with TemporaryDirectory(prefix="pep-tests-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        await server.start()
        try:
            await upgrade(await server.create_database(_MIGRATED))
            await server.create_database(_SHARED, template=_MIGRATED)
            yield server
        finally:
            await server.stop()


@asynccontextmanager
async def shared_database(server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """The database that tests share one after the other, emptied when a test is done, as if it were new."""
    database = Database(server.url(_SHARED))
    try:
        yield database
    finally:
        await database.close()
        await _empty(server.url(_SHARED))


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


async def _empty(url: str) -> None:
    """Remove every row, whatever the test left running, and number new rows from 1 again."""
    database = Database(url)
    try:
        async with database.transaction() as session:
            await session.execute(_OTHERS, {"name": _SHARED})
            await session.execute(_WITHOUT_CHECKS)
            for table in Table.metadata.tables.values():
                await session.execute(table.delete())
            await session.execute(_NUMBERS_ANEW)
    finally:
        await database.close()
