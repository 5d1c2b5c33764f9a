"""What every test may ask for."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from casework.imports import ImportReport
from local.postgres import EmbeddedPostgres
from store.database import Database
from tests.support.clock import FixedClock
from tests.support.database import running_postgres, shared_database
from tests.support.sample import import_sample

settings.register_profile("pep", deadline=None, database=None, derandomize=True, print_blob=True)
settings.load_profile("pep")


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[EmbeddedPostgres]:
    """A PostgreSQL of the tests' own, started when the first test needs it."""
    async with running_postgres() as server:
        yield server


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database with the newest tables and no rows, for this test only."""
    async with shared_database(postgres) as empty:
        yield empty


@pytest.fixture
def clock() -> FixedClock:
    """Stands at 09:00 in London on 1 September 2026 until it is set."""
    return FixedClock()


@pytest.fixture
async def roll(database: Database, clock: FixedClock) -> ImportReport:
    """The sample's terms and its 32 children, imported into `database`."""
    return await import_sample(database, clock)
