"""What the clock does to a case: in the same kind of transaction as an act, and only what is still true."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.keeping import Happening, keep_changed
from casework.post import put_in_outbox
from contracts.activities import StepTaken
from contracts.review import GrantState, Stage, Standing
from rules.progress import clock_passes
from store.cases import lock_case
from store.events import add_event
from store.letters import letters_waiting
from store.reviews import KeptReview, get_review


async def pass_time(session: AsyncSession, review_id: str, now: datetime) -> StepTaken:
    """Take every step that is due at `now` (UTC). Asking again takes nothing twice."""
    review = await lock_review(session, review_id)
    plan, before = review.plan, review.standing
    passed = clock_passes(plan, before, now)
    after = replace(passed.standing, changes=before.changes + 1)
    case = await lock_case(session, plan.case_id)
    await keep_changed(session, plan, before, after, Happening(now, "clock"))
    await put_in_outbox(session, case, plan, after, passed.letters, now)
    return StepTaken(after, letters_waiting=await letters_waiting(session, review_id) > 0)


async def note_payment(session: AsyncSession, review_id: str, key: str, now: datetime) -> StepTaken:
    """The grant was paid: the plan is in force. Noting it twice is noting it once."""
    review = await lock_review(session, review_id)
    plan, before = review.plan, review.standing
    if before.stage is not Stage.PAYING:
        return StepTaken(before, letters_waiting=await letters_waiting(session, review_id) > 0)
    add_event(session, plan.case_id, review_id, now, "grant", "clock", pence=before.grant_pence, key=key)
    after = _in_force(before, now)
    await keep_changed(session, plan, before, after, Happening(now, "clock"))
    return StepTaken(after)


async def lock_review(session: AsyncSession, review_id: str) -> KeptReview:
    """A review under its case's lock. LookupError for one that is not there."""
    review = await get_review(session, review_id)
    if review is None:
        raise LookupError("no such review")
    await lock_case(session, review.plan.case_id)
    locked = await get_review(session, review_id)
    assert locked is not None, "reviews are never deleted"  # noqa: S101
    return locked


def _in_force(before: Standing, now: datetime) -> Standing:
    return replace(
        before,
        stage=Stage.IN_FORCE,
        since=now,
        clock_from=now,
        grant=GrantState.PAID,
        grant_released_at=now,
        changes=before.changes + 1,
    )
