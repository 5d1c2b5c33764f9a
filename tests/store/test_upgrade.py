"""A database of an earlier release comes along with its rows."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from local.postgres import EmbeddedPostgres
from store.database import Database
from store.every_table import Table
from store.migrate import alembic_config, upgrade

ROWS = """
    INSERT INTO calendars (code, name, version, verified) VALUES ('elm', 'Elm', 1, true);
    INSERT INTO schools (urn, name, calendar) VALUES ('900001', 'Elm Primary', 'elm');
    INSERT INTO people (id, email, name) VALUES (1, 'SW@council.example', 'Invented');
    INSERT INTO people (id, email, name) VALUES (2, 'carer@home.example', 'Invented');
    INSERT INTO cases (id, ref, given_name, family_name, date_of_birth, year_group, year_group_in, entered_care_on,
                       school_urn, team, grant_eligible, in_care)
    VALUES ('one', 'C1', 'Invented', 'Child', '2016-01-01', 'Y5', '2026/27', '2024-01-01', '900001', 'North', true,
            true);
    INSERT INTO case_roles (case_id, role, person_id) VALUES ('one', 'social_worker', 1), ('one', 'carer', 2);
"""


def _to_the_first_tables(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


async def test_a_case_of_the_first_release_knows_what_the_last_roll_said(postgres: EmbeddedPostgres) -> None:
    """Otherwise the same roll, imported once more, would undo what acts have changed since."""
    url = await postgres.create_database("first_release")
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(_to_the_first_tables)
        for statement in ROWS.split(";\n"):
            if statement.strip():
                await connection.execute(text(statement))
    await upgrade(url)
    async with database.transaction() as session:
        said = (await session.execute(text("SELECT roll FROM cases"))).scalar_one()
    await database.close()
    await postgres.drop_database("first_release")
    assert said == {"school_urn": "900001", "grant_eligible": True, "social_worker": "sw@council.example"}


async def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Table.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
