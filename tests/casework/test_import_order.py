"""The order of a file's rows decides nothing, and an import of thousands stays quick."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework.imports import import_roll, import_terms
from casework.roll_file import check_roll
from casework.term_dates_file import check_terms
from store.calendar_tables import TermRow
from store.database import Database
from store.tables import Case, CaseRole, Person, School
from tests.support.clock import FIRST_MORNING, FixedClock
from tests.support.import_files import ANOTHER_CHILD, roll_of
from tests.support.sample import ROLL, TERMS

CALENDARS = {"staffordshire", "widmer-end", "shade", "phsg", "kayes", "saint-gregorys"}


def shuffled(content: bytes, seed: int) -> bytes:
    header, *rows = content.decode().splitlines()
    random.Random(seed).shuffle(rows)  # noqa: S311 - a test's order, not a secret
    return "\n".join([header, *rows]).encode()


async def stored(database: Database) -> dict[str, set[tuple[object, ...]]]:
    """Everything an import stores, but for the ids that are drawn by lot."""
    people = select(Case.ref, CaseRole.role, Person.email, Person.name)
    people = people.join(CaseRole, CaseRole.case_id == Case.id).join(Person, Person.id == CaseRole.person_id)
    cases = select(Case.ref, Case.given_name, Case.year_group, Case.year_group_in, Case.upn, Case.school_urn)
    schools = select(School.urn, School.name, School.calendar)
    terms = select(TermRow.calendar, TermRow.academic_year, TermRow.name, TermRow.first_day, TermRow.half_term_last)
    async with database.transaction() as session:
        found = {"people": people, "cases": cases, "schools": schools, "terms": terms}
        return {what: {tuple(row) for row in await session.execute(query)} for what, query in found.items()}


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_shuffled_rows_are_read_the_same(seed: int) -> None:
    terms, roll = check_terms(shuffled(TERMS, seed)), check_roll(shuffled(ROLL, seed), CALENDARS, FIRST_MORNING.date())
    assert terms.faults == roll.faults == ()
    assert {(row.calendar, row.term) for row in terms.rows} == {
        (row.calendar, row.term) for row in check_terms(TERMS).rows
    }
    assert {row.ref for row in roll.rows} == {f"C{number:03}" for number in range(1, 33)}


async def test_shuffled_rows_change_nothing_that_is_stored(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, TERMS, source_name="t.csv")
    await import_roll(database, clock, ROLL, source_name="r.csv")
    before = await stored(database)
    for seed in range(6):
        terms = await import_terms(database, clock, shuffled(TERMS, seed), source_name="t.csv")
        roll = await import_roll(database, clock, shuffled(ROLL, seed), source_name="r.csv")
        assert (terms.changes, roll.changes) == (0, 0)
    assert await stored(database) == before


async def test_which_of_two_names_is_kept_does_not_depend_on_the_order(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, TERMS, source_name="t.csv")
    one, other = {"school_calendar": "phsg"}, {**ANOTHER_CHILD, "school_calendar": "phsg", "social_worker": "Isla Grey"}
    first = await import_roll(database, clock, roll_of(one, other), source_name="r.csv")
    assert len(first.warnings) == 1
    assert (await import_roll(database, clock, roll_of(other, one), source_name="r.csv")).changes == 0


async def test_the_roll_of_the_largest_authority_is_imported_once(database: Database, clock: FixedClock) -> None:
    await import_terms(database, clock, TERMS, source_name="t.csv")
    children = (
        {
            "child_ref": f"C{number:05}",
            "upn": "",
            "given_name": f"Child {number}",
            "school_urn": f"{900000 + number % 300}",
            "school_calendar": sorted(CALENDARS)[number % 300 % 6],
            "designated_teacher_email": f"dt{number % 300}@school.example",
            "social_worker_email": f"sw{number % 150}@council.example",
        }
        for number in range(2300)
    )
    content = roll_of(*children)
    assert (await import_roll(database, clock, content, source_name="r.csv")).new == 2300
    assert (await import_roll(database, clock, content, source_name="r.csv")).changes == 0
