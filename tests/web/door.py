"""The real app on a real database, asked over HTTP as a client of the API asks it."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from casework.cycles import open_review
from casework.take import Casework
from contracts.people import ACTING_ROLES, Role
from local.ports import free_port
from starter.relay import Relay
from store.cases import find_case, person_with
from store.clock import DatabaseClock
from store.database import Database
from store.money_tables import GrantRow
from store.outbox_tables import Letter, Message
from store.tables import CaseRole, Delegation, Review, SectionRevision, StaffRole, StoredAct
from store.tokens import AUTHORITY_WIDE, create
from tests.support.clock import FixedClock
from tests.web.keeper import keeper
from web.app import create_app
from web.auth.doorkeeper import Doorkeeper
from web.dependencies import Dependencies
from web.readiness import MailServer, Observer

AUTUMN = "2026/27 autumn"
SOCIAL_WORKER = "sw3@council.example"
"""Of C004, C010, C016, C022 and C028."""
TEACHER = "dt.900041@school.example"
"""Of C010 and C015."""
CHILD = "C010"
FOREIGN = "C001"
"""A child that neither of them works with."""
A_SCHOOL_DAY = "2026-10-14"
A_SATURDAY = "2026-10-17"
SITE = "http://pep.example"
KINDS_OF_ANSWER = {"id", "outcome", "told", "rules", "sentences", "case"}


def app_on(
    database: Database,
    clock: FixedClock,
    relay: Relay | None = None,
    *,
    doorkeeper: Doorkeeper | None = None,
    site: str = SITE,
) -> FastAPI:
    """The app, without Temporal and with a mail server that is not there."""
    observer = Observer(database, DatabaseClock(database), None, MailServer("127.0.0.1", free_port()))
    at_door = doorkeeper or keeper()
    return create_app(Dependencies(database, clock, Casework(database, clock), relay, observer, at_door, site))


@dataclass
class Door:
    """The API as one person after another asks it."""

    database: Database
    clock: FixedClock
    client: httpx.AsyncClient
    tokens: dict[tuple[str, Role], str] = field(default_factory=dict)

    async def token(self, role: Role, email: str) -> str:
        """A token of a person, the same whenever it is asked for."""
        if (email, role) not in self.tokens:
            async with self.database.transaction() as session:
                self.tokens[email, role] = await create(session, email, role, self.clock.at)
        return self.tokens[email, role]

    async def sign_in(self, role: Role, email: str) -> None:
        """Be this person from now on."""
        self.client.headers["Authorization"] = f"Bearer {await self.token(role, email)}"

    async def act(self, child: str = CHILD, **act: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1/cases/{child}/acts", json=act)

    async def arrange(self, child: str = CHILD, **more: Any) -> httpx.Response:
        """The social worker arranges a meeting on a school day."""
        return await self.act(child, **{"action": "arrange_meeting", "by": "social_worker", "on": A_SCHOOL_DAY, **more})

    async def open(self, *children: str) -> None:
        """Open the autumn's review of these children."""
        for child in children:
            async with self.database.transaction() as session:
                case = await find_case(session, child)
                assert case
                await open_review(session, case.id, AUTUMN, self.clock.at)

    async def everybody(self, child: str = CHILD) -> str:
        """Somebody who has every role that acts on one case; gives their address."""
        email = "everybody@council.example"
        async with self.database.transaction() as session:
            case = await find_case(session, child)
            assert case
            person_id = await person_with(session, email)
            for role in ACTING_ROLES:
                table, more = (StaffRole, {}) if role in AUTHORITY_WIDE else (CaseRole, {"case_id": case.id})
                await session.execute(insert(table).values(person_id=person_id, role=role, **more))
        return email

    async def rows(self) -> dict[str, int]:
        """How many rows each table of the record has, but for the history."""
        counted = (StoredAct, SectionRevision, Message, Letter, Delegation, GrantRow, Review)
        async with self.database.transaction() as session:
            queries = [select(func.count()).select_from(table) for table in counted]
            counts = [(await session.execute(query)).scalar_one() for query in queries]
        return {table.__tablename__: number for table, number in zip(counted, counts, strict=True)}

    async def case(self, child: str = CHILD) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/cases/{child}")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    async def written(self, section: str) -> Any:
        """The newest version of a section, as it is stored."""
        query = select(SectionRevision.content).where(SectionRevision.section == section)
        async with self.database.transaction() as session:
            return await session.scalar(query.order_by(SectionRevision.id.desc()).limit(1))

    async def forget_roles(self, email: str) -> None:
        """The person has left every case."""
        async with self.database.transaction() as session:
            person_id = await person_with(session, email)
            await session.execute(delete(CaseRole).where(CaseRole.person_id == person_id))

    async def put(self, email: str, role: Role, child: str) -> None:
        """Give a person a role on one case."""
        async with self.database.transaction() as session:
            case = await find_case(session, child)
            assert case
            session.add(CaseRole(case_id=case.id, role=role, person_id=await person_with(session, email)))

    async def put_on_staff(self, email: str, role: Role) -> None:
        """Give a person a role that holds for the whole authority."""
        async with self.database.transaction() as session:
            session.add(StaffRole(person_id=await person_with(session, email), role=role))

    @staticmethod
    async def id_of(session: AsyncSession, child: str = CHILD) -> str:
        case = await find_case(session, child)
        assert case
        return case.id

    async def open_spring(self) -> None:
        """Open the spring's review of the child beside the autumn's."""
        async with self.database.transaction() as session:
            await open_review(session, await self.id_of(session), "2026/27 spring", self.clock.at)

    async def set_stages(self, autumn: str, spring: str) -> None:
        """Put the child's two reviews at these stages, however they would have come there."""
        async with self.database.transaction() as session:
            query = select(Review).where(Review.case_id == await self.id_of(session)).order_by(Review.ends_on)
            for row, stage in zip((await session.execute(query)).scalars(), (autumn, spring), strict=True):
                row.stage, row.standing = stage, {**row.standing, "stage": stage}
