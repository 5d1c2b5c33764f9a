"""What was due and has had no effect: the steps, openings and payments that only a workflow takes (UTC instants)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, DateTime, cast, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.ids import cycle_workflow_id, funding_workflow_id, review_workflow_id
from contracts.review import Stage
from store.funding import is_unpaid, late_from
from store.grants import LedgerState
from store.money_tables import FundingRow, GrantRow
from store.tables import Case, Review, StoredAct
from store.watch_tables import CaseHold

_UNSURE = (LedgerState.SENT, LedgerState.UNKNOWN, LedgerState.FAILED)
"""A payment that is so far is a matter of its own."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that was due."""

    subject: str
    """As `findings.subject` says."""
    step: str
    """The activity that would have followed."""
    workflow_id: str
    case_id: str
    due: datetime


async def overdue(session: AsyncSession, before: datetime, *, money_that_waits: bool = False) -> list[Overdue]:
    """What was due before an instant and is not done, what waits longest first. A paused review has no clock.

    With `money_that_waits` also payments that are unsure, or of a case that an operator holds: that they are not done
    has a reason, and how their steps stand is another question.
    """
    found = [
        *await _steps(session, before),
        *await _grants(session, before, also_waiting=money_that_waits),
        *await _openings(session, before),
        *await _decisions(session, before),
        *await _funding(session, before, also_waiting=money_that_waits),
    ]
    return sorted(found, key=lambda one: one.due)


async def still_due(session: AsyncSession, subjects: Collection[str]) -> dict[str, datetime | None]:
    """When each of these reviews and cycles next has something to do: None where nothing; left out where it is gone.

    A review in which the grant is due counts as due since then.
    """
    reviews = [one.removeprefix("review:") for one in subjects if one.startswith("review:")]
    cases = [one.removeprefix("cycle:") for one in subjects if one.startswith("cycle:")]
    found: dict[str, datetime | None] = {}
    rows = await session.execute(
        select(Review.id, Review.stage, Review.wake_at, _since()).where(Review.id.in_(reviews))
    )
    for review_id, stage, wake_at, since in rows.all():
        found[f"review:{review_id}"] = since if stage == Stage.PAYING else wake_at
    in_care = select(Case.id, Case.opens_at).where(Case.id.in_(cases), Case.in_care)
    for case_id, opens_at in (await session.execute(in_care)).all():
        found[f"cycle:{case_id}"] = opens_at
    return found


async def applications_waiting(session: AsyncSession, ids: Collection[str], now: datetime) -> set[str]:
    """Which of these applications still wait for their workflow: late and nobody told, or agreed and not paid."""
    waits = late_from(now) | is_unpaid()
    return set((await session.execute(select(FundingRow.id).where(FundingRow.id.in_(ids), waits))).scalars())


async def _steps(session: AsyncSession, before: datetime) -> list[Overdue]:
    query = select(Review.id, Review.case_id, Review.wake_at).where(
        Review.wake_at <= before, Review.stage.not_in((Stage.PAUSED, Stage.PAYING))
    )
    return [
        Overdue(f"review:{review_id}", "take_step", review_workflow_id(review_id), case_id, due)
        for review_id, case_id, due in (await session.execute(query)).all()
        if due is not None
    ]


async def _grants(session: AsyncSession, before: datetime, *, also_waiting: bool) -> list[Overdue]:
    query = select(Review.id, Review.case_id, _since()).where(Review.stage == Stage.PAYING, _since() <= before)
    if not also_waiting:
        unsure = exists().where(
            GrantRow.case_id == Review.case_id, GrantRow.review_id == Review.id, GrantRow.state.in_(_UNSURE)
        )
        query = query.where(~unsure, ~_is_held(Review.case_id))
    return [
        Overdue(f"review:{review_id}", "release_grant", review_workflow_id(review_id), case_id, due)
        for review_id, case_id, due in (await session.execute(query)).all()
    ]


async def _openings(session: AsyncSession, before: datetime) -> list[Overdue]:
    query = select(Case.id, Case.opens_at).where(Case.opens_at <= before, Case.in_care)
    return [
        Overdue(f"cycle:{case_id}", "open_review", cycle_workflow_id(case_id), case_id, due)
        for case_id, due in (await session.execute(query)).all()
        if due is not None
    ]


async def _decisions(session: AsyncSession, before: datetime) -> list[Overdue]:
    query = select(FundingRow.id, FundingRow.case_id, FundingRow.decide_by).where(late_from(before))
    return [
        Overdue(f"workflow:{funding_workflow_id(one)}", "escalate_funding", funding_workflow_id(one), case_id, due)
        for one, case_id, due in (await session.execute(query)).all()
    ]


async def _funding(session: AsyncSession, before: datetime, *, also_waiting: bool) -> list[Overdue]:
    decided = select(FundingRow.id, FundingRow.case_id, StoredAct.at).join(
        StoredAct, StoredAct.id == FundingRow.decided_by_act
    )
    query = decided.where(is_unpaid(), StoredAct.at <= before)
    if not also_waiting:
        sure = FundingRow.state.is_(None) | FundingRow.state.not_in(_UNSURE)
        query = query.where(sure, ~_is_held(FundingRow.case_id))
    return [
        Overdue(f"workflow:{funding_workflow_id(one)}", "pay_funding", funding_workflow_id(one), case_id, due)
        for one, case_id, due in (await session.execute(query)).all()
    ]


def _since() -> ColumnElement[datetime]:
    """Since when a review is at its stage."""
    return cast(Review.standing["since"].as_string(), DateTime(timezone=True))


def _is_held(case_id: object) -> ColumnElement[bool]:
    return exists().where(CaseHold.case_id == case_id)
