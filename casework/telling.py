"""Message rows for the workflows: ids and facts only, stored in the transaction of what they tell."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from casework.keeping import Happening
from contracts.funding import Decision, FundingTold
from contracts.ids import cycle_workflow_id, funding_workflow_id, review_workflow_id
from contracts.messages import CycleTold, Opening, ReviewTold
from contracts.people import Role
from contracts.review import ReviewPlan, Standing
from store.messages import add_first_messages, add_message

_REVIEW_TOLD = TypeAdapter(ReviewTold)
_CYCLE_TOLD = TypeAdapter(CycleTold)
_FUNDING_TOLD = TypeAdapter(FundingTold)


async def tell_review(
    session: AsyncSession,
    plan: ReviewPlan,
    standing: Standing,
    signal: str,
    happening: Happening,
    act_id: str,
    *,
    new_plan: ReviewPlan | None = None,
) -> str:
    """Store a message for a review's workflow; gives the workflow's id, for the relay."""
    workflow_id = review_workflow_id(plan.review_id)
    by = Role(happening.by) if happening.by in list(Role) else Role.OPERATOR  # what the clock does, nobody did
    told = ReviewTold(number=0, at=happening.at, by=by, act_id=act_id, standing=standing, plan=new_plan)
    facts = _REVIEW_TOLD.dump_python(told, mode="json")
    await add_message(session, workflow_id, plan.case_id, signal, facts, happening.at)
    return workflow_id


async def tell_cycle(
    session: AsyncSession, case_id: str, opening: Opening | None, now: datetime, *, in_care: bool = True
) -> str:
    """Store for a child's cycle when its next review opens; gives the workflow's id, for the relay."""
    workflow_id = cycle_workflow_id(case_id)
    told = CycleTold(number=0, at=now, opening=opening, in_care=in_care)
    await add_message(session, workflow_id, case_id, "opening_changed", _CYCLE_TOLD.dump_python(told, mode="json"), now)
    return workflow_id


async def tell_new_cycles(session: AsyncSession, openings: Sequence[tuple[str, Opening | None]], now: datetime) -> None:
    """Store for the cycles of new cases, which were told nothing yet, when their first reviews open."""
    rows = [
        (cycle_workflow_id(case_id), case_id, _CYCLE_TOLD.dump_python(CycleTold(0, now, opening, True), mode="json"))
        for case_id, opening in openings
    ]
    await add_first_messages(session, "opening_changed", rows, now)


async def tell_funding(
    session: AsyncSession, case_id: str, application: str, signal: str, decision: Decision | None, now: datetime
) -> str:
    """Store a message for an application's workflow; gives the workflow's id, for the relay."""
    workflow_id = funding_workflow_id(application)
    facts = _FUNDING_TOLD.dump_python(FundingTold(number=0, at=now, decision=decision), mode="json")
    await add_message(session, workflow_id, case_id, signal, facts, now)
    return workflow_id


def review_told(number: int, facts: dict[str, object]) -> ReviewTold:
    """The stored facts as the signal's argument."""
    return _REVIEW_TOLD.validate_python({**facts, "number": number})


def cycle_told(number: int, facts: dict[str, object]) -> CycleTold:
    """The stored facts as the signal's argument."""
    return _CYCLE_TOLD.validate_python({**facts, "number": number})


def funding_told(number: int, facts: dict[str, object]) -> FundingTold:
    """The stored facts as the signal's argument."""
    return _FUNDING_TOLD.validate_python({**facts, "number": number})
