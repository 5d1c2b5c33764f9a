"""How a workflow has something done: at once inside the workflow task, or by an activity that tries until it works."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from contracts.activities import (
    ClockStep,
    FundingActivities,
    GrantActivities,
    LetterActivities,
    OpenedReview,
    OpenReview,
    RecordActivities,
    StepTaken,
)
from contracts.funding import FundingStanding, FundingStep
from workflows.options import AT_ONCE, MONEY, UNTIL_IT_WORKS

Asked = TypeVar("Asked")
Done = TypeVar("Done")


async def open_review(request: OpenReview) -> OpenedReview:
    """Have the review of a term opened in the record."""
    return await _recorded(RecordActivities.open_review, request)


async def take_step(step: ClockStep) -> StepTaken:
    """Have everything recorded that is due."""
    return await _recorded(RecordActivities.take_step, step)


async def send_letters(review_id: str) -> None:
    """Have the letters of this step sent now: only in runs that began before the worker's sweep sent everything."""
    try:
        await workflow.execute_local_activity_method(LetterActivities.send_letters, review_id, **AT_ONCE)
    except FailureError as failure:
        _unless_cancelled(failure)
        workflow.logger.warning("letters wait in the outbox")


async def release_grant(review_id: str) -> StepTaken:
    """Have the grant paid: an activity of its own, tried until it is settled."""
    return await workflow.execute_activity_method(GrantActivities.release_grant, review_id, **MONEY)


async def escalate_funding(step: FundingStep) -> FundingStanding:
    """Have it recorded that the decision on an application is late."""
    return await _recorded(FundingActivities.escalate_funding, step)


async def pay_funding(application: str) -> FundingStanding:
    """Have additional funding paid: an activity of its own, tried until it is settled."""
    return await workflow.execute_activity_method(FundingActivities.pay_funding, application, **MONEY)


async def _recorded(effect: Callable[[Any, Asked], Awaitable[Done]], asked: Asked) -> Done:
    """At once; while PostgreSQL is out, by an activity that goes on trying and can be seen to fail."""
    try:
        return await workflow.execute_local_activity_method(effect, asked, **AT_ONCE)
    except FailureError as failure:
        _unless_cancelled(failure)
        return await workflow.execute_activity_method(effect, asked, **UNTIL_IT_WORKS)


def _unless_cancelled(failure: FailureError) -> None:
    """A local activity fails with its own error, an activity with a wrapped one; a cancelled run is no failure."""
    if is_cancelled_exception(failure):
        raise failure
