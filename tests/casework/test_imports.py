"""Imports into PostgreSQL: all or nothing, and repeatable without effect (ACTS.md, Files)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.import_report import ImportRefusedError, ImportReport
from casework.imports import import_roll, import_terms
from contracts.people import Role
from store.calendar_tables import CalendarRow, TermRow
from store.database import Database
from store.tables import Case, Person, School
from tests.support.clock import FixedClock
from tests.support.import_files import ANOTHER_CHILD, SPRING, SUMMER, changed, roll_of, terms_file
from tests.support.imported import (
    Listener,
    address_of,
    case_of,
    count,
    import_two_calendars,
    imported,
    name_of,
    versions,
)
from tests.support.sample import ROLL, TERMS, import_sample


@pytest.fixture
async def two_calendars(database: Database, clock: FixedClock) -> ImportReport:
    return await import_two_calendars(database, clock)


async def test_the_sample_is_stored_whole(database: Database, clock: FixedClock) -> None:
    report = await import_sample(database, clock)
    assert report.in_words() == [
        "schools: 11 new, 0 changed, 0 unchanged.",
        "people: 19 new, 0 changed, 0 unchanged.",
        "children: 32 new, 0 changed, 0 unchanged.",
    ]
    assert (report.source_name, report.at, report.warnings) == ("roll.csv", clock.at, ())
    assert await count(database, Case) == 32
    assert await count(database, TermRow) == 27
    case = await case_of(database, "C008")
    assert (case.year_group, case.year_group_in, case.grant_eligible, case.in_care) == ("Y6", "2026/27", True, True)
    assert await address_of(database, "C008", Role.DESIGNATED_TEACHER) == ["dt.900050@school.example"]
    assert await address_of(database, "C008", Role.SOCIAL_WORKER) == ["sw1@council.example"]
    assert await address_of(database, "C008", Role.TEAM_MANAGER) == ["manager.south@council.example"]
    assert await name_of(database, "manager.south@council.example") == "team manager"


async def test_a_case_has_an_opaque_id(database: Database, roll: ImportReport) -> None:
    async with database.transaction() as session:
        ids = list((await session.execute(select(Case.id))).scalars())
    assert len(set(ids)) == 32
    assert all(re.fullmatch(r"[a-z0-9]{16}", case_id) for case_id in ids)


async def test_the_same_files_again_change_nothing(database: Database, clock: FixedClock, roll: ImportReport) -> None:
    before = await versions(database)
    clock.set(datetime(2027, 3, 1, tzinfo=UTC))
    terms = await import_terms(database, clock, TERMS, source_name="copy.csv")
    children = await import_roll(database, clock, ROLL, source_name="copy.csv")
    assert (terms.changes, terms.unchanged) == (0, 27)
    assert (children.changes, children.unchanged, children.not_in_file) == (0, 32, 0)
    assert await versions(database) == before == dict.fromkeys(before, 1)


async def test_a_file_with_one_fault_stores_nothing(database: Database, clock: FixedClock) -> None:
    with pytest.raises(ImportRefusedError, match=r"^Nothing was imported: the file has 1 fault\.$") as terms:
        await import_terms(database, clock, changed(TERMS, 17, "2026-12-18", "2026-13-18"), source_name="t.csv")
    assert [fault.line for fault in terms.value.faults] == [17]
    assert await versions(database) == {}
    await import_terms(database, clock, TERMS, source_name="t.csv")
    with pytest.raises(ImportRefusedError, match=r"the file has 2 faults\.$") as roll:
        await import_roll(database, clock, changed(ROLL, 33, ",shade,", ",elsewhere,"), source_name="r.csv")
    assert [fault.line for fault in roll.value.faults] == [33, 33]
    assert (await count(database, Case), await count(database, Person), await count(database, School)) == (0, 0, 0)


async def test_what_a_hook_cannot_do_undoes_the_import(database: Database, clock: FixedClock) -> None:
    async def cannot(session: AsyncSession, case_ids: Sequence[str]) -> None:
        raise ConnectionError("no more")

    await import_terms(database, clock, TERMS, source_name="t.csv")
    with pytest.raises(ConnectionError):
        await import_roll(database, clock, ROLL, source_name="r.csv", on_new_cases=cannot)
    assert await count(database, Case) == 0


async def test_new_cases_are_told_once_and_counted(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, TERMS, source_name="t.csv")
    listener, steps = Listener(), list[tuple[int, int]]()
    for _ in range(2):
        await import_roll(
            database,
            clock,
            ROLL,
            source_name="r.csv",
            on_new_cases=listener.cases,
            progress=lambda done, of: steps.append((done, of)),
        )
    assert listener.told == [f"C{number:03}" for number in range(1, 33)]
    assert steps == [(32, 32)]


async def test_a_calendar_gets_a_new_version_only_when_it_changes(database: Database, clock: FixedClock) -> None:
    listener = Listener()

    async def take(content: bytes) -> ImportReport:
        return await import_terms(database, clock, content, source_name="t.csv", on_new_terms=listener.calendars)

    first = await take(terms_file({}, {"calendar": "elm"}))
    assert (first.new, first.changed, first.unchanged) == (2, 0, 0)
    second = await take(terms_file({}, {"calendar": "elm", "closed_days": ""}))
    assert (second.new, second.changed, second.unchanged) == (0, 1, 1)
    await take(terms_file({}, {"calendar": "elm", "closed_days": ""}))
    third = await take(terms_file({}, SPRING))
    assert (third.new, third.changed, third.unchanged) == (1, 0, 1)
    await take(terms_file({"name": "The Oak schools"}))
    assert listener.told == ["elm 1", "oak 1", "elm 2", "oak 2", "oak 3"]
    assert await count(database, TermRow) == 3


async def test_terms_must_not_overlap_with_stored_ones(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, terms_file({}, SPRING), source_name="t.csv")
    with pytest.raises(ImportRefusedError) as refused:
        await import_terms(database, clock, terms_file({**SUMMER, "first_day": "2027-03-25"}), source_name="t.csv")
    assert [str(fault) for fault in refused.value.faults] == [
        "line 2: the summer term 2026/27 overlaps with the spring term 2026/27, which is stored already and lasts "
        "from 2027-01-04 to 2027-03-25."
    ]


async def test_dates_without_a_source_name_their_file(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, terms_file({"source": ""}), source_name="terms.csv")
    async with database.transaction() as session:
        assert (await session.execute(select(TermRow.source))).scalar_one() == "terms.csv"


async def test_a_calendar_that_was_a_guess_is_verified_by_an_import(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, terms_file({}), source_name="t.csv")
    async with database.transaction() as session:
        (await session.get_one(CalendarRow, "oak")).verified = False
    report = await import_terms(database, clock, terms_file({}), source_name="t.csv")
    assert (report.unchanged, report.tallies["calendars"].changed) == (1, 1)
    async with database.transaction() as session:
        oak = await session.get_one(CalendarRow, "oak")
        assert (oak.version, oak.verified) == (2, True)


async def test_children_who_are_not_on_the_roll_stay(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {}, ANOTHER_CHILD)
    report = await imported(database, clock, ANOTHER_CHILD)
    assert (report.changes, report.unchanged, report.not_in_file) == (0, 1, 1)
    assert report.in_words()[-1] == "Children in care who are not on this roll and stay as they are: 1."
    assert (await case_of(database, "C001")).in_care


async def test_a_upn_of_a_child_who_is_not_on_the_roll_is_refused(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {})
    with pytest.raises(ImportRefusedError) as refused:
        await imported(database, clock, {"child_ref": "C002"})
    assert [str(fault) for fault in refused.value.faults] == [
        "line 2: this upn belongs to a child who is not on this roll; look it up again."
    ]
    swapped = await imported(database, clock, {"upn": ""}, {**ANOTHER_CHILD, "upn": "E860205021008"})
    assert (swapped.new, swapped.changed) == (1, 1)


async def test_a_year_group_that_was_reached_on_1_september_is_no_change(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {})
    clock.set(datetime(2027, 9, 1, 8, tzinfo=UTC))
    assert (await imported(database, clock, {"year_group": "Y7"})).changes == 0
    kept_back = await imported(database, clock, {"year_group": "Y6"})
    assert kept_back.changed == 1
    case = await case_of(database, "C001")
    assert (case.year_group, case.year_group_in) == ("Y6", "2027/28")


async def test_the_academic_year_of_the_year_groups_can_be_given(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    clock.set(datetime(2026, 8, 27, 8, tzinfo=UTC))
    await import_roll(database, clock, roll_of({}), source_name="r.csv", academic_year="2026/27")
    assert (await case_of(database, "C001")).year_group_in == "2026/27"
