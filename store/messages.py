"""What workflows are to be told: numbered without gaps per workflow, told in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import Destination, Message


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that its workflow was not told yet."""

    number: int
    signal: str
    facts: dict[str, Any]


async def add_destination(session: AsyncSession, workflow_id: str) -> None:
    """A workflow that will be told things; adding it twice is adding it once."""
    await session.execute(insert(Destination).values(workflow_id=workflow_id).on_conflict_do_nothing())


async def add_message(
    session: AsyncSession, workflow_id: str, case_id: str, signal: str, facts: dict[str, Any], now: datetime
) -> int:
    """Store what the workflow is to be told; the number is taken under the destination's lock."""
    first = insert(Destination).values(workflow_id=workflow_id, last_number=1)
    one_more = {"last_number": Destination.last_number + 1}
    upsert = first.on_conflict_do_update(index_elements=["workflow_id"], set_=one_more)
    number = (await session.execute(upsert.returning(Destination.last_number))).scalar_one()
    session.add(
        Message(workflow_id=workflow_id, number=number, case_id=case_id, signal=signal, facts=facts, stored_at=now)
    )
    return number


async def add_first_messages(
    session: AsyncSession, signal: str, rows: Sequence[tuple[str, str, dict[str, Any]]], now: datetime
) -> None:
    """Store the first message for workflows that nobody knows yet. A row is workflow id, case id and facts."""
    if not rows:
        return
    heads = [{"workflow_id": workflow_id, "last_number": 1} for workflow_id, _, _ in rows]
    await session.execute(insert(Destination), heads)
    shared = {"number": 1, "signal": signal, "stored_at": now}
    messages = [
        {"workflow_id": workflow_id, "case_id": case_id, "facts": facts, **shared}
        for workflow_id, case_id, facts in rows
    ]
    await session.execute(insert(Message), messages)


async def lock_destination(session: AsyncSession, workflow_id: str) -> Destination | None:
    """The head of a workflow's outbox, locked while its messages are sent; None where there is none."""
    query = select(Destination).where(Destination.workflow_id == workflow_id).with_for_update(key_share=True)
    return (await session.execute(query)).scalar_one_or_none()


async def untold(session: AsyncSession, workflow_id: str) -> list[Waiting]:
    """A workflow's waiting messages in their order."""
    query = (
        select(Message).where(Message.workflow_id == workflow_id, Message.told_at.is_(None)).order_by(Message.number)
    )
    rows = (await session.execute(query)).scalars()
    return [Waiting(row.number, row.signal, row.facts) for row in rows]


async def mark_told(session: AsyncSession, workflow_id: str, up_to: int, now: datetime) -> None:
    """These messages have arrived, or are no longer needed."""
    query = update(Message).where(
        Message.workflow_id == workflow_id, Message.number <= up_to, Message.told_at.is_(None)
    )
    await session.execute(query.values(told_at=now))


async def workflows_with_untold(session: AsyncSession, limit: int = 500) -> list[str]:
    """Workflows that were not told something yet, those that wait longest first."""
    query = select(Message.workflow_id).where(Message.told_at.is_(None)).order_by(Message.stored_at).limit(limit)
    return list(dict.fromkeys((await session.execute(query)).scalars()))


async def workflows_waiting_of(session: AsyncSession, case_id: str) -> list[str]:
    """The workflows of one case that were not told something yet."""
    query = select(Message.workflow_id).where(Message.case_id == case_id, Message.told_at.is_(None)).distinct()
    return list((await session.execute(query.order_by(Message.workflow_id))).scalars())


async def close_destination(session: AsyncSession, workflow_id: str) -> None:
    """The workflow has done its work: what would still be told is settled without it."""
    await session.execute(update(Destination).where(Destination.workflow_id == workflow_id).values(closed=True))


async def last_stored(session: AsyncSession, workflow_id: str) -> int:
    """The number of the last message that was stored for a workflow, told or not; 0 for none."""
    query = select(Destination.last_number).where(Destination.workflow_id == workflow_id)
    return (await session.execute(query)).scalar_one_or_none() or 0


async def last_numbers(session: AsyncSession) -> dict[str, int]:
    """The number of the last message that was stored for each workflow, told or not."""
    rows = await session.execute(select(Destination.workflow_id, Destination.last_number))
    return {row.workflow_id: row.last_number for row in rows}
