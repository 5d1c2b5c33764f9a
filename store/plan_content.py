"""Reading a plan back: what was written, said and applied for, and who did. Names come from people, never addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.people import Role
from contracts.review import Section
from store.money_tables import FundingRow
from store.tables import Person, Review, SectionRevision, StoredAct


@dataclass(frozen=True, slots=True)
class Written:
    """A version of a section. `role` is who wrote it, `name` theirs where it is known."""

    section: Section
    role: Role
    name: str | None
    revision: int
    at: datetime
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """An accepted act, with everything that was typed in it."""

    id: str
    action: str
    by: Role
    name: str | None
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """An application for additional funding, its act, and the act that decided it."""

    row: FundingRow
    act: dict[str, Any]
    at: datetime
    decision: dict[str, Any] | None


async def newest_sections(session: AsyncSession, review_id: str, *, until: datetime | None = None) -> list[Written]:
    """The newest version by each role of each section, the oldest first; with `until` as they stood at that instant."""
    newest = select(func.max(SectionRevision.id)).where(SectionRevision.review_id == review_id)
    if until is not None:
        newest = newest.where(SectionRevision.written_at <= until)
    newest = newest.group_by(SectionRevision.section, SectionRevision.role)
    query = select(SectionRevision, _known_name())
    query = query.outerjoin(StoredAct, StoredAct.id == SectionRevision.act_id)
    query = query.outerjoin(Person, Person.id == StoredAct.person_id)
    query = query.where(SectionRevision.id.in_(newest)).order_by(SectionRevision.id)
    return [
        Written(Section(row.section), Role(row.role), name, row.revision, row.written_at, row.content)
        for row, name in (await session.execute(query)).all()
    ]


async def sections_by_act(session: AsyncSession, review_id: str) -> dict[str, Section]:
    """Which section each submission of a review was of, by the ids of the acts."""
    query = select(SectionRevision.act_id, SectionRevision.section).where(SectionRevision.review_id == review_id)
    return {act_id: Section(section) for act_id, section in await session.execute(query)}


Versions = Sequence[tuple[Role, dict[str, Any]]]
"""What was written of a section and by whom, in the order of writing."""


async def outcomes_on(session: AsyncSession, case_id: str) -> dict[str, Versions]:
    """What each role's newest `previous_targets` says, by the review in which it is written: every one of a case."""
    newest = select(func.max(SectionRevision.id)).join(Review, Review.id == SectionRevision.review_id)
    newest = newest.where(Review.case_id == case_id, SectionRevision.section == Section.PREVIOUS_TARGETS)
    newest = newest.group_by(SectionRevision.review_id, SectionRevision.role)
    query = select(SectionRevision.review_id, SectionRevision.role, SectionRevision.content)
    query = query.where(SectionRevision.id.in_(newest)).order_by(SectionRevision.id)
    found: dict[str, list[tuple[Role, dict[str, Any]]]] = {}
    for review_id, role, content in await session.execute(query):
        found.setdefault(review_id, []).append((Role(role), content))
    return dict(found)


async def acts_on(session: AsyncSession, review_id: str, actions: Sequence[str]) -> list[Said]:
    """The accepted acts of these kinds on a review, the oldest first."""
    query = select(StoredAct, _known_name()).outerjoin(Person, Person.id == StoredAct.person_id)
    query = query.where(StoredAct.review_id == review_id, StoredAct.action.in_(actions))
    rows = (await session.execute(query.order_by(StoredAct.at, StoredAct.id))).all()
    return [Said(row.id, row.action, Role(row.by), name, row.at, row.body) for row, name in rows]


async def applications_on(session: AsyncSession, review_id: str) -> list[Applied]:
    """The applications for additional funding that were made on a review, the oldest first."""
    applying, deciding = aliased(StoredAct), aliased(StoredAct)
    query = select(FundingRow, applying.body, applying.at, deciding.body)
    query = query.join(applying, applying.id == FundingRow.act_id)
    query = query.outerjoin(deciding, deciding.id == FundingRow.decided_by_act)
    query = query.where(FundingRow.review_id == review_id).order_by(applying.at, FundingRow.id)
    return [Applied(row, act, at, decision) for row, act, at, decision in (await session.execute(query)).all()]


def _known_name() -> ColumnElement[str | None]:
    """A person's name; nothing for somebody who is still called by their address."""
    return case((Person.name.contains("@"), None), else_=Person.name)
