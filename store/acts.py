"""Accepted acts, with everything that was typed."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import ReviewPlan
from store.tables import StoredAct


async def find_act(session: AsyncSession, act_id: str) -> StoredAct | None:
    return await session.get(StoredAct, act_id)


def add_act(
    session: AsyncSession, plan: ReviewPlan, act_id: str, body: dict[str, Any], at: datetime, person_id: int | None
) -> None:
    """Keep an accepted act whole. The caller holds the case's lock."""
    row = StoredAct(
        id=act_id,
        case_id=plan.case_id,
        review_id=plan.review_id,
        action=str(body["action"]),
        by=str(body["by"]),
        person_id=person_id,
        body=body,
        at=at,
    )
    session.add(row)


async def meeting_place(session: AsyncSession, review_id: str) -> str | None:
    """The place that was given with the newest date; it stays here and in the invitation, and nowhere else."""
    query = select(StoredAct.body).where(
        StoredAct.review_id == review_id, StoredAct.action.in_(["arrange_meeting", "move_meeting"])
    )
    body = (await session.execute(query.order_by(StoredAct.at.desc()).limit(1))).scalar_one_or_none()
    return body.get("place") if body else None


async def sign_off_act(session: AsyncSession, review_id: str) -> str:
    """The id of the Virtual School's sign-off, without which no grant is released (A8). NoResultFound without one."""
    query = select(StoredAct.id).where(StoredAct.review_id == review_id, StoredAct.action == "sign_off")
    return (await session.execute(query.order_by(StoredAct.at.desc()).limit(1))).scalar_one()
