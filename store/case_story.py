"""What the page of one case's years is told from: its history, money and repairs. Few queries, however many years."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import Section
from store.events import Event
from store.money_tables import FundingRow, GrantCorrection, GrantRow
from store.tables import CaseEvent, Review, School, SectionRevision, StoredAct
from store.watch_tables import CaseHold, RepairItem, RepairRow

_LEFT_OUT = ("stage", "letter")


@dataclass(frozen=True, slots=True)
class Told(Event):
    """One line of a case's history. `review_id` is None for what is about the case."""

    review_id: str | None


async def story_of(session: AsyncSession, case_id: str) -> list[Told]:
    """What happened on a case in all its years, the newest first: without letters that arrived, the stages that follow
    from the rest, and deadlines other than the meeting's day."""
    is_the_meeting = and_(CaseEvent.what == "deadline", CaseEvent.facts["name"].as_string() == "meeting")
    says_something = CaseEvent.what.not_in((*_LEFT_OUT, "deadline"))
    query = select(CaseEvent.at, CaseEvent.what, CaseEvent.by, CaseEvent.facts, CaseEvent.review_id)
    query = query.where(CaseEvent.case_id == case_id, or_(says_something, is_the_meeting))
    return [
        Told(*row) for row in (await session.execute(query.order_by(CaseEvent.at.desc(), CaseEvent.id.desc()))).all()
    ]


async def sections_sent(session: AsyncSession, case_id: str) -> dict[str, Section]:
    """Which section each submission of a case was of, by the ids of the acts; nothing for who sees no plan."""
    query = select(SectionRevision.act_id, SectionRevision.section)
    query = query.join(Review, Review.id == SectionRevision.review_id).where(Review.case_id == case_id)
    return {act_id: Section(section) for act_id, section in await session.execute(query)}


async def returns_on(session: AsyncSession, case_id: str) -> dict[str, dict[str, Any]]:
    """What was typed when parts were returned, by the ids of the acts; nothing for who sees no plan."""
    query = select(StoredAct.id, StoredAct.body).where(StoredAct.case_id == case_id, StoredAct.action == "return")
    return {row.id: row.body for row in await session.execute(query)}


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant in the ledger, the name of the school that is paid, and the sum of its corrections in pence."""

    row: GrantRow
    school: str | None
    corrected: int


async def grants_of(session: AsyncSession, case_id: str) -> list[Granted]:
    """Every grant of a case, the newest first."""
    corrected = select(func.coalesce(func.sum(GrantCorrection.pence), 0)).where(
        GrantCorrection.grant_key == GrantRow.key
    )
    query = select(GrantRow, School.name, corrected.scalar_subquery()).outerjoin(
        School, School.urn == GrantRow.school_urn
    )
    query = query.where(GrantRow.case_id == case_id).order_by(GrantRow.intended_at.desc(), GrantRow.key)
    return [Granted(row, name, int(pence)) for row, name, pence in (await session.execute(query)).all()]


async def funding_of(session: AsyncSession, case_id: str) -> list[tuple[FundingRow, str | None]]:
    """Every application for additional funding, the newest first, with the name of the school that is paid."""
    query = select(FundingRow, School.name).outerjoin(School, School.urn == FundingRow.school_urn)
    query = query.where(FundingRow.case_id == case_id).order_by(FundingRow.decide_by.desc(), FundingRow.id)
    return [(row, name) for row, name in (await session.execute(query)).all()]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What an operator did to something of this case: never why, and nothing of other cases."""

    at: datetime
    kind: str
    role: str
    result: str


async def repairs_of(session: AsyncSession, case_id: str) -> list[Repaired]:
    """What was done at the console, the newest first; nothing for who has no role for the whole authority."""
    query = select(RepairItem.at, RepairRow.kind, RepairRow.asked_role, RepairItem.result)
    query = query.join(RepairRow, RepairRow.id == RepairItem.repair_id)
    query = query.where(RepairItem.case_id == case_id, RepairItem.at.is_not(None)).order_by(RepairItem.at.desc())
    rows = (await session.execute(query)).all()
    return [Repaired(at, kind, role, result) for at, kind, role, result in rows if at is not None]


async def held_since(session: AsyncSession, case_id: str) -> datetime | None:
    """Since when mail and money of a case are on hold; None where they are not."""
    return (await session.execute(select(CaseHold.held_at).where(CaseHold.case_id == case_id))).scalar_one_or_none()
