"""What the clock does to a case: in the same kind of transaction as an act, and only what is still true."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.corrections import note_difference
from casework.keeping import Happening, keep_changed
from casework.post import put_in_outbox
from contracts.activities import StepTaken
from contracts.review import ReviewPlan, Stage, Standing
from rules.progress import crossings, letters_by
from store.acts import newest_act
from store.tables import Case


async def note_crossings(session: AsyncSession, plan: ReviewPlan, standing: Standing, now: datetime) -> Standing:
    """Note what the calendar has changed by itself, at the instants at which it did.

    A plan that was paid, and whose meeting's record was taken back, may end without one: the money is owed back.
    """
    for crossing in crossings(plan, standing, now):
        after = replace(crossing.standing, changes=standing.changes + 1)
        await keep_changed(session, plan, standing, after, Happening(crossing.at, "clock"))
        if after.stage is Stage.MISSED and after.paid_pence is not None:
            correction = await newest_act(session, plan.review_id, "correct")
            await note_difference(session, plan, after, correction, now)  # an entry is of the day it is made
        standing = after
    return standing


async def write_letters(
    session: AsyncSession,
    case: Case,
    plan: ReviewPlan,
    standing: Standing,
    now: datetime,
    *,
    until: datetime | None = None,
) -> StepTaken:
    """Put every letter into the outbox that is due by `until` (by default now) and still true; each leaves at its hour.

    The caller holds the case's lock. The worker's sweep sends them: no workflow waits for mail (docs/adr/0004).
    """
    passed = letters_by(plan, standing, until or now)
    if not passed.letters:
        return StepTaken(standing)
    after = replace(passed.standing, changes=standing.changes + 1)
    await keep_changed(session, plan, standing, after, Happening(now, "clock"))
    await put_in_outbox(session, case, plan, after, passed.letters, now)
    return StepTaken(after)
