"""What the clock does to a case: in the same kind of transaction as an act, and only what is still true."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.keeping import Happening, keep_changed
from casework.post import put_in_outbox
from contracts.activities import StepTaken
from contracts.review import GrantState, ReviewPlan, Stage, Standing
from rules.progress import crossings, letters_by, moment
from store.events import add_event
from store.reviews import lock_review
from store.tables import Case


async def pass_time(session: AsyncSession, review_id: str, now: datetime) -> StepTaken:
    """Take every step that is due at `now` (UTC). Asking again takes nothing twice."""
    case, review = await lock_review(session, review_id)
    current = await note_crossings(session, review.plan, review.standing, now)
    return await write_letters(session, case, review.plan, current, now)


async def note_crossings(session: AsyncSession, plan: ReviewPlan, standing: Standing, now: datetime) -> Standing:
    """Note what the calendar has changed by itself, at the instants at which it did."""
    for crossing in crossings(plan, standing, now):
        after = replace(crossing.standing, changes=standing.changes + 1)
        await keep_changed(session, plan, standing, after, Happening(crossing.at, "clock"))
        standing = after
    return standing


async def write_letters(
    session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, now: datetime
) -> StepTaken:
    """Put every letter into the outbox that is due and still true. The caller holds the case's lock."""
    passed = letters_by(plan, standing, now)
    if not passed.letters:
        return StepTaken(standing)
    after = replace(passed.standing, changes=standing.changes + 1)
    await keep_changed(session, plan, standing, after, Happening(now, "clock"))
    await put_in_outbox(session, case, plan, after, passed.letters, now)
    return StepTaken(after, letters_waiting=True)


async def note_payment(session: AsyncSession, review_id: str, key: str, now: datetime) -> StepTaken:
    """The grant was paid: the plan is in force. Noting it twice is noting it once."""
    case, review = await lock_review(session, review_id)
    plan, before = review.plan, review.standing
    if before.stage is not Stage.PAYING:
        return StepTaken(before)
    add_event(session, plan.case_id, review_id, now, "grant", "clock", pence=before.grant_pence, key=key)
    after = _in_force(before, now)
    await keep_changed(session, plan, before, after, Happening(now, "clock"))
    return await write_letters(session, case, plan, after, now)


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
