"""Keeping the terms of a file that was found right."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from casework.import_report import ImportReport
from casework.term_dates_file import CalendarTerm
from store.calendar_tables import CalendarRow, TermRow
from store.calendars import all_calendars, all_terms


async def keep_terms(session: AsyncSession, terms: Sequence[CalendarTerm], report: ImportReport) -> list[str]:
    """Store what is new or changed; gives the codes of the calendars that are no longer as they were, in order."""
    calendars = await all_calendars(session)
    names = {term.calendar: term.calendar_name for term in terms}
    sure = {term.calendar for term in terms if term.verified}
    fresh = _add_calendars(session, calendars, names, sure)
    await session.flush()
    changed = fresh | {code for code, name in names.items() if _differs(calendars[code], name, code in sure)}
    changed |= await _keep_each(session, terms, report)
    for code, name in names.items():
        row = calendars[code]
        row.name, row.verified = name, row.verified or code in sure
        row.version += code in changed - fresh
        report.tally("calendars").count(new=code in fresh, changed=code in changed)
    return sorted(changed)


def _add_calendars(
    session: AsyncSession, calendars: dict[str, CalendarRow], names: dict[str, str], sure: set[str]
) -> set[str]:
    fresh = set(names) - set(calendars)
    for code in sorted(fresh):
        calendars[code] = CalendarRow(code=code, name=names[code], version=1, verified=code in sure)
        session.add(calendars[code])
    return fresh


def _differs(row: CalendarRow, name: str, sure: bool) -> bool:
    """An unverified calendar that an authority's file names becomes verified: that is a change as well."""
    return row.name != name or (sure and not row.verified)


async def _keep_each(session: AsyncSession, terms: Sequence[CalendarTerm], report: ImportReport) -> set[str]:
    stored = {(row.calendar, row.academic_year, row.name): row for row in await all_terms(session)}
    changed = set()
    for term in terms:
        row, values = stored.get(term.key), _values(term, report.source_name)
        differs = row is not None and any(getattr(row, column) != value for column, value in values.items())
        report.tally("terms").count(new=row is None, changed=differs)
        if row is None:
            calendar, academic_year, name = term.key
            session.add(TermRow(calendar=calendar, academic_year=academic_year, name=name, **values))
        elif differs:
            for column, value in values.items():
                setattr(row, column, value)
        if row is None or differs:
            changed.add(term.calendar)
    return changed


def _values(term: CalendarTerm, source_name: str) -> dict[str, object]:
    return {
        "first_day": term.term.first_day,
        "last_day": term.term.last_day,
        "half_term_first": term.term.half_term_first,
        "half_term_last": term.term.half_term_last,
        "closed_days": list(term.term.closed_days),
        "source": term.source or source_name,
        "verified": term.verified,
    }
