"""England's bank holidays, kept as rows: a newer list in a library must never change what a review was promised."""

from govuk_bank_holidays.bank_holidays import BankHolidays
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import BankHoliday


async def seed(session: AsyncSession) -> None:
    """Keep the published list for England and Wales (https://www.gov.uk/bank-holidays), as the package carries it.

    Asks no network. Safe to run again; a day that is stored stays, even when a newer list no longer has it.
    """
    published = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    rows = [{"day": holiday["date"], "name": holiday["title"]} for holiday in published]
    await session.execute(insert(BankHoliday).on_conflict_do_nothing(), rows)
