"""The layers of one calendar row by row, each with where it came from, for somebody who looks at it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.calendar_tables import BankHoliday, CalendarRow, ClosedDay, TermRow
from store.calendars import UnknownCalendarError, calendar_of_authority


@dataclass(frozen=True, slots=True)
class Layers:
    """A calendar as it is stored; what `store.calendars.snapshot` makes one thing of."""

    code: str
    name: str
    version: int
    verified: bool
    borrowed_from: str | None
    """The authority's calendar where the terms are that one's; None where they are its own."""
    terms: list[TermRow]
    closed_days: list[ClosedDay]
    bank_holidays: list[BankHoliday]
    """Those from the first day of the first term to the last day of the last one."""


async def layers_of(session: AsyncSession, code: str) -> Layers:
    """Everything that a calendar is made of. Raises `UnknownCalendarError` as a snapshot does."""
    own, terms, borrowed_from = await session.get(CalendarRow, code), await _terms(session, code), None
    if not terms:
        borrowed_from = await calendar_of_authority(session)
        terms = await _terms(session, borrowed_from) if borrowed_from else []
        borrowed_from = borrowed_from if terms else None
    row = own or (await session.get(CalendarRow, borrowed_from) if borrowed_from else None)
    if row is None:
        raise UnknownCalendarError(code)
    return Layers(
        code=code,
        name=row.name,
        version=row.version,
        verified=row.verified and borrowed_from is None and bool(terms) and all(term.verified for term in terms),
        borrowed_from=borrowed_from,
        terms=terms,
        closed_days=await _closed_days(session, [code, *([borrowed_from] if borrowed_from else [])]),
        bank_holidays=await _bank_holidays(session, terms),
    )


async def _terms(session: AsyncSession, code: str) -> list[TermRow]:
    query = select(TermRow).where(TermRow.calendar == code).order_by(TermRow.first_day)
    return list((await session.execute(query)).scalars())


async def _closed_days(session: AsyncSession, codes: list[str]) -> list[ClosedDay]:
    query = select(ClosedDay).where(ClosedDay.calendar.in_(codes)).order_by(ClosedDay.day)
    return list((await session.execute(query)).scalars())


async def _bank_holidays(session: AsyncSession, terms: list[TermRow]) -> list[BankHoliday]:
    if not terms:
        return []
    first, last = terms[0].first_day, terms[-1].last_day
    query = select(BankHoliday).where(BankHoliday.day.between(first, last)).order_by(BankHoliday.day)
    holidays = (await session.execute(query)).scalars()
    return [one for one in holidays if any(term.first_day <= one.day <= term.last_day for term in terms)]
