"""Acts on the case that hold from a later day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import PendingChange, StoredAct


def add_pending(session: AsyncSession, case_id: str, act_id: str, from_day: date) -> None:
    """Keep an act for its day. The caller holds the case's lock."""
    session.add(PendingChange(act_id=act_id, case_id=case_id, from_day=from_day))


async def pending_due(session: AsyncSession, case_id: str, today: date) -> list[tuple[PendingChange, StoredAct]]:
    """What holds by today and was not carried out, in the order of the days and then of the acts."""
    query = select(PendingChange, StoredAct).join(StoredAct, StoredAct.id == PendingChange.act_id)
    query = query.where(_waits(case_id), PendingChange.from_day <= today)
    rows = await session.execute(query.order_by(PendingChange.from_day, StoredAct.at))
    return [(pending, act) for pending, act in rows.all()]


async def first_pending(session: AsyncSession, case_id: str) -> date | None:
    """The first day from which an act that waits holds."""
    query = select(func.min(PendingChange.from_day)).where(_waits(case_id))
    first: date | None = (await session.execute(query)).scalar_one()
    return first


async def acts_for(session: AsyncSession, case_id: str, day: date) -> list[StoredAct]:
    """The acts that wait for exactly this day."""
    query = select(StoredAct).join(PendingChange, PendingChange.act_id == StoredAct.id)
    return list((await session.execute(query.where(_waits(case_id), PendingChange.from_day == day))).scalars())


async def waiting_acts(session: AsyncSession, case_id: str) -> list[tuple[date, StoredAct]]:
    """The acts of a case that wait, each with its day, in the order of the days."""
    query = select(PendingChange.from_day, StoredAct).join(StoredAct, StoredAct.id == PendingChange.act_id)
    rows = await session.execute(query.where(_waits(case_id)).order_by(PendingChange.from_day, StoredAct.at))
    return [(day, act) for day, act in rows.all()]


async def waits(session: AsyncSession, case_id: str, act_id: str) -> bool:
    """Whether an act of a case waits for its day."""
    query = select(exists().where(_waits(case_id), PendingChange.act_id == act_id))
    return bool((await session.execute(query)).scalar_one())


async def take_back(session: AsyncSession, act_ids: Sequence[str]) -> None:
    """These acts wait for their day no longer: they are not carried out. That they were done stays in the history."""
    if act_ids:
        await session.execute(delete(PendingChange).where(PendingChange.act_id.in_(act_ids)))


def _waits(case_id: str) -> ColumnElement[bool]:
    return (PendingChange.case_id == case_id) & PendingChange.applied_at.is_(None)
