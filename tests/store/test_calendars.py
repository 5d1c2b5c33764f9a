"""School calendars as they come out of PostgreSQL."""

from datetime import date

import pytest

from casework.imports import ImportReport, import_terms
from contracts.calendar import SchoolCalendar, TermName
from contracts.policy import Policy
from rules.safe_dates import latest_safe_date
from store import bank_holidays
from store.calendar_tables import CalendarRow
from store.calendars import UnknownCalendarError, known_codes, snapshot
from store.database import Database
from tests.support.calendars import calendar, term
from tests.support.clock import FixedClock
from tests.support.import_files import SUMMER, terms_file
from tests.support.sample import TERMS


async def taken(database: Database, code: str) -> SchoolCalendar:
    async with database.transaction() as session:
        return await snapshot(session, code)


async def test_a_snapshot_has_every_known_term_in_order(database: Database, roll: ImportReport) -> None:
    for code in ("staffordshire", "widmer-end", "shade", "phsg", "kayes", "saint-gregorys"):
        assert (await taken(database, code)).terms == calendar(code).terms
    async with database.transaction() as session:
        assert len(await known_codes(session)) == 6


async def test_M7_a_snapshot_gives_the_latest_safe_date(database: Database, roll: ImportReport) -> None:
    kayes = await taken(database, "kayes")
    assert latest_safe_date(kayes, term(kayes, "2026/27", TermName.AUTUMN), Policy()) == date(2026, 11, 26)


async def test_bank_holidays_reach_beyond_the_terms_that_are_known(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, terms_file(SUMMER), source_name="t.csv")
    holidays = (await taken(database, "oak")).bank_holidays
    assert holidays == tuple(sorted(holidays))
    assert (holidays[0], holidays[-1]) == (date(2027, 1, 1), date(2028, 12, 26))


async def test_a_snapshot_names_its_version(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, TERMS, source_name="t.csv")
    changed = TERMS.replace(b"phsg,PHSG (two-week October half term),2026/27,summer", b"phsg,PHSG,2026/27,summer")
    changed = changed.replace(b"PHSG (two-week October half term)", b"PHSG")
    await import_terms(database, clock, changed, source_name="t.csv")
    assert ((await taken(database, "phsg")).version, (await taken(database, "shade")).version) == (2, 1)


async def test_a_calendar_without_terms_has_all_bank_holidays(database: Database) -> None:
    async with database.transaction() as session:
        await bank_holidays.seed(session)
        session.add(CalendarRow(code="elm", name="Elm schools", verified=False))
    elm = await taken(database, "elm")
    assert (elm.terms, elm.verified) == ((), False)
    assert len(elm.bank_holidays) > 100


async def test_an_unknown_calendar_says_what_to_do(database: Database) -> None:
    with pytest.raises(UnknownCalendarError, match=r"There is no school calendar elm\. Import its term dates first\."):
        await taken(database, "elm")
