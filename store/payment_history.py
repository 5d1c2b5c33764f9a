"""What happened to one payment: lines of the case's history, attempts, corrections."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.ids import funding_workflow_id, review_workflow_id
from store.grants import first_key
from store.ledger import GRANT, LedgerLine
from store.money_tables import FundingRow, GrantCorrection, GrantRow
from store.tables import CaseEvent
from store.watch_tables import Attempt

_ABOUT_MONEY = ("grant", "funding", "paid_otherwise", "released_again")
_MOST_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the history at a UTC instant."""

    at: datetime
    what: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt to pay it ended."""

    at: datetime
    succeeded: bool
    error_type: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry that corrects it, in pence: negative where money is owed back."""

    at: datetime
    pence: int


async def decided_at(session: AsyncSession, key: str) -> datetime | None:
    """When it was decided to pay it: the grant's intent, or the act that agreed to additional funding."""
    grant = await session.get(GrantRow, key)
    if grant is not None:
        return grant.intended_at
    acted = CaseEvent.facts["act"].as_string() == FundingRow.decided_by_act
    decided = select(CaseEvent.at).join(FundingRow, FundingRow.case_id == CaseEvent.case_id)
    decided = decided.where(FundingRow.key == key, CaseEvent.what == "accepted", acted).limit(1)
    return (await session.execute(decided)).scalar_one_or_none()


async def noted_about(session: AsyncSession, case_id: str, key: str) -> list[Noted]:
    """What the case's history says of a payment, under whichever of its keys."""
    named = CaseEvent.facts["key"].as_string()
    first = first_key(key)
    of_it = or_(named == first, named.startswith(f"{first}/", autoescape=True))
    query = select(CaseEvent.at, CaseEvent.what, CaseEvent.facts)
    query = query.where(CaseEvent.case_id == case_id, CaseEvent.what.in_(_ABOUT_MONEY), of_it).order_by(CaseEvent.id)
    return [Noted(*row) for row in (await session.execute(query)).all()]


async def answers_of(session: AsyncSession, line: LedgerLine) -> list[Answer]:
    """How the newest attempts to pay it ended, the oldest of them first."""
    if line.kind == GRANT:
        workflow_id, step = review_workflow_id(line.review_id), "release_grant"
    else:
        row = (await session.execute(select(FundingRow.id).where(FundingRow.key == line.key))).scalar_one()
        workflow_id, step = funding_workflow_id(row), "pay_funding"
    query = select(Attempt.at, Attempt.succeeded, Attempt.error_type)
    query = query.where(Attempt.workflow_id == workflow_id, Attempt.activity_type == step)
    newest = (await session.execute(query.order_by(Attempt.at.desc()).limit(_MOST_ATTEMPTS))).all()
    return [Answer(*row) for row in reversed(newest)]


async def corrections_of(session: AsyncSession, key: str) -> list[Correction]:
    """The entries that correct a grant."""
    query = select(GrantCorrection.at, GrantCorrection.pence).where(GrantCorrection.grant_key == key)
    return [Correction(*row) for row in (await session.execute(query.order_by(GrantCorrection.id))).all()]
