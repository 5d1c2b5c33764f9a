"""What workflows are to be told: numbered without gaps per workflow, told in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.outbox_tables import Destination, Message


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that its workflow was not told yet."""

    number: int
    signal: str
    facts: dict[str, Any]


_ONE_MORE = (
    insert(Destination.__table__)  # type: ignore[arg-type]
    .on_conflict_do_update(index_elements=["workflow_id"], set_={"last_number": Destination.last_number + 1})
    .returning(Destination.last_number)
)
_STORE = insert(Message.__table__).inline()  # type: ignore[arg-type]
_UNTOLD = (
    select(Message.number, Message.signal, Message.facts)
    .where(Message.workflow_id == bindparam("workflow_id"), Message.told_at.is_(None))
    .order_by(Message.number)
)
_RELAYS = 7_374_004
"""Any fixed number: the family of PostgreSQL's advisory locks for relays; the workflow is the other half."""
_ONE_RELAY = select(func.pg_advisory_xact_lock(_RELAYS, func.hashtext(bindparam("workflow_id"))))
_TOLD = (
    update(Message.__table__)  # type: ignore[arg-type]
    .where(
        Message.workflow_id == bindparam("workflow"), Message.number <= bindparam("up_to"), Message.told_at.is_(None)
    )
    .values(told_at=bindparam("now"))
)
_WAIT_LONGEST = (
    select(Message.workflow_id).where(Message.told_at.is_(None)).order_by(Message.stored_at).limit(bindparam("most"))
)
"""Built once: asked at every act and every sweep."""


async def add_destination(session: AsyncSession, workflow_id: str) -> None:
    """A workflow that will be told things; adding it twice is adding it once."""
    await session.execute(insert(Destination).values(workflow_id=workflow_id).on_conflict_do_nothing())


async def add_message(
    session: AsyncSession, workflow_id: str, case_id: str, signal: str, facts: dict[str, Any], now: datetime
) -> int:
    """Store what the workflow is to be told; the number is taken under the destination's lock.

    Only acts and the clock take that lock, each until it commits: numbers have no gaps and are seen in their order.
    """
    number: int = (await session.execute(_ONE_MORE, {"workflow_id": workflow_id, "last_number": 1})).scalar_one()
    row = {"workflow_id": workflow_id, "number": number, "case_id": case_id, "signal": signal, "facts": facts}
    await session.execute(_STORE, {**row, "stored_at": now})
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


async def one_relay_at_a_time(session: AsyncSession, workflow_id: str) -> None:
    """Wait until nobody else sends a workflow's messages; ends with the transaction. It keeps nobody from storing more.

    Two workflows of the same hash wait for each other, which harms nothing.
    """
    await session.execute(_ONE_RELAY, {"workflow_id": workflow_id})


async def is_closed(session: AsyncSession, workflow_id: str) -> bool:
    """Whether a workflow has done its work, as far as is committed by now."""
    query = select(Destination.closed).where(Destination.workflow_id == workflow_id)
    return bool((await session.execute(query)).scalar_one_or_none())


async def untold(session: AsyncSession, workflow_id: str) -> list[Waiting]:
    """A workflow's waiting messages in their order."""
    return [Waiting(*row) for row in (await session.execute(_UNTOLD, {"workflow_id": workflow_id})).all()]


async def mark_told(session: AsyncSession, workflow_id: str, up_to: int, now: datetime) -> None:
    """These messages have arrived, or are no longer needed."""
    await session.execute(_TOLD, {"workflow": workflow_id, "up_to": up_to, "now": now})


async def workflows_with_untold(session: AsyncSession, limit: int = 500) -> list[str]:
    """Workflows that were not told something yet, those that wait longest first."""
    return list(dict.fromkeys((await session.execute(_WAIT_LONGEST, {"most": limit})).scalars()))


async def workflows_waiting_of(session: AsyncSession, case_id: str) -> list[str]:
    """The workflows of one case that were not told something yet."""
    query = select(Message.workflow_id).where(Message.case_id == case_id, Message.told_at.is_(None)).distinct()
    return list((await session.execute(query.order_by(Message.workflow_id))).scalars())


async def close_destination(session: AsyncSession, workflow_id: str, *, closed: bool = True) -> None:
    """The workflow has done its work: what would still be told is settled without it. A plan may be opened again."""
    await session.execute(update(Destination).where(Destination.workflow_id == workflow_id).values(closed=closed))


async def last_stored(session: AsyncSession, workflow_id: str) -> int:
    """The number of the last message that was stored for a workflow, told or not; 0 for none."""
    query = select(Destination.last_number).where(Destination.workflow_id == workflow_id)
    return (await session.execute(query)).scalar_one_or_none() or 0


async def last_numbers(session: AsyncSession) -> dict[str, int]:
    """The number of the last message that was stored for each workflow, told or not."""
    rows = await session.execute(select(Destination.workflow_id, Destination.last_number))
    return {row.workflow_id: row.last_number for row in rows}
