"""Applications for additional funding, and their ledger, which is not the grants': no cap counts it (PROCESS.md A12).

`settled_at` is set once the payment is confirmed and in the case's history, and with the decision where the Virtual
School keeps the money; until then the application is open.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funding import Decision
from store.events import store_events
from store.grants import LedgerState, UnknownGrant, advance
from store.money_tables import FundingRow
from store.tables import Case, CaseEvent, StoredAct

KEPT = "kept"
"""The state of what was agreed for a child without a school place: no payment, and no key of one."""
LATE = "funding_late"
"""The line of the history that says that a decision is late; its facts name the application."""


async def add_application(session: AsyncSession, row: FundingRow) -> None:
    """A new application. Its act is stored before it: the row refers to it."""
    await session.flush()
    session.add(row)
    await session.flush()


async def find_application(session: AsyncSession, case_id: str, act_id: str) -> FundingRow | None:
    """The application that an act of this case made."""
    query = select(FundingRow).where(FundingRow.case_id == case_id, FundingRow.act_id == act_id)
    return (await session.execute(query)).scalar_one_or_none()


async def get_application(session: AsyncSession, application: str) -> FundingRow | None:
    """An application by its own id."""
    return await session.get(FundingRow, application, populate_existing=True)


async def lock_application(session: AsyncSession, application: str) -> tuple[Case, FundingRow]:
    """An application under its case's lock: acts and the clock change a case in turn. NoResultFound without it."""
    case_of = select(Case).join(FundingRow, FundingRow.case_id == Case.id).where(FundingRow.id == application)
    locked = case_of.with_for_update(of=Case).execution_options(populate_existing=True)
    case = (await session.execute(locked)).scalar_one()
    return case, await session.get_one(FundingRow, application, populate_existing=True)


async def agreed_before(session: AsyncSession, case_id: str) -> int:
    """How many of a child's applications were agreed so far. The caller holds the case's lock."""
    query = select(func.count()).select_from(FundingRow)
    return (await session.execute(query.where(FundingRow.case_id == case_id, FundingRow.key.is_not(None)))).scalar_one()


@dataclass(frozen=True, slots=True)
class Undecided:
    """An application that waits for the Virtual School, with what was said for it."""

    case: Case
    row: FundingRow
    at: datetime
    """When it was made, as a UTC instant."""
    why: str
    targets: list[int]


async def undecided(session: AsyncSession, case_id: str | None = None) -> list[Undecided]:
    """The applications that nobody has decided, the first to be decided first; with `case_id` of that case alone."""
    query = select(Case, FundingRow, StoredAct).join(FundingRow, FundingRow.case_id == Case.id)
    query = query.join(StoredAct, StoredAct.id == FundingRow.act_id).where(FundingRow.decision.is_(None))
    if case_id is not None:
        query = query.where(FundingRow.case_id == case_id)
    rows = (await session.execute(query.order_by(FundingRow.decide_by, FundingRow.id))).all()
    return [Undecided(case, row, act.at, act.body["why"], act.body["targets"]) for case, row, act in rows]


async def open_applications(session: AsyncSession) -> list[FundingRow]:
    """Every application that is not decided, or agreed and not paid."""
    query = select(FundingRow).where(or_(FundingRow.decision.is_(None), is_unpaid())).order_by(FundingRow.id)
    return list((await session.execute(query)).scalars())


async def lock_funding(session: AsyncSession, key: str) -> FundingRow:
    """The payment of a key, locked until the transaction ends. Raises UnknownGrant."""
    locked = select(FundingRow).where(FundingRow.key == key).with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(locked)).scalar_one_or_none()
    if row is None:
        raise UnknownGrant
    return row


async def mark(session: AsyncSession, key: str, state: LedgerState, at: datetime) -> bool:
    """Take a payment one step further. False when it was there already; raises ForbiddenStep and UnknownGrant."""
    moved = advance(await lock_funding(session, key), state, at)
    await session.flush()
    return moved


def is_unpaid() -> ColumnElement[bool]:
    """Agreed, and not paid and noted yet."""
    return and_(FundingRow.decision == Decision.AGREED, FundingRow.settled_at.is_(None))


def awaits_decision() -> ColumnElement[bool]:
    """Not decided, and nobody was told yet that the decision is late."""
    told = exists().where(
        CaseEvent.case_id == FundingRow.case_id,
        CaseEvent.what == LATE,
        CaseEvent.facts["application"].as_string() == FundingRow.id,
    )
    return and_(FundingRow.decision.is_(None), ~told)


async def told_late(session: AsyncSession, row: FundingRow) -> bool:
    """Whether the history says already that the decision on this application is late."""
    await store_events(session)
    still_awaited = select(FundingRow.id).where(FundingRow.id == row.id, awaits_decision())
    return (await session.execute(still_awaited)).first() is None


def late_from(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The time for the decision has passed, and nobody was told."""
    return and_(awaits_decision(), FundingRow.decide_by <= now)
