"""How a workflow has something done: at once inside the workflow task, or by an activity that tries until it works."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from contracts.activities import (
    ClockStep,
    GrantActivities,
    LetterActivities,
    OpenedReview,
    OpenReview,
    RecordActivities,
    StepTaken,
)
from workflows.options import AT_ONCE, MAIL, MAIL_GIVES_UP_AFTER, MONEY, UNTIL_IT_WORKS


async def open_review(request: OpenReview) -> OpenedReview:
    """Have the review of a term opened in the record."""
    try:
        return await workflow.execute_local_activity_method(RecordActivities.open_review, request, **AT_ONCE)
    except ActivityError:
        return await workflow.execute_activity_method(RecordActivities.open_review, request, **UNTIL_IT_WORKS)


async def take_step(step: ClockStep) -> StepTaken:
    """Have everything recorded that is due."""
    try:
        return await workflow.execute_local_activity_method(RecordActivities.take_step, step, **AT_ONCE)
    except ActivityError:
        return await workflow.execute_activity_method(RecordActivities.take_step, step, **UNTIL_IT_WORKS)


async def send_letters(review_id: str) -> bool:
    """Have the waiting letters sent; False when some could not be sent at once."""
    try:
        sent = await workflow.execute_local_activity_method(LetterActivities.send_letters, review_id, **AT_ONCE)
    except ActivityError:
        return False
    return sent.waiting == 0


async def send_letters_later(review_id: str) -> None:
    """Have them sent while the mail server is out, for five days; then a person must act, and the process goes on."""
    try:
        await workflow.execute_activity_method(
            LetterActivities.send_letters_later, review_id, schedule_to_close_timeout=MAIL_GIVES_UP_AFTER, **MAIL
        )
    except ActivityError:
        workflow.logger.warning("letters could not be sent for five days")


async def release_grant(review_id: str) -> StepTaken:
    """Have the grant paid: an activity of its own, tried until it is settled."""
    return await workflow.execute_activity_method(GrantActivities.release_grant, review_id, **MONEY)
