"""What happened to one payment: lines of the case's history, attempts, corrections."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.ids import funding_workflow_id, review_workflow_id
from store.grants import corrected_pence, first_key
from store.ledger import LedgerLine
from store.ledger_sums import FUNDING, GRANT
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
class Decided:
    """When it was decided to pay it, and how much, in pence: whatever was corrected since."""

    at: datetime
    pence: int


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry that corrects it, in pence: negative where it is less from then on."""

    at: datetime
    pence: int


async def decision_on(session: AsyncSession, key: str) -> Decided | None:
    """How it was decided to pay it: the grant's intent, or the act that agreed to additional funding."""
    grant = await session.get(GrantRow, key)
    if grant is not None:
        return Decided(grant.intended_at, grant.pence)
    acted = CaseEvent.facts["act"].as_string() == FundingRow.decided_by_act
    decided = select(CaseEvent.at, func.coalesce(FundingRow.pence, 0)).join(
        FundingRow, FundingRow.case_id == CaseEvent.case_id
    )
    decided = decided.where(FundingRow.key == key, CaseEvent.what == "accepted", acted).limit(1)
    row = (await session.execute(decided)).first()
    return Decided(*row) if row else None


async def noted_as_paid(session: AsyncSession, case_ids: Collection[str]) -> set[str]:
    """The first keys of the payments that these cases have noted as paid: the step that pays ends with that."""
    key = func.split_part(CaseEvent.facts["key"].as_string(), "/", 1)
    query = select(key).where(CaseEvent.case_id.in_(case_ids), CaseEvent.what.in_((GRANT, FUNDING)))
    return set((await session.execute(query)).scalars())


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


async def still_to_pay(session: AsyncSession, line: LedgerLine) -> int:
    """Pence that a grant is worth again, and that its run did not hand over: it was corrected back afterwards."""
    grant = await session.get(GrantRow, line.key)
    return max(grant.pence + await corrected_pence(session, grant.key) - line.pence, 0) if grant else 0
