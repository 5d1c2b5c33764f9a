"""The database that tests share is as good as new for each of them."""

import pytest
from sqlalchemy import func, select

from store.base import Table
from store.calendar_tables import CalendarRow
from store.database import Database
from store.tables import Person, School


@pytest.mark.parametrize("time", [1, 2])
async def test_each_test_finds_no_row_and_numbers_from_1(database: Database, time: int) -> None:
    async with database.transaction() as session:
        for table in Table.metadata.tables.values():
            assert (await session.execute(select(func.count()).select_from(table))).scalar_one() == 0
        person = Person(name="Isla Green", email="isla@council.example")
        session.add_all([person, CalendarRow(code="oak", name="Oak schools")])
        await session.flush()
        assert person.id == 1
        session.add(School(urn="1", name="Hazel School", calendar="oak"))
