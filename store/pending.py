"""Acts on the case that hold from a later day."""

from datetime import date

from sqlalchemy import ColumnElement, func, select
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


def _waits(case_id: str) -> ColumnElement[bool]:
    return (PendingChange.case_id == case_id) & PendingChange.applied_at.is_(None)
