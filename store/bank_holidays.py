"""England's bank holidays, kept as rows: a newer list in a library must never change what a review was promised."""

from datetime import date

from govuk_bank_holidays.bank_holidays import BankHolidays
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.calendar_tables import BankHoliday

SOURCE = "gov.uk/bank-holidays"


async def seed(session: AsyncSession) -> tuple[date, ...]:
    """Keep the published list for England and Wales (https://www.gov.uk/bank-holidays), as the package carries it.

    Gives the days that were not stored before, in order: calendars that have a term around one of them have changed
    (`casework.calendar_changes`). Asks no network. Safe to run again; a day that is stored stays, even when a newer
    list no longer has it.
    """
    published = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    rows = [{"day": holiday["date"], "name": holiday["title"]} for holiday in published]
    query = insert(BankHoliday).values(rows).on_conflict_do_nothing().returning(BankHoliday.day)
    return tuple(sorted((await session.execute(query)).scalars()))
