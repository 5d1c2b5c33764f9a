"""School calendars in layers: bank holidays, the authority's terms, the school's, closed days (docs/calendars.md)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.calendar import SchoolCalendar, Term, TermName
from store.calendar_tables import BankHoliday, CalendarRow, ClosedDay, TermRow
from store.schools import stands_for_a_school
from store.tables import Authority, School

_Found = tuple[TermRow | None, list[date] | None]
"""A term, and the days of the layer above it that lie in it."""


class UnknownCalendarError(LookupError):
    """No calendar has this code; the operator imports its term dates."""

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no school calendar {code}. Import its term dates first.")


async def snapshot(session: AsyncSession, code: str) -> SchoolCalendar:
    """A calendar with every term that is known, in order of time, its closed days, and the bank holidays around them.

    A calendar that is unknown or has no terms takes the authority's, keeps its own code and is unverified. The holidays
    reach to the end of the year after the last term: dates are set beyond the terms that are known. Two statements, and
    two more where the authority's terms are taken. Raises `UnknownCalendarError` where there are none to take.
    """
    found = (await session.execute(_layers().where(CalendarRow.code == code))).all()
    calendar = await _read(session, code, found[0][0] if found else None, [(term, days) for _, term, days in found])
    return _with_holidays([calendar], await _bank_holidays(session, calendar.terms))[0]


async def calendars_of_schools(session: AsyncSession, urns: Sequence[str]) -> list[SchoolCalendar]:
    """The calendars that these schools follow, in their order, read together: as many statements as one `snapshot`."""
    query = _layers().add_columns(School.urn).join(School, School.calendar == CalendarRow.code)
    by_school = query.where(School.urn.in_(urns)).order_by(None).order_by(School.urn, TermRow.first_day)
    rows = (await session.execute(by_school)).all()
    by_urn = {urn: list(of_school) for urn, of_school in groupby(rows, key=lambda row: row[3])}
    calendars = []
    for found in (by_urn[urn] for urn in urns):
        row = found[0][0]
        calendars.append(await _read(session, row.code, row, [(term, days) for _, term, days, _ in found]))
    terms = sorted((term for calendar in calendars for term in calendar.terms), key=lambda term: term.last_day)
    return _with_holidays(calendars, await _bank_holidays(session, terms))


def term_from(row: TermRow, closed: Iterable[date] = ()) -> Term:
    """A stored term as the rules read it, with `closed` days beside those of its own row."""
    return Term(
        academic_year=row.academic_year,
        name=TermName(row.name),
        first_day=row.first_day,
        last_day=row.last_day,
        half_term_first=row.half_term_first,
        half_term_last=row.half_term_last,
        closed_days=tuple(sorted({*row.closed_days, *closed})),
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


async def codes_around(session: AsyncSession, days: Collection[date]) -> set[str]:
    """The calendars that have one of these days in a term of their own."""
    if not days:
        return set()
    is_around = or_(*(and_(TermRow.first_day <= day, TermRow.last_day >= day) for day in days))
    return set((await session.execute(select(TermRow.calendar).where(is_around).distinct())).scalars())


async def codes_without_terms(session: AsyncSession) -> set[str]:
    """The calendars that take the authority's terms, because nobody has imported theirs."""
    query = select(CalendarRow.code).outerjoin(TermRow, TermRow.calendar == CalendarRow.code)
    return set((await session.execute(query.where(TermRow.calendar.is_(None)))).scalars())


async def calendar_of_authority(session: AsyncSession) -> str | None:
    """The code of the authority's own calendar; while none was set, of the one that most schools with terms follow."""
    own = (await session.execute(select(Authority.calendar))).scalar_one_or_none()
    if own is not None:
        return own
    with_terms = exists().where(TermRow.calendar == School.calendar)
    usual = select(School.calendar).where(with_terms).group_by(School.calendar)
    most = func.count().filter(stands_for_a_school()).desc()
    return (await session.execute(usual.order_by(most, School.calendar).limit(1))).scalar_one_or_none()


async def raise_versions(session: AsyncSession, codes: Collection[str]) -> None:
    """These calendars are no longer as they were: their versions rise by one."""
    if codes:
        changed = update(CalendarRow).where(CalendarRow.code.in_(codes))
        await session.execute(changed.values(version=CalendarRow.version + 1))


def _layers() -> Select[Any]:
    """Calendars, each with its terms in order of time and what lies above each of these."""
    query = select(CalendarRow, TermRow, _days_above(TermRow.calendar))
    return query.outerjoin(TermRow, TermRow.calendar == CalendarRow.code).order_by(TermRow.first_day)


def _days_above(*calendars: Any) -> Any:
    """The closed days of these calendars in a term of the enclosing query; null where there are none."""
    days = select(func.array_agg(ClosedDay.day)).where(
        ClosedDay.calendar.in_(calendars), ClosedDay.day.between(TermRow.first_day, TermRow.last_day)
    )
    return days.correlate(TermRow).scalar_subquery()


async def _read(
    session: AsyncSession, code: str, calendar: CalendarRow | None, found: Sequence[_Found]
) -> SchoolCalendar:
    """A calendar without its bank holidays, from its own terms or else the authority's."""
    own = [(row, closed or []) for row, closed in found if row is not None]
    if calendar is not None and own:
        verified = calendar.verified and all(row.verified for row, _ in own)
        terms = tuple(term_from(row, closed) for row, closed in own)
        return SchoolCalendar(code, terms, (), calendar.version, verified)
    authority, borrowed = await _terms_of_authority(session, code)
    version = calendar or authority
    if version is None:
        raise UnknownCalendarError(code)
    return SchoolCalendar(code, borrowed, (), version.version, verified=False)


async def _terms_of_authority(session: AsyncSession, code: str) -> tuple[CalendarRow | None, tuple[Term, ...]]:
    """The authority's calendar and its terms, with the closed days that are known of `code` itself as well."""
    query = select(CalendarRow, TermRow, _days_above(TermRow.calendar, code))
    query = query.where(CalendarRow.code == await calendar_of_authority(session))
    query = query.join(TermRow, TermRow.calendar == CalendarRow.code).order_by(TermRow.first_day)
    found = (await session.execute(query)).all()
    return (found[0][0] if found else None), tuple(term_from(row, closed or ()) for _, row, closed in found)


def _with_holidays(calendars: Iterable[SchoolCalendar], days: tuple[date, ...]) -> list[SchoolCalendar]:
    return [SchoolCalendar(one.code, one.terms, days, one.version, one.verified) for one in calendars]


async def _bank_holidays(session: AsyncSession, terms: Sequence[Term]) -> tuple[date, ...]:
    """Terms in order of their last days."""
    query = select(BankHoliday.day).order_by(BankHoliday.day)
    if terms:
        first, last = min(term.first_day for term in terms).year, terms[-1].last_day.year + 1
        query = query.where(BankHoliday.day.between(date(first, 1, 1), date(last, 12, 31)))
    return tuple((await session.execute(query)).scalars())
