"""The layers of a calendar become one snapshot: closed days above terms, the authority's below (docs/calendars.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from casework.authority import AuthorityDetails, set_up
from casework.imports import import_terms
from contracts.calendar import SchoolCalendar
from rules.calendar import why_closed
from store.calendar_tables import CalendarRow, ClosedDay, TermRow
from store.calendars import UnknownCalendarError, calendars_of_schools, snapshot
from store.database import Database
from store.tables import School
from tests.support.clock import FixedClock
from tests.support.import_files import SPRING, terms_file

INSET, CLOSURE = date(2026, 11, 16), date(2026, 11, 17)


@pytest.fixture
async def two(database: Database, clock: FixedClock) -> Database:
    """The calendars oak (autumn and spring) and elm (autumn only, without closed days)."""
    content = terms_file({}, SPRING, {"calendar": "elm", "name": "Elm schools", "closed_days": ""})
    await import_terms(database, clock, content, source_name="terms.csv")
    return database


async def close(database: Database, *days: date, calendar: str = "oak", kind: str = "inset") -> None:
    async with database.transaction() as session:
        session.add_all(ClosedDay(calendar=calendar, day=day, kind=kind, source="letter") for day in days)


async def taken(database: Database, code: str) -> SchoolCalendar:
    async with database.transaction() as session:
        return await snapshot(session, code)


async def follow(database: Database, code: str) -> None:
    details = AuthorityDetails("Council", "vs@council.example", calendar=code)
    await set_up(database, details)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []
    engine = database.engine.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_B2_days_of_the_layer_above_close_the_school(two: Database) -> None:
    await close(two, INSET, CLOSURE)
    oak = await taken(two, "oak")
    assert oak.terms[0].closed_days == (date(2026, 9, 4), INSET, CLOSURE, date(2026, 12, 4))
    assert why_closed(oak, INSET) == "a day on which the school is closed"
    assert why_closed(await taken(two, "elm"), INSET) is None


async def test_a_closed_day_counts_in_its_own_term_only(two: Database) -> None:
    await close(two, date(2026, 12, 28), date(2027, 1, 11))
    oak = await taken(two, "oak")
    assert (len(oak.terms[0].closed_days), oak.terms[1].closed_days) == (2, (date(2027, 1, 11),))


async def test_a_calendar_with_an_unverified_term_is_unverified(two: Database) -> None:
    assert (await taken(two, "oak")).verified
    async with two.transaction() as session:
        (await session.get_one(TermRow, ("oak", "2026/27", "spring"))).verified = False
    assert not (await taken(two, "oak")).verified
    assert (await taken(two, "elm")).verified


async def test_an_unknown_calendar_takes_the_authoritys_terms_and_is_flagged(two: Database) -> None:
    with pytest.raises(UnknownCalendarError):
        await taken(two, "beech")
    await follow(two, "oak")
    await close(two, INSET)
    beech, oak = await taken(two, "beech"), await taken(two, "oak")
    assert (beech.code, beech.terms, beech.version, beech.verified) == ("beech", oak.terms, oak.version, False)
    assert beech.bank_holidays == oak.bank_holidays


async def test_a_calendar_without_terms_takes_the_authoritys_and_keeps_its_own_closed_days(two: Database) -> None:
    async with two.transaction() as session:
        session.add(CalendarRow(code="beech", name="Beech", version=7))
    await close(two, CLOSURE, calendar="beech")
    assert (await taken(two, "beech")).terms == ()
    await follow(two, "elm")
    beech = await taken(two, "beech")
    assert (beech.version, beech.verified, len(beech.terms)) == (8, False, 1)
    assert beech.terms[0].closed_days == (CLOSURE,)
    assert (await taken(two, "elm")).terms[0].closed_days == ()


async def test_a_snapshot_is_two_statements_and_a_fallback_four(two: Database) -> None:
    await follow(two, "oak")
    async with two.transaction() as session:
        with counted(two) as sent:
            await snapshot(session, "oak")
        assert len(sent) == 2
        with counted(two) as sent:
            await snapshot(session, "beech")
        assert len(sent) == 4


async def test_the_calendars_of_two_schools_are_read_together(two: Database) -> None:
    async with two.transaction() as session:
        session.add_all([School(urn="1", name="A", calendar="elm"), School(urn="2", name="B", calendar="oak")])
    async with two.transaction() as session:
        with counted(two) as sent:
            second, lead = await calendars_of_schools(session, ["2", "1"])
    assert len(sent) == 2
    assert (second.code, lead.code) == ("oak", "elm")
    assert (second.terms, lead.terms) == ((await taken(two, "oak")).terms, (await taken(two, "elm")).terms)
