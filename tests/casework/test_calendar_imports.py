"""Imports of the layers above term dates: all or nothing, repeatable, and everybody concerned is told."""

from datetime import date

import pytest
from sqlalchemy import delete

from casework.authority import AuthorityDetails, set_up
from casework.calendar_imports import import_closures, import_ics
from casework.case_calendar import calendar_of_case
from casework.closed_days_file import COLUMNS
from casework.ics_file import Asked
from casework.import_report import ImportRefusedError, ImportReport
from casework.imports import import_terms
from contracts.calendar import SchoolCalendar
from rules.calendar import is_school_day
from store.calendar_tables import BankHoliday, CalendarRow, TermRow
from store.calendars import UnknownCalendarError, snapshot
from store.database import Database
from store.tables import Case, School
from tests.support.clock import FixedClock
from tests.support.import_files import SUMMER, as_csv, terms_file
from tests.support.imported import Listener, case_of, import_two_calendars, imported, versions
from tests.support.sample import DATA

ASH = (DATA / "ics" / "ash_primary.ics").read_bytes()
AS_ASH = Asked("ash", "Ash Primary School", "ash_primary.ics")
CONFIRMED = Asked("ash", "Ash Primary School", "ash_primary.ics", verified=True)
INSET = date(2026, 11, 16)
MAY_DAY = date(2027, 5, 3)


class Desk:
    """Imports, each with what its hook was told."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock, self.listener = database, clock, Listener()

    async def closures(self, *rows: dict[str, str]) -> ImportReport:
        right = {"calendar": "oak", "day": str(INSET), "kind": "inset", "source": "", "verified": "yes"}
        content = as_csv(COLUMNS, ({**right, **row} for row in rows))
        hook = self.listener.calendars
        return await import_closures(self.database, self.clock, content, source_name="c.csv", on_new_terms=hook)

    async def ics(self, asked: Asked, content: bytes = ASH) -> ImportReport:
        return await import_ics(self.database, self.clock, content, asked, on_new_terms=self.listener.calendars)

    async def terms(self, *changes: dict[str, str]) -> ImportReport:
        hook = self.listener.calendars
        content = terms_file(*changes)
        return await import_terms(self.database, self.clock, content, source_name="t.csv", on_new_terms=hook)

    async def calendar(self, code: str) -> SchoolCalendar:
        async with self.database.transaction() as session:
            return await snapshot(session, code)


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    await import_two_calendars(database, clock)
    return Desk(database, clock)


async def test_B2_an_imported_closed_day_closes_the_school(desk: Desk) -> None:
    assert is_school_day(await desk.calendar("oak"), INSET)
    report = await desk.closures({})
    assert report.in_words() == ["closed days: 1 new, 0 changed, 0 unchanged."]
    oak = await desk.calendar("oak")
    assert (is_school_day(oak, INSET), oak.version) == (False, 2)
    assert desk.listener.told == ["oak 2"]


async def test_closed_days_again_change_nothing_and_a_correction_opens_the_school(desk: Desk) -> None:
    await desk.closures({}, {"day": "2026-11-17"})
    assert (await desk.closures({}, {"day": "2026-11-17"})).changes == 0
    opened = await desk.closures({"kind": "open"})
    assert (opened.changed, (await desk.closures({"kind": "open"})).changes) == (1, 0)
    assert is_school_day(await desk.calendar("oak"), INSET)
    assert desk.listener.told == ["oak 2", "oak 3"]


async def test_one_fault_stores_no_closed_day(desk: Desk) -> None:
    with pytest.raises(ImportRefusedError, match=r"^Nothing was imported: the file has 1 fault\.$"):
        await desk.closures({}, {"calendar": "elsewhere"})
    assert (await desk.calendar("oak")).version == 1
    assert desk.listener.told == []


async def test_B2_a_published_calendar_becomes_an_unverified_one_until_it_is_confirmed(desk: Desk) -> None:
    report = await desk.ics(AS_ASH)
    assert (report.new, report.tallies["closed days"].new) == (3, 6)
    ash = await desk.calendar("ash")
    assert (ash.verified, ash.version, ash.terms[0].closed_days) == (False, 1, (date(2026, 10, 23),))
    assert (await desk.ics(AS_ASH)).changes == 0
    assert (await desk.ics(CONFIRMED)).changes > 0
    confirmed = await desk.calendar("ash")
    assert (confirmed.verified, confirmed.version, confirmed.terms) == (True, 2, ash.terms)
    assert (await desk.ics(CONFIRMED)).changes == 0
    assert desk.listener.told == ["ash 1", "ash 2"]


async def test_what_nobody_confirmed_does_not_change_what_somebody_did(desk: Desk) -> None:
    await desk.ics(CONFIRMED)
    assert (await desk.ics(AS_ASH)).changes == 0
    assert (await desk.calendar("ash")).verified
    with pytest.raises(ImportRefusedError) as refused:
        await desk.ics(AS_ASH, ASH.replace(b"20261218", b"20261217").replace(b"20261219", b"20261218"))
    assert [str(fault) for fault in refused.value.faults] == [
        "line 15: the autumn term 2026/27 is stored with other dates, which are verified; ask the school, and import "
        "the file as verified if it is right."
    ]


async def test_term_dates_of_the_authoritys_file_confirm_an_unverified_term(desk: Desk) -> None:
    await desk.ics(AS_ASH)
    ash = {"calendar": "ash", "name": "Ash Primary School", "closed_days": ""}
    assert (await desk.terms(ash)).changed == 1
    async with desk.database.transaction() as session:
        assert (await session.get_one(TermRow, ("ash", "2026/27", "autumn"))).verified
        assert (await session.get_one(CalendarRow, "ash")).verified
    assert not (await desk.calendar("ash")).verified


async def test_closed_days_alone_need_a_calendar(desk: Desk) -> None:
    content = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:INSET\r\nDTSTART;VALUE=DATE:20261116\r\nEND:VEVENT\r\n"
    with pytest.raises(ImportRefusedError) as refused:
        await desk.ics(AS_ASH, content + b"END:VCALENDAR\r\n")
    assert [str(fault) for fault in refused.value.faults] == [
        "line 1: there is no school calendar ash, and the file has no whole term to make one of."
    ]
    report = await desk.ics(Asked("oak", "Oak schools", "oak.ics"), content + b"END:VCALENDAR\r\n")
    assert report.tallies["closed days"].new == 1
    assert desk.listener.told == ["oak 2"]


async def test_a_new_bank_holiday_is_a_new_version_of_the_calendars_around_it(desk: Desk) -> None:
    ash = {**SUMMER, "calendar": "ash", "name": "Ash Primary School"}
    await desk.terms(ash)
    async with desk.database.transaction() as session:
        await session.execute(delete(BankHoliday).where(BankHoliday.day == MAY_DAY))
    desk.listener.told.clear()
    assert is_school_day(await desk.calendar("ash"), MAY_DAY)
    for _ in range(2):
        assert (await desk.terms({}, {"calendar": "elm", "name": "Elm schools"})).changes == 0
    assert desk.listener.told == ["ash 2"]
    assert not is_school_day(await desk.calendar("ash"), MAY_DAY)


async def test_who_follows_the_authority_is_told_of_its_changes(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        session.add(CalendarRow(code="beech", name="Beech"))
    details = AuthorityDetails("Council", "vs@council.example", calendar="oak")
    for _ in range(2):
        await set_up(desk.database, details, on_new_terms=desk.listener.calendars)
    await set_up(desk.database, AuthorityDetails("Council", "vs@council.example"))
    await desk.closures({})
    await desk.closures({"calendar": "elm"})
    assert desk.listener.told == ["beech 2", "beech 3", "oak 2", "elm 2"]
    assert (await versions(desk.database))["beech"] == 3
    assert not is_school_day(await desk.calendar("beech"), INSET)


async def test_the_authority_cannot_follow_a_calendar_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(UnknownCalendarError):
        await set_up(desk.database, AuthorityDetails("Council", "vs@council.example", calendar="beech"))


async def test_B2_a_child_of_two_schools_has_the_days_on_which_both_are_open(desk: Desk, clock: FixedClock) -> None:
    await imported(desk.database, clock, {})
    await desk.closures({"calendar": "elm"})
    case = await case_of(desk.database, "C001")
    async with desk.database.transaction() as session:
        assert (await calendar_of_case(session, case)) == await snapshot(session, "oak")
        session.add(School(urn="900099", name="Elm", calendar="elm"))
        await session.flush()
        (await session.get_one(Case, case.id)).second_school_urn = case.second_school_urn = "900099"
        both = await calendar_of_case(session, case)
    assert (both.code, is_school_day(both, INSET)) == ("oak and elm", False)


async def test_an_import_leaves_a_line_with_counts(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "casework.import_report"):
        await desk.closures({}, {"day": "2026-11-17"})
    assert [(line.message, line.__dict__["count"]) for line in caplog.records] == [("an import changed closed days", 2)]
