"""What an import stored, and what its hooks were told."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.cycles import begin_many
from casework.import_report import ImportReport
from casework.imports import import_roll, import_terms
from casework.term_changes import moved_by_roll, redated_by_roll
from contracts.clock import Clock
from contracts.people import Role
from store.calendar_tables import CalendarRow, TermRow
from store.cases import addresses
from store.database import Database
from store.tables import Case, CaseRole, Person, School
from tests.support.import_files import roll_of, terms_file


async def count(database: Database, table: type[Case | CaseRole | Person | School | TermRow | CalendarRow]) -> int:
    async with database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def versions(database: Database) -> dict[str, int]:
    async with database.transaction() as session:
        return {row.code: row.version for row in (await session.execute(select(CalendarRow))).scalars()}


async def case_of(database: Database, ref: str) -> Case:
    async with database.transaction() as session:
        return (await session.execute(select(Case).where(Case.ref == ref))).scalar_one()


async def address_of(database: Database, ref: str, role: Role) -> list[str]:
    case = await case_of(database, ref)
    async with database.transaction() as session:
        return await addresses(session, case, role)


async def name_of(database: Database, email: str) -> str:
    async with database.transaction() as session:
        return (await session.execute(select(Person.name).where(Person.email == email))).scalar_one()


class Listener:
    """Keeps what a hook is told, and sees that it was stored in the same transaction."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def case(self, session: AsyncSession, case_id: str) -> None:
        self.told.append((await session.get_one(Case, case_id)).ref)

    async def cases(self, session: AsyncSession, case_ids: Sequence[str]) -> None:
        for case_id in case_ids:
            await self.case(session, case_id)

    async def calendars(self, session: AsyncSession, codes: list[str]) -> None:
        for code in codes:
            version = (await session.get_one(CalendarRow, code)).version
            self.told.append(f"{code} {version}")


async def import_two_calendars(database: Database, clock: Clock) -> ImportReport:
    """The calendars oak and elm with an autumn term."""
    content = terms_file({}, {"calendar": "elm", "name": "Elm schools"})
    return await import_terms(database, clock, content, source_name="terms.csv")


async def imported_and_told(database: Database, clock: Clock, content: bytes) -> ImportReport:
    """A roll as `./pep import roll` imports it: reviews and cycles follow."""
    now = await clock.now()
    return await import_roll(
        database,
        clock,
        content,
        source_name="roll.csv",
        on_new_cases=lambda session, case_ids: begin_many(session, case_ids, now),
        on_moved_case=lambda session, case_id: moved_by_roll(session, case_id, now),
        on_redated_case=lambda session, case_id: redated_by_roll(session, case_id, now),
    )


async def imported(database: Database, clock: Clock, *children: Mapping[str, str]) -> ImportReport:
    return await import_roll(database, clock, roll_of(*children), source_name="roll.csv")
