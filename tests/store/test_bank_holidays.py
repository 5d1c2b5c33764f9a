"""England's bank holidays, with a second library as witness."""

from datetime import date

import holidays
from sqlalchemy import select

from store.bank_holidays import seed
from store.calendar_tables import BankHoliday
from store.database import Database
from tests.support.calendars import BANK_HOLIDAYS

WEEKEND_ORIGINALS = {date(2026, 12, 26), date(2027, 12, 25), date(2027, 12, 26), date(2028, 1, 1)}
"""The witness lists these beside their substitute days; the published list has the substitutes only."""


async def stored(database: Database) -> dict[date, str]:
    async with database.transaction() as session:
        rows = (await session.execute(select(BankHoliday))).scalars()
        return {row.day: row.name for row in rows}


async def test_seeding_twice_is_seeding_once(database: Database) -> None:
    async with database.transaction() as session:
        await seed(session)
    first = await stored(database)
    async with database.transaction() as session:
        await seed(session)
    assert await stored(database) == first
    assert first[date(2026, 8, 31)] == "Summer bank holiday"


async def test_the_witness_agrees(database: Database) -> None:
    async with database.transaction() as session:
        await seed(session)
    days = {day for day in await stored(database) if 2024 <= day.year <= 2028}
    witness = {
        day for day in holidays.country_holidays("GB", subdiv="ENG", years=range(2024, 2029)) if day.year <= 2028
    }
    assert witness - days == WEEKEND_ORIGINALS
    assert days <= witness


async def test_a_day_that_the_authority_added_stays(database: Database) -> None:
    async with database.transaction() as session:
        session.add(BankHoliday(day=date(2027, 6, 7), name="A day of celebration"))
        await seed(session)
    assert (await stored(database))[date(2027, 6, 7)] == "A day of celebration"


async def test_the_published_days_of_the_sample_years(database: Database) -> None:
    async with database.transaction() as session:
        await seed(session)
    days = await stored(database)
    assert tuple(sorted(day for day in days if date(2025, 8, 1) <= day <= date(2027, 12, 31))) == BANK_HOLIDAYS
