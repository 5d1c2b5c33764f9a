"""Children and the people around them through one roll after the other (PROCESS.md, People)."""

import pytest
from sqlalchemy import select

from casework.import_report import ImportReport
from casework.imports import import_roll
from contracts.people import Role
from store.database import Database
from store.tables import Case, CaseRole, Person
from tests.support.clock import FixedClock
from tests.support.import_files import ANOTHER_CHILD, roll_of
from tests.support.imported import Listener, address_of, case_of, count, import_two_calendars, imported, name_of

AWAY = {"school_urn": "900060", "school_name": "Ash School", "school_calendar": "elm"}
AWAY |= {"designated_teacher": "Priya Lewis", "designated_teacher_email": "dt@ash.example"}


@pytest.fixture
async def two_calendars(database: Database, clock: FixedClock) -> ImportReport:
    return await import_two_calendars(database, clock)


async def test_a_child_who_left_care_stays_out_of_it_and_is_named(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {})
    async with database.transaction() as session:
        (await session.execute(select(Case))).scalar_one().in_care = False
    listener = Listener()
    report = await import_roll(
        database, clock, roll_of(AWAY), source_name="r.csv", on_new_cases=listener.cases, on_moved_case=listener.case
    )
    assert [str(warning) for warning in report.warnings] == [
        "line 2: this child has left care and stays so; the import reopens no case."
    ]
    assert listener.told == []
    assert not (await case_of(database, "C001")).in_care
    assert (await imported(database, clock, ANOTHER_CHILD)).not_in_file == 0


async def test_a_handover_puts_the_new_social_worker_in_the_place_of_the_old(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {}, ANOTHER_CHILD)
    new = {"social_worker": "Will Reid", "social_worker_email": "will@council.example"}
    report = await imported(database, clock, new, ANOTHER_CHILD)
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    assert await address_of(database, "C001", Role.SOCIAL_WORKER) == ["will@council.example"]
    assert await address_of(database, "C002", Role.SOCIAL_WORKER) == ["isla@council.example"]


async def test_roles_that_the_roll_does_not_give_are_left_alone(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {})
    case = await case_of(database, "C001")
    async with database.transaction() as session:
        carer = Person(name="Grace Clarke", email="grace@home.example")
        session.add(carer)
        await session.flush()
        session.add(CaseRole(case_id=case.id, role=Role.CARER, person_id=carer.id))
    assert (await imported(database, clock, {})).changes == 0
    assert await address_of(database, "C001", Role.CARER) == ["grace@home.example"]


async def test_a_move_to_another_school_is_told(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {}, ANOTHER_CHILD)
    listener = Listener()
    report = await import_roll(
        database,
        clock,
        roll_of({}, {**ANOTHER_CHILD, **AWAY}),
        source_name="r.csv",
        on_new_cases=listener.cases,
        on_moved_case=listener.case,
    )
    assert (report.changed, listener.told) == (1, ["C002"])
    assert await address_of(database, "C002", Role.DESIGNATED_TEACHER) == ["dt@ash.example"]


async def test_a_school_that_takes_another_calendar_tells_all_its_children(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {}, ANOTHER_CHILD)
    listener, elsewhere = Listener(), {"school_calendar": "elm"}
    content = roll_of(elsewhere, {**ANOTHER_CHILD, **elsewhere})
    report = await import_roll(database, clock, content, source_name="r.csv", on_redated_case=listener.case)
    assert listener.told == ["C001", "C002"]
    assert report.tallies["schools"].changed == 1


async def test_one_person_with_several_roles_is_one_whatever_the_case_of_the_address(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    await imported(database, clock, {"team_manager_email": "ISLA@council.example"})
    assert await count(database, Person) == 2
    assert await name_of(database, "isla@council.example") == "Isla Green"
    async with database.transaction() as session:
        (
            await session.execute(select(Person).where(Person.email == "isla@council.example"))
        ).scalar_one().email = "Isla@Council.Example"
    assert (await imported(database, clock, {"team_manager_email": "isla@council.example"})).changes == 0
    assert await count(database, Person) == 2


async def test_a_manager_who_has_a_name_keeps_it(
    database: Database, clock: FixedClock, two_calendars: ImportReport
) -> None:
    async with database.transaction() as session:
        session.add(Person(name="Dara Walsh", email="manager.south@council.example"))
    await imported(database, clock, {})
    assert await name_of(database, "manager.south@council.example") == "Dara Walsh"
