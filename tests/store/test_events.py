"""The history of a case: its lines are stored together at the end of a transaction, in the order of adding."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from local.postgres import EmbeddedPostgres
from store.database import Database
from store.events import add_event, has_event, history
from tests.support.database import fresh_database
from tests.support.grant_cases import NOON, GrantCase, add_case


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """One for all tests here: each has children of its own."""
    async with fresh_database(postgres) as fresh:
        yield fresh


def tell(session: AsyncSession, of: GrantCase, *whats: str) -> None:
    for what in whats:
        add_event(session, of.id, f"{of.id}-autumn", NOON, what, "clock")


async def lines_of(database: Database, child: str) -> list[str]:
    async with database.transaction() as session:
        return [line.what for line in await history(session) if line.child == child]


async def test_lines_of_one_instant_stay_in_the_order_of_adding(database: Database) -> None:
    of = await add_case(database)
    async with database.transaction() as session:
        tell(session, of, "third", "first", "second")
    assert await lines_of(database, of.ref) == ["third", "first", "second"]


async def test_a_line_is_found_in_the_transaction_that_adds_it(database: Database) -> None:
    of = await add_case(database)
    async with database.transaction() as session:
        tell(session, of, "first")
        assert await has_event(session, f"{of.id}-autumn", "first")
        tell(session, of, "second")
    assert await lines_of(database, of.ref) == ["first", "second"]


async def test_a_transaction_that_fails_leaves_no_line(database: Database) -> None:
    of = await add_case(database)
    with pytest.raises(LookupError):
        await tell_and_fail(database, of)
    assert await lines_of(database, of.ref) == []


async def tell_and_fail(database: Database, of: GrantCase) -> None:
    async with database.transaction() as session:
        tell(session, of, "first")
        raise LookupError
