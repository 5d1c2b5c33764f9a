"""A migration while an older release is at work: nobody's act fails, and nothing of theirs is counted nowhere."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from commands import upkeep
from commands.errors import NotNowError
from local.postgres import EmbeddedPostgres
from store.database import Database
from store.migrate import TablesInUseError, alembic_config, upgrade
from tests.store.test_upgrade import ROWS

OPENED_BY_OLD_CODE = """
    INSERT INTO reviews (id, case_id, academic_year, term, ends_on, plan, standing, stage, school_urn)
    VALUES (:id, 'one', '2026/27', :id, '2026-12-18', '{}', '{}', 'preparing', :school)
"""
AUTHORITY = """
    INSERT INTO authority (id, name, demonstration, virtual_school_email, calendar)
    VALUES (1, 'Invented', false, 'vs@council.example', 'elm')
"""
_LOOKED_FOR_DEADLOCKS = 1.2
"""Seconds after which PostgreSQL ends whoever closes a circle of waiting, and not who waited first."""


def _to_the_release_before(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0004")


@pytest.fixture
async def before(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database of the release before, with one case and two reviews."""
    database = Database(await postgres.create_database("at_work"))
    async with database.engine.begin() as connection:
        await connection.run_sync(_to_the_release_before)
        for statement in ROWS.split(";\n"):
            if statement.strip():
                await connection.execute(text(statement))
        for review, school in (("autumn", "900001"), ("spring", None)):
            await connection.execute(text(OPENED_BY_OLD_CODE), {"id": review, "school": school})
    yield database
    await database.close()
    await postgres.drop_database("at_work")


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


async def waiting(database: Database, *, so_many: int) -> None:
    """Until so many others wait for a table."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
    async with database.engine.connect() as looking:
        while (await looking.execute(text(query))).scalar_one() < so_many:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def works_on(connection: AsyncConnection, *statements: str) -> list[str]:
    """What of it failed."""
    failed = []
    for statement in statements:
        try:
            await asyncio.wait_for(connection.execute(text(statement)), 20)
        except DBAPIError as error:
            failed.append(str(error.orig))
    return failed


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        (
            "SELECT FROM cases FOR UPDATE",
            ("SELECT FROM reviews FOR UPDATE", "SELECT FROM grants", "SELECT FROM letters"),
        ),
        ("SELECT FROM reviews FOR UPDATE", ("SELECT FROM cases FOR UPDATE",)),
        ("SELECT FROM grants FOR UPDATE", ("SELECT FROM cases FOR UPDATE", "SELECT FROM reviews FOR UPDATE")),
        ("UPDATE letters SET state = state", ("SELECT FROM cases FOR UPDATE",)),
        ("UPDATE people SET name = name", ("SELECT FROM cases FOR UPDATE",)),
    ],
)
async def test_what_older_code_has_begun_it_ends(before: Database, begins: str, goes_on: tuple[str, ...]) -> None:
    """An act, the grant's release, the sweep of letters, an import: in whichever order they take the tables."""
    async with before.engine.connect() as at_work:
        await at_work.execute(text(begins))
        migrating = asyncio.create_task(upgrade(url_of(before), tries=50, pause=0.2))
        await waiting(before, so_many=1)
        await asyncio.sleep(_LOOKED_FOR_DEADLOCKS)
        assert await works_on(at_work, *goes_on) == []
        await at_work.commit()
    await migrating


async def test_a_migration_that_cannot_have_the_tables_says_so_and_leaves_everything(
    before: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured = SimpleNamespace(database_url=url_of(before))
    monkeypatch.setattr("settings.load", lambda: configured)
    monkeypatch.setattr("store.table_locks._PATIENCE", "100ms")
    monkeypatch.setattr("commands.upkeep.upgrade", lambda url: upgrade(url, tries=2, pause=0.01))
    async with before.engine.connect() as a_backup:
        await a_backup.execute(text("SELECT FROM reviews"))
        with pytest.raises(NotNowError, match="Try again in a minute") as refused:
            await asyncio.wait_for(upkeep.migrate(), 10)
        assert refused.value.exit_code == 75
        with pytest.raises(TablesInUseError):
            await upgrade(url_of(before), tries=1)
        version = (await a_backup.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        assert version == "0004"
    await upgrade(url_of(before))


async def test_every_review_is_counted_somewhere_whichever_release_opened_it(before: Database) -> None:
    """What opened before where the child is at the migration; what older code opens later, where the child is then."""
    async with before.engine.begin() as connection:
        await connection.execute(text(AUTHORITY))
    await upgrade(url_of(before))
    async with before.engine.begin() as connection:
        noted = (await connection.execute(text("SELECT count(*) FROM stale_listings"))).scalar_one()
        assert noted == 1, "the case is noted once, not once a review"
        await connection.execute(text("UPDATE authority SET calendar = 'elsewhere'"))
        await connection.execute(text("UPDATE cases SET team = 'South'"))
        await connection.execute(text(OPENED_BY_OLD_CODE), {"id": "summer", "school": None})
        await connection.execute(text("UPDATE cases SET team = 'West', has_school_place = false"))
        await connection.execute(text(OPENED_BY_OLD_CODE), {"id": "winter", "school": None})
        await connection.execute(text("UPDATE cases SET team = 'East'"))
    await upgrade(url_of(before))
    async with before.engine.begin() as connection:
        query = "SELECT id, reported_team, reported_school_urn, reported_out_of_area FROM reviews"
        found = {row[0]: tuple(row[1:]) for row in (await connection.execute(text(query))).all()}
    assert found == {
        "autumn": ("North", "900001", False),
        "spring": ("North", "900001", False),
        "summer": ("South", "900001", True),
        "winter": ("West", None, None),
    }


async def test_a_review_that_an_act_holds_is_counted_when_the_act_is_done(before: Database) -> None:
    await upgrade(url_of(before))
    async with before.engine.begin() as connection:
        await connection.execute(text("UPDATE reviews SET reported_team = NULL"))
    async with before.engine.connect() as at_work:
        await at_work.execute(text("SELECT FROM reviews WHERE id = 'spring' FOR UPDATE"))
        filling = asyncio.create_task(upgrade(url_of(before)))
        while (await at_work.execute(text("SELECT count(reported_team) FROM reviews"))).scalar_one() < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await at_work.execute(text("UPDATE reviews SET stage = 'signing'"))
        await at_work.commit()
    await filling
    async with before.engine.connect() as connection:
        left = "SELECT count(*) FROM reviews WHERE reported_team IS NULL"
        assert (await connection.execute(text(left))).scalar_one() == 0
