"""Imports of the layers above an authority's term dates: closed days, and a school's published calendar.

All or nothing, in one transaction, and repeatable without effect, as every import (`casework.imports`).
"""

from collections import defaultdict

from sqlalchemy.ext.asyncio import AsyncSession

from casework.calendar_changes import all_changed
from casework.closed_days_file import ClosedDayRow, TermsByCalendar, check_closed_days
from casework.closed_days_keeping import keep_closed_days
from casework.csv_file import Fault
from casework.ics_file import Asked, CheckedIcs, check_ics
from casework.import_report import ImportRefusedError, ImportReport
from casework.imports import TermsHook, refuse_faults
from casework.term_dates_file import CalendarTerm
from casework.term_keeping import keep_terms
from contracts.calendar import Term
from contracts.clock import Clock
from store.bank_holidays import seed
from store.calendars import all_terms, known_codes, raise_versions, term_from
from store.closed_days import all_closed_days
from store.database import Database
from store.roll import one_import_at_a_time


async def import_closures(
    database: Database, clock: Clock, content: bytes, *, source_name: str, on_new_terms: TermsHook | None = None
) -> ImportReport:
    """Store the closed days of a file. Stored days that are not in the file stay.

    `on_new_terms` is told of the calendars that changed. Raises `ImportRefusedError` with every fault.
    """
    report = ImportReport("closed days", source_name, await clock.now())
    async with database.transaction() as session:
        await one_import_at_a_time(session)
        new_holidays = await seed(session)
        checked = check_closed_days(content, await known_terms(session))
        refuse_faults(checked)
        report.warnings = checked.warnings
        changed = await keep_closed_days(session, checked.rows, report)
        await raise_versions(session, changed)
        await _tell(session, await all_changed(session, changed, new_holidays), on_new_terms)
    report.log()
    return report


async def import_ics(
    database: Database, clock: Clock, content: bytes, asked: Asked, *, on_new_terms: TermsHook | None = None
) -> ImportReport:
    """Store what a school's published calendar says of its terms and closed days; a new calendar is made for it.

    Rows are unverified unless `asked` says that somebody has compared them; such rows never change what is verified.
    `on_new_terms` is told of the calendars that changed. Raises `ImportRefusedError` with every fault.
    """
    report = ImportReport("terms", asked.file_name, await clock.now())
    async with database.transaction() as session:
        await one_import_at_a_time(session)
        new_holidays = await seed(session)
        stored = await stored_terms(session)
        checked = check_ics(content, asked, stored)
        terms, faults = _to_keep(checked, stored, asked)
        faults += _nowhere_to_keep(checked, asked, await known_codes(session))
        if checked.faults or faults:
            raise ImportRefusedError((*checked.faults, *faults), checked.warnings)
        report.warnings = checked.warnings
        with_terms = set(await keep_terms(session, terms, report))
        report.tally("terms").unchanged += len(checked.terms) - len(terms)
        await session.flush()
        with_days = await keep_closed_days(session, await _unconfirmed(session, checked, report), report)
        await raise_versions(session, with_days - with_terms)
        await _tell(session, await all_changed(session, with_terms | with_days, new_holidays), on_new_terms)
    report.log()
    return report


async def stored_terms(session: AsyncSession) -> list[CalendarTerm]:
    """Every stored term, as files are checked against them."""
    return [CalendarTerm(row.calendar, term_from(row), verified=row.verified) for row in await all_terms(session)]


async def known_terms(session: AsyncSession) -> TermsByCalendar:
    """Every calendar with its terms in order of time."""
    terms = defaultdict[str, list[Term]](list)
    for term in sorted(await stored_terms(session), key=lambda term: term.term.first_day):
        terms[term.calendar].append(term.term)
    return {code: terms[code] for code in await known_codes(session)}


def _to_keep(
    checked: CheckedIcs, stored: list[CalendarTerm], asked: Asked
) -> tuple[list[CalendarTerm], tuple[Fault, ...]]:
    """The terms to be stored, and a fault for each that would change verified dates without being verified itself."""
    verified = {} if asked.verified else {term.key: term.term for term in stored if term.verified}
    terms = [term for term in checked.terms if term.key not in verified]
    changing = (term for term in checked.terms if verified.get(term.key, term.term) != term.term)
    return terms, tuple(Fault(term.line or 1, _changes_verified(term)) for term in changing)


def _changes_verified(term: CalendarTerm) -> str:
    return (
        f"the {term.term.label} is stored with other dates, which are verified; ask the school, and import the file as "
        "verified if it is right."
    )


def _nowhere_to_keep(checked: CheckedIcs, asked: Asked, known: set[str]) -> tuple[Fault, ...]:
    if asked.calendar in known or checked.terms:
        return ()
    return (Fault(1, f"there is no school calendar {asked.calendar}, and the file has no whole term to make one of."),)


async def _unconfirmed(session: AsyncSession, checked: CheckedIcs, report: ImportReport) -> list[ClosedDayRow]:
    """The days without those that somebody has verified already, which a row that nobody has leaves as they are."""
    stored = await all_closed_days(session)
    kept = [day for day in checked.closed_days if day.verified or not (day.key in stored and stored[day.key].verified)]
    report.tally("closed days").unchanged += len(checked.closed_days) - len(kept)
    return kept


async def _tell(session: AsyncSession, changed: list[str], hook: TermsHook | None) -> None:
    if changed and hook is not None:
        await session.flush()
        await hook(session, changed)
