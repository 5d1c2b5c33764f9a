"""What did not arrive, was not told or was not paid, as far as the record knows by itself (UTC instants)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.ids import funding_workflow_id, review_workflow_id
from store.funding import is_unpaid
from store.grants import LedgerState
from store.letters import not_told
from store.money_tables import FundingRow, GrantRow
from store.outbox_tables import Destination, Letter, Message
from store.tables import StoredAct


@dataclass(frozen=True, slots=True)
class Untold:
    """A workflow that was not told something: the oldest of it."""

    workflow_id: str
    case_id: str
    number: int
    signal: str
    stored_at: datetime
    waiting: int


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of either ledger."""

    key: str
    step: str
    workflow_id: str
    case_id: str
    pence: int
    state: str
    since: datetime
    """When it was sent; where that is not known, when it was ordered."""


@dataclass(frozen=True, slots=True)
class PaymentState:
    """How a payment stands."""

    key: str
    """After a refusal it goes on under the next one: `KEY/2` follows `KEY`."""
    state: str
    paid_otherwise: bool


async def untold_workflows(session: AsyncSession, before: datetime) -> list[Untold]:
    """Workflows with a message that was stored before an instant and not told, what waits longest first."""
    waits = select(Message).where(Message.told_at.is_(None)).subquery()
    oldest = (
        select(
            waits,
            func.row_number().over(partition_by=waits.c.workflow_id, order_by=waits.c.number).label("place"),
            func.count().over(partition_by=waits.c.workflow_id).label("waiting"),
        )
    ).subquery()
    rows = await session.execute(
        select(
            oldest.c.workflow_id, oldest.c.case_id, oldest.c.number, oldest.c.signal, oldest.c.stored_at,
            oldest.c.waiting,
        )
        .where(oldest.c.place == 1, oldest.c.stored_at <= before)
        .order_by(oldest.c.stored_at)
    )  # fmt: skip
    return [Untold(*row) for row in rows.all()]


async def told(session: AsyncSession, messages: Collection[tuple[str, int]]) -> dict[tuple[str, int], bool]:
    """Of these messages, by workflow and number, those that were told; whether their workflow has work left."""
    if not messages:
        return {}
    query = (
        select(Message.workflow_id, Message.number, Destination.closed)
        .join(Destination, Destination.workflow_id == Message.workflow_id)
        .where(tuple_(Message.workflow_id, Message.number).in_(list(messages)), Message.told_at.is_not(None))
    )
    rows = (await session.execute(query)).all()
    return {(workflow_id, number): not closed for workflow_id, number, closed in rows}


async def troubled_letters(session: AsyncSession, attempts: int) -> list[Letter]:
    """Letters that did not arrive and that nobody has seen to, and those that failed so often and still wait.

    Two queries, each by its own small index, however many letters there are.
    """
    undelivered = select(Letter).where(not_told())
    failing = select(Letter).where(Letter.settled_at.is_(None), Letter.attempts >= attempts)
    found = [*(await session.execute(undelivered)).scalars(), *(await session.execute(failing)).scalars()]
    return sorted(found, key=lambda letter: letter.id)


async def letters_with(session: AsyncSession, ids: Collection[int]) -> dict[int, Letter]:
    """These letters, as they are now."""
    query = select(Letter).where(Letter.id.in_(ids)).execution_options(populate_existing=True)
    return {letter.id: letter for letter in (await session.execute(query)).scalars()}


async def unsure_payments(session: AsyncSession, sent_before: datetime) -> list[Payment]:
    """Payments that may have been made or were refused, and those sent before an instant without an answer."""
    return [
        *await _grants(session, sent_before),
        *await _funding(session, sent_before),
    ]


async def payments_now(session: AsyncSession, keys: Collection[str]) -> dict[str, PaymentState]:
    """How the payments of these keys stand now, also under a later key; one that is nowhere is left out."""
    bases = {key: key.partition("/")[0] for key in keys}
    found: dict[str, PaymentState] = {}
    for ledger in (GrantRow, FundingRow):
        base = func.split_part(ledger.key, "/", 1)
        rows = await session.execute(
            select(base, ledger.key, ledger.state, ledger.paid_otherwise).where(base.in_(bases.values()))
        )
        found |= {base: PaymentState(key, state or "", bool(otherwise)) for base, key, state, otherwise in rows.all()}
    return {key: found[base] for key, base in bases.items() if base in found}


async def _grants(session: AsyncSession, sent_before: datetime) -> list[Payment]:
    since = func.coalesce(GrantRow.sent_at, GrantRow.intended_at)
    sent = (GrantRow.state == LedgerState.SENT) & (since <= sent_before)
    unsettled = GrantRow.state != literal_column("'confirmed'")  # as its index has it
    unsure = or_(GrantRow.state.in_(_WITHOUT_WAITING), sent)
    query = select(GrantRow, since).where(unsettled, unsure, GrantRow.paid_otherwise.is_(None))
    return [
        Payment(row.key, "release_grant", review_workflow_id(row.review_id), row.case_id, row.pence, row.state, at)
        for row, at in (await session.execute(query.order_by(since))).all()
    ]


async def _funding(session: AsyncSession, sent_before: datetime) -> list[Payment]:
    since = func.coalesce(FundingRow.sent_at, StoredAct.at)
    sent = (FundingRow.state == LedgerState.SENT) & (since <= sent_before)
    query = select(FundingRow, since).join(StoredAct, StoredAct.id == FundingRow.decided_by_act)
    query = query.where(is_unpaid(), or_(FundingRow.state.in_(_WITHOUT_WAITING), sent))
    rows = (await session.execute(query.where(FundingRow.paid_otherwise.is_(None)).order_by(since))).all()
    return [
        Payment(
            row.key or "", "pay_funding", funding_workflow_id(row.id), row.case_id, row.pence or 0, row.state or "", at
        )
        for row, at in rows
    ]


_WITHOUT_WAITING = (LedgerState.UNKNOWN, LedgerState.FAILED)
