"""What the clock and the ledger do to a review: one short transaction each, and only what is still true."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.changes import apply_due
from casework.closing import close_if_overtaken
from casework.cycles import open_review
from casework.errors import StepWithoutEffect
from casework.keeping import Happening, keep_changed
from casework.passing import note_crossings, write_letters
from contracts.activities import OpenedReview, StepTaken
from contracts.clock import london_date
from contracts.review import GrantState, Stage, Standing
from rules.progress import moment, next_wake
from store.cases import lock_case
from store.events import add_event
from store.reviews import KeptReview, get_review, lock_review


async def pass_time(session: AsyncSession, review_id: str, now: datetime, plan_version: int = 1) -> StepTaken:
    """Take every step that is due at `now` (UTC). Asking again takes nothing twice.

    The answer brings the plan where there is a newer version than the one that the workflow has. Raises
    StepWithoutEffect where something stays due although there is nothing to do: asked again and again, it would keep
    a workflow and the database busy for ever.
    """
    case, review = await lock_review(session, review_id)
    before = review.standing
    changes_on = review.standing.changes_on
    if changes_on is not None and changes_on <= london_date(now):
        await apply_due(session, case, now)
        review = await get_review(session, review_id) or review
    current = await note_crossings(session, review.plan, review.standing, now)
    taken = await write_letters(session, case, review.plan, current, now)
    wakes = next_wake(review.plan, taken.standing)
    if taken.standing == before and wakes is not None and wakes <= now:
        raise StepWithoutEffect
    return replace(taken, plan=review.plan if review.plan.version > plan_version else None)


async def open_when_due(
    session: AsyncSession, case_id: str, term: str, now: datetime
) -> tuple[KeptReview | None, OpenedReview]:
    """Open the review of a term after everything that holds by now: a child who has left care has none."""
    await apply_due(session, await lock_case(session, case_id), now)
    return await open_review(session, case_id, term, now)


async def note_payment(session: AsyncSession, review_id: str, key: str, now: datetime) -> StepTaken:
    """The grant was paid: the plan is in force. Noting it twice is noting it once."""
    case, review = await lock_review(session, review_id)
    plan, before = review.plan, review.standing
    if before.stage is not Stage.PAYING:
        return StepTaken(before)
    add_event(session, plan.case_id, review_id, now, "grant", "clock", pence=before.grant_pence, key=key)
    after, happening = _in_force(before, now), Happening(now, "clock")
    await keep_changed(session, plan, before, after, happening)
    taken = await write_letters(session, case, plan, after, now)
    standing, _ = await close_if_overtaken(session, case, plan, taken.standing, happening)
    return replace(taken, standing=standing)


def _in_force(before: Standing, now: datetime) -> Standing:
    since = moment(before, now)
    return replace(
        before,
        stage=Stage.IN_FORCE,
        since=since,
        clock_from=since,
        grant=GrantState.PAID,
        grant_released_at=since,
        changes=before.changes + 1,
    )
