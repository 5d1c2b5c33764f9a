"""Keeping the closed days of a file that was found right."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from casework.closed_days_file import ClosedDayRow, Kind
from casework.import_report import ImportReport
from store.calendar_tables import ClosedDay
from store.closed_days import all_closed_days


async def keep_closed_days(session: AsyncSession, days: Sequence[ClosedDayRow], report: ImportReport) -> set[str]:
    """Store what is new or changed; gives the codes of the calendars that are no longer as they were.

    Stored days that are not in the file stay. Their calendars are stored already; raising versions is the caller's.
    """
    stored = await all_closed_days(session)
    return {day.calendar for day in days if await _keep(session, day, stored.get(day.key), report)}


async def _keep(session: AsyncSession, day: ClosedDayRow, row: ClosedDay | None, report: ImportReport) -> bool:
    """Whether anything is other than before."""
    if day.kind is Kind.OPEN:
        report.tally("closed days").count(changed=row is not None)
        if row is not None:
            await session.delete(row)
        return row is not None
    values = {"kind": day.kind.value, "source": day.source or report.source_name, "verified": day.verified}
    differs = row is not None and any(getattr(row, column) != value for column, value in values.items())
    report.tally("closed days").count(new=row is None, changed=differs)
    if row is None:
        session.add(ClosedDay(calendar=day.calendar, day=day.day, **values))
    elif differs:
        for column, value in values.items():
            setattr(row, column, value)
    return row is None or differs
