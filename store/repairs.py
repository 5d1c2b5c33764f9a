"""Repairs and their things: frozen, agreed, claimed one by one, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import ItemResult, RepairState
from store.watch_tables import RepairItem, RepairRow

CLAIM_LASTS = timedelta(minutes=2)
"""After this long a claim is taken to be of a watch that died; the thing is taken up again, and looked at first."""
STILL_OPEN = (ItemResult.WAITING, ItemResult.UNDER_WAY, ItemResult.CHECKING)
_NOT_DONE = (ItemResult.WAITING, ItemResult.UNDER_WAY)
_LEFT_OUT = "The repair was stopped before its turn."
_UNDER_WAY_OR_AGREED = (RepairState.RUNNING, RepairState.AWAITING_APPROVAL)


@dataclass(frozen=True, slots=True)
class NewItem:
    """One thing of a repair as it is previewed; the columns are explained in store/watch_tables.py."""

    subject: str
    seen: Mapping[str, Any]
    finding_id: int | None = None
    case_id: str | None = None
    workflow_id: str | None = None
    run_id: str | None = None
    pence: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A thing that this watch does now. `again`: another one had begun it, and did not say how it ended."""

    item: RepairItem
    again: bool


async def add_repair(session: AsyncSession, row: RepairRow, items: Sequence[NewItem]) -> int:
    """Freeze a repair with its things; gives its number."""
    session.add(row)
    await session.flush()
    await session.execute(
        insert(RepairItem),
        [
            {
                "repair_id": row.id,
                "number": number,
                "subject": item.subject,
                "finding_id": item.finding_id,
                "case_id": item.case_id,
                "workflow_id": item.workflow_id,
                "run_id": item.run_id,
                "pence": item.pence,
                "seen": dict(item.seen),
                "result": ItemResult.WAITING,
            }
            for number, item in enumerate(items, start=1)
        ],
    )
    return row.id


async def find_repair(session: AsyncSession, number: int, *, lock: bool = False) -> RepairRow | None:
    """A repair by its number; locked, so that two people decide about it one after the other."""
    query = select(RepairRow).where(RepairRow.id == number).execution_options(populate_existing=True)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def items_of(session: AsyncSession, number: int, *results: ItemResult) -> list[RepairItem]:
    """The things of a repair in their order; with `results` only those of which that became."""
    query = select(RepairItem).where(RepairItem.repair_id == number).order_by(RepairItem.number)
    return list((await session.execute(query.where(RepairItem.result.in_(results)) if results else query)).scalars())


async def repairs_under_way_with(session: AsyncSession, number: int) -> list[int]:
    """The numbers of other repairs, agreed or under way, that have one of this one's things still before them."""
    own = select(RepairItem.subject).where(RepairItem.repair_id == number)
    query = select(RepairItem.repair_id).join(RepairRow, RepairRow.id == RepairItem.repair_id).distinct()
    query = query.where(RepairItem.repair_id != number, RepairItem.subject.in_(own))
    before = (RepairRow.state.in_(_UNDER_WAY_OR_AGREED), RepairItem.result.in_(_NOT_DONE))
    return sorted((await session.execute(query.where(*before))).scalars())


async def repairs_in_hand(session: AsyncSession) -> list[RepairRow]:
    """Repairs of which something is to be done or looked at yet, the oldest first."""
    in_hand = RepairRow.state.in_((RepairState.RUNNING, RepairState.STOPPED))
    query = select(RepairRow).where(in_hand, RepairRow.ended_at.is_(None)).order_by(RepairRow.id)
    return list((await session.execute(query)).scalars())


async def expired(session: AsyncSession, now: datetime) -> list[RepairRow]:
    """Previews that nobody confirmed in time, and repairs to which nobody agreed in time: from now on expired."""
    waits = RepairRow.state.in_((RepairState.PREVIEWED, RepairState.AWAITING_APPROVAL))
    query = select(RepairRow).where(waits, RepairRow.expires_at <= now).with_for_update(skip_locked=True)
    rows = list((await session.execute(query)).scalars())
    for row in rows:
        row.state, row.ended_at = RepairState.EXPIRED, now
    return rows


async def claim_item(session: AsyncSession, number: int, now: datetime) -> Claimed | None:
    """Take the next thing of a running repair; another watch leaves it alone meanwhile. None: there is none."""
    died = and_(RepairItem.result == ItemResult.UNDER_WAY, RepairItem.at <= now - CLAIM_LASTS)
    runs = select(RepairRow.id).where(RepairRow.id == number, RepairRow.state == RepairState.RUNNING).exists()
    waits = and_(RepairItem.result == ItemResult.WAITING, runs, _not_before(now))
    query = select(RepairItem).where(RepairItem.repair_id == number, or_(waits, died))
    query = query.order_by(RepairItem.number).limit(1).with_for_update(skip_locked=True)
    item = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    if item is None:
        return None
    again = item.result == ItemResult.UNDER_WAY
    item.result, item.at = ItemResult.UNDER_WAY, now
    await session.flush()
    return Claimed(item, again)


def _not_before(now: datetime) -> ColumnElement[bool]:
    """A thing that was put back waits for its hour."""
    return or_(RepairItem.at.is_(None), RepairItem.at <= now)


async def lock_item(session: AsyncSession, claimed: RepairItem) -> RepairItem | None:
    """The row of a thing that this watch has claimed, locked; None where another has taken it up meanwhile."""
    mine = (RepairItem.repair_id == claimed.repair_id, RepairItem.number == claimed.number)
    query = select(RepairItem).where(*mine, RepairItem.result == claimed.result, RepairItem.at == claimed.at)
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def leave_out_the_rest(session: AsyncSession, number: int, now: datetime) -> int:
    """What was not begun is left out; gives how many things that were."""
    waiting = (RepairItem.repair_id == number, RepairItem.result == ItemResult.WAITING)
    query = update(RepairItem).where(*waiting).values(result=ItemResult.LEFT_OUT, said=_LEFT_OUT, at=now)
    return (await session.execute(query.execution_options(synchronize_session=False))).rowcount  # type: ignore[attr-defined,no-any-return]


async def end_if_done(session: AsyncSession, number: int, now: datetime) -> RepairRow | None:
    """End a repair of which nothing is open any more; None where something is, or where another watch has ended it.

    What was under way when the repair was stopped, and was put back since, is left out: its turn does not come again.
    """
    row = await find_repair(session, number, lock=True)
    if row is not None and row.state == RepairState.STOPPED:
        await leave_out_the_rest(session, number, now)
    open_ones = select(RepairItem.number).where(RepairItem.repair_id == number, RepairItem.result.in_(STILL_OPEN))
    if row is None or row.ended_at is not None or (await session.execute(open_ones.limit(1))).first() is not None:
        return None
    row.ended_at = now
    if row.state == RepairState.RUNNING:
        row.state = RepairState.DONE
    return row
