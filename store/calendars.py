"""School calendars: their terms, as imports store them and as a review carries them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.calendar import SchoolCalendar, Term, TermName
from store.tables import BankHoliday, CalendarRow, TermRow


class UnknownCalendarError(LookupError):
    """No calendar has this code; the operator imports its term dates."""

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no school calendar {code}. Import its term dates first.")


async def snapshot(session: AsyncSession, code: str) -> SchoolCalendar:
    """A calendar with every term that is known, in order of time, and the bank holidays around them.

    The holidays reach to the end of the year after the last term: dates are set beyond the terms that are known.
    Raises `UnknownCalendarError`.
    """
    query = select(CalendarRow, TermRow).outerjoin(TermRow, TermRow.calendar == CalendarRow.code)
    query = query.where(CalendarRow.code == code).order_by(TermRow.first_day)
    found = (await session.execute(query)).all()
    if not found:
        raise UnknownCalendarError(code)
    calendar = found[0][0]
    terms = tuple(term_from(row) for _, row in found if row is not None)
    return SchoolCalendar(code, terms, await _bank_holidays(session, terms), calendar.version, calendar.verified)


def term_from(row: TermRow) -> Term:
    """A stored term as the rules read it."""
    return Term(
        academic_year=row.academic_year,
        name=TermName(row.name),
        first_day=row.first_day,
        last_day=row.last_day,
        half_term_first=row.half_term_first,
        half_term_last=row.half_term_last,
        closed_days=tuple(row.closed_days),
    )


async def known_codes(session: AsyncSession) -> set[str]:
    """The codes of all calendars."""
    return set((await session.execute(select(CalendarRow.code))).scalars())


async def all_calendars(session: AsyncSession) -> dict[str, CalendarRow]:
    """Every calendar by its code."""
    return {row.code: row for row in (await session.execute(select(CalendarRow))).scalars()}


async def all_terms(session: AsyncSession) -> list[TermRow]:
    """Every term of every calendar."""
    return list((await session.execute(select(TermRow))).scalars())


async def _bank_holidays(session: AsyncSession, terms: tuple[Term, ...]) -> tuple[date, ...]:
    query = select(BankHoliday.day).order_by(BankHoliday.day)
    if terms:
        first, last = date(terms[0].first_day.year, 1, 1), date(terms[-1].last_day.year + 1, 12, 31)
        query = query.where(BankHoliday.day.between(first, last))
    return tuple((await session.execute(query)).scalars())
