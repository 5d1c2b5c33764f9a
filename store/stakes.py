"""Whose a workflow is, and the money that waits for it. Money is whole pence."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.ids import cycle_workflow_id, funding_workflow_id, review_workflow_id
from contracts.review import Stage
from store.funding import is_unpaid
from store.money_tables import FundingRow
from store.tables import Case, Review

_REVIEW, _CYCLE, _FUNDING = review_workflow_id(""), cycle_workflow_id(""), funding_workflow_id("")


@dataclass(frozen=True, slots=True)
class Stake:
    """What a workflow is about."""

    case_id: str
    pence: int
    """A grant or funding that is due and that only this workflow pays."""


async def stakes_of(session: AsyncSession, workflow_ids: Iterable[str]) -> dict[str, Stake]:
    """What each of these workflows is about; one that the record does not know is left out."""
    asked = set(workflow_ids)
    return {
        **await _of_reviews(session, _named(asked, _REVIEW)),
        **await _of_cycles(session, _named(asked, _CYCLE)),
        **await _of_funding(session, _named(asked, _FUNDING)),
    }


async def _of_reviews(session: AsyncSession, ids: list[str]) -> dict[str, Stake]:
    pence = case((Review.stage == Stage.PAYING, Review.standing["grant_pence"].as_integer()), else_=0)
    rows = await session.execute(select(Review.id, Review.case_id, pence).where(Review.id.in_(ids)))
    return {review_workflow_id(one): Stake(case_id, waits or 0) for one, case_id, waits in rows.all()}


async def _of_cycles(session: AsyncSession, ids: list[str]) -> dict[str, Stake]:
    rows = await session.execute(select(Case.id).where(Case.id.in_(ids)))
    return {cycle_workflow_id(one): Stake(one, 0) for one in rows.scalars()}


async def _of_funding(session: AsyncSession, ids: list[str]) -> dict[str, Stake]:
    pence = case((is_unpaid(), FundingRow.pence), else_=0)
    rows = await session.execute(select(FundingRow.id, FundingRow.case_id, pence).where(FundingRow.id.in_(ids)))
    return {funding_workflow_id(one): Stake(case_id, waits or 0) for one, case_id, waits in rows.all()}


def _named(workflow_ids: set[str], beginning: str) -> list[str]:
    return [one.removeprefix(beginning) for one in workflow_ids if one.startswith(beginning)]
