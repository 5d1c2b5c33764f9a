"""Repairs as the console lists them: what waits for somebody, what runs, what is over, and every thing of one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.people import Role
from contracts.problems import ItemResult, RepairKind, RepairState
from store.tables import Case, Person
from store.watch_tables import RepairItem, RepairRow

OVER = (RepairState.STOPPED, RepairState.DONE, RepairState.REFUSED, RepairState.EXPIRED)


@dataclass(frozen=True, slots=True)
class RepairLine:
    """A repair as it stands. Instants are UTC; people are called as their colleagues know them."""

    id: int
    kind: RepairKind
    problem_id: int | None
    parameters: dict[str, Any]
    reason: str
    refusal: str | None
    asked_by: int
    asked_role: Role
    asked_at: datetime
    asker: str
    frozen: str
    count: int
    pence: int
    state: RepairState
    expires_at: datetime
    approver: str | None
    approved_at: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    stopper: str | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One thing of a repair."""

    number: int
    subject: str
    ref: str | None
    run_id: str | None
    pence: int
    seen: dict[str, Any]
    result: ItemResult
    said: str | None
    at: datetime | None


async def repairs(
    session: AsyncSession,
    *,
    kinds: Collection[RepairKind],
    states: Collection[RepairState],
    person_id: int | None = None,
    limit: int,
    offset: int = 0,
) -> list[RepairLine]:
    """Repairs of these kinds in these states, the newest first; with `person_id` those that they asked for."""
    query = _repairs().where(
        RepairRow.kind.in_([kind.value for kind in kinds]), RepairRow.state.in_([state.value for state in states])
    )
    if person_id is not None:
        query = query.where(RepairRow.asked_by == person_id)
    query = query.order_by(RepairRow.id.desc()).limit(limit).offset(offset)
    return [_line(*row) for row in (await session.execute(query)).all()]


async def repairs_of_problem(session: AsyncSession, problem_id: int) -> list[RepairLine]:
    """What was asked for about one problem, the newest first."""
    query = _repairs().where(RepairRow.problem_id == problem_id).order_by(RepairRow.id.desc()).limit(50)
    return [_line(*row) for row in (await session.execute(query)).all()]


async def repair(session: AsyncSession, number: int) -> RepairLine | None:
    """One repair by its number."""
    row = (await session.execute(_repairs().where(RepairRow.id == number))).first()
    return _line(*row) if row else None


def _repairs() -> Select[RepairRow, str, str, str]:
    approver, stopper = aliased(Person), aliased(Person)
    return (
        select(RepairRow, Person.name, approver.name, stopper.name)
        .join(Person, Person.id == RepairRow.asked_by)
        .outerjoin(approver, approver.id == RepairRow.approved_by)
        .outerjoin(stopper, stopper.id == RepairRow.stopped_by)
    )


def _line(row: RepairRow, asker: str, approver: str | None, stopper: str | None) -> RepairLine:
    return RepairLine(
        id=row.id,
        kind=RepairKind(row.kind),
        problem_id=row.problem_id,
        parameters=row.parameters,
        reason=row.reason,
        refusal=row.refusal,
        asked_by=row.asked_by,
        asked_role=Role(row.asked_role),
        asked_at=row.asked_at,
        asker=asker,
        frozen=row.frozen,
        count=row.count,
        pence=row.pence,
        state=RepairState(row.state),
        expires_at=row.expires_at,
        approver=approver,
        approved_at=row.approved_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        stopper=stopper,
    )


async def item_lines(session: AsyncSession, number: int, *, limit: int, offset: int = 0) -> list[ItemLine]:
    """The things of a repair in the order of the preview."""
    query = select(RepairItem, Case.ref).outerjoin(Case, Case.id == RepairItem.case_id)
    query = query.where(RepairItem.repair_id == number).order_by(RepairItem.number).limit(limit).offset(offset)
    return [_item(*row) for row in (await session.execute(query)).all()]


def _item(row: RepairItem, ref: str | None) -> ItemLine:
    return ItemLine(
        row.number, row.subject, ref, row.run_id, row.pence, row.seen, ItemResult(row.result), row.said, row.at
    )


async def results_of(session: AsyncSession, number: int) -> dict[ItemResult, int]:
    """How many things of a repair have come how far."""
    query = select(RepairItem.result, func.count()).where(RepairItem.repair_id == number).group_by(RepairItem.result)
    found = {ItemResult(result): count for result, count in (await session.execute(query)).all()}
    return {result: found[result] for result in ItemResult if result in found}


async def children_of(session: AsyncSession, number: int) -> int:
    """How many children a repair is about."""
    query = select(func.count(distinct(RepairItem.case_id))).where(RepairItem.repair_id == number)
    return (await session.execute(query)).scalar_one()
