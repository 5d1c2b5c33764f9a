"""The layer of closed days above the terms of calendars."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.calendar_tables import ClosedDay


async def all_closed_days(session: AsyncSession) -> dict[tuple[str, date], ClosedDay]:
    """Every closed day by its calendar and day."""
    return {(row.calendar, row.day): row for row in (await session.execute(select(ClosedDay))).scalars()}
