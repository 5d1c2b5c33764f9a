"""The date of the next meeting, set while the next review is open already: it has its date at once (PROCESS.md A5)."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from casework.keeping import Happening, keep_changed
from casework.passing import write_letters
from casework.telling import tell_review
from contracts.clock import london_date
from contracts.review import ReviewPlan, Stage
from rules.forms import NextMeeting
from rules.meeting import faults_of_date
from rules.progress import moment, settled
from store.reviews import reviews_of
from store.tables import Case


async def hand_on_the_date(
    session: AsyncSession, case: Case, plan: ReviewPlan, form: NextMeeting, happening: Happening
) -> list[str]:
    """Give the date to the review that waits for one; gives the workflows to be told.

    A review that opens later takes the date itself (casework/cycles.py).
    """
    now = happening.at
    for kept in await reviews_of(session, case.id, open_only=True):
        waits = kept.standing.stage is Stage.WAITING_FOR_DATE and kept.plan.term.first_day > plan.term.first_day
        if form.on is None or not waits or faults_of_date(kept.plan, form.on, london_date(now)):
            continue
        at = moment(kept.standing, now)
        sequence, changes = kept.standing.meeting_sequence + 1, kept.standing.changes + 1
        arranged = replace(kept.standing, meeting_on=form.on, meeting_sequence=sequence, invited_at=at, clock_from=at)
        revision = kept.standing.revision + 1
        after = replace(settled(kept.plan, arranged, now), revision=revision, changes=changes)
        await keep_changed(session, kept.plan, kept.standing, after, happening)
        after = (await write_letters(session, case, kept.plan, after, now)).standing
        return [await tell_review(session, kept.plan, after, "meeting_arranged", happening, form.id)]
    return []
