"""Accepted acts, with everything that was typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import StoredAct

_STORE = insert(StoredAct.__table__).inline()  # type: ignore[arg-type]


async def find_act(session: AsyncSession, act_id: str) -> StoredAct | None:
    return await session.get(StoredAct, act_id)


async def add_act(
    session: AsyncSession,
    case_id: str,
    review_id: str | None,
    body: dict[str, Any],
    at: datetime,
    person_id: int | None,
) -> None:
    """Keep an accepted act whole, under its own id. The caller holds the case's lock."""
    row = {
        "id": str(body["id"]),
        "case_id": case_id,
        "review_id": review_id,
        "action": str(body["action"]),
        "by": str(body["by"]),
        "person_id": person_id,
        "body": body,
        "at": at,
    }
    await session.execute(_STORE, row)


async def bodies_of(session: AsyncSession, review_id: str) -> dict[str, dict[str, Any]]:
    """Every accepted act on a review by its id. Their order is the history's: two may be of one instant."""
    rows = await session.execute(select(StoredAct).where(StoredAct.review_id == review_id))
    return {act.id: act.body for act in rows.scalars()}


async def meeting_place(session: AsyncSession, review_id: str) -> str | None:
    """The place that was given with the newest arrangement; it stays here and in the invitation, and nowhere else."""
    return (await meeting_places(session, [review_id])).get(review_id)


async def meeting_places(session: AsyncSession, review_ids: Sequence[str]) -> dict[str, str | None]:
    """The same of many reviews, by their ids, in one query; a review whose meeting was never arranged is left out."""
    query = select(StoredAct.review_id, StoredAct.body["place"].astext).ext(distinct_on(StoredAct.review_id))
    query = query.where(StoredAct.review_id.in_(review_ids), StoredAct.action == "arrange_meeting")
    rows = await session.execute(query.order_by(StoredAct.review_id, StoredAct.at.desc()))
    return {review_id: place for review_id, place in rows.all() if review_id is not None}


async def sign_off_act(session: AsyncSession, review_id: str) -> str:
    """The id of the Virtual School's sign-off, without which no grant is released (A8). NoResultFound without one."""
    return await newest_act(session, review_id, "sign_off")


async def newest_act(session: AsyncSession, review_id: str, action: str) -> str:
    """The id of the newest act of a kind on a review. NoResultFound without one."""
    query = select(StoredAct.id).where(StoredAct.review_id == review_id, StoredAct.action == action)
    return (await session.execute(query.order_by(StoredAct.at.desc()).limit(1))).scalar_one()
