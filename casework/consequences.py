"""What else follows from an act, in its transaction: on the last term's review, the child's cycle, the people."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from casework.cycles import retime
from casework.keeping import Happening, keep_changed
from casework.telling import tell_review
from contracts.review import Stage
from rules.forms import AnyForm, Delegate, NextMeeting, RecordMeeting
from store.cases import delegate
from store.reviews import KeptReview, reviews_of
from store.tables import Case


async def follow(
    session: AsyncSession, case: Case, review: KeptReview, form: AnyForm, happening: Happening
) -> list[str]:
    """Carry out what follows; gives the workflows that are to be told of it."""
    match form:
        case RecordMeeting(held=True):
            return await _close_the_one_before(session, case, review, form.id, happening)
        case NextMeeting():
            return await retime(session, case, happening.at)
        case Delegate():
            await delegate(session, case, form.to, form.section)
    return []


async def _close_the_one_before(
    session: AsyncSession, case: Case, review: KeptReview, act_id: str, happening: Happening
) -> list[str]:
    """A PEP is in force until the next one's meeting is held (ACTS.md, Stages)."""
    told = []
    for earlier in await reviews_of(session, case.id, open_only=True):
        if earlier.plan.review_id != review.plan.review_id and earlier.standing.stage is Stage.IN_FORCE:
            after = replace(
                earlier.standing, stage=Stage.CLOSED, since=happening.at, changes=earlier.standing.changes + 1
            )
            told.append(await tell_review(session, earlier.plan, after, "next_meeting_held", happening, act_id))
            await keep_changed(session, earlier.plan, earlier.standing, after, happening)
    return told
