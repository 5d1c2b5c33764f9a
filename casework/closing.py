"""A plan is over: the next meeting was held, or the child is no longer looked after."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from casework.invitations import call_off
from casework.keeping import Happening, keep_changed
from casework.post import put_in_outbox
from casework.telling import tell_review
from contracts.review import ReviewPlan, Stage, Standing
from rules.ladder import Kind, steps
from store.reviews import KeptReview, reviews_of
from store.tables import Case


async def close_those_before(
    session: AsyncSession, case: Case, review_id: str, act_id: str, happening: Happening
) -> list[str]:
    """A PEP is in force until the next one's meeting is held (ACTS.md, Stages)."""
    told = []
    for earlier in await reviews_of(session, case.id, open_only=True):
        if earlier.plan.review_id == review_id:
            break
        if earlier.standing.stage is Stage.IN_FORCE:
            told.append(await _close(session, case, earlier, act_id, happening))
    return told


async def close_if_overtaken(
    session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, happening: Happening
) -> tuple[Standing, list[str]]:
    """A plan that comes into force late is over at once where a later meeting was held, or the child has left care."""
    if standing.stage is not Stage.IN_FORCE:
        return standing, []
    later = [one for one in await reviews_of(session, case.id) if one.plan.term.first_day > plan.term.first_day]
    if case.in_care and not any(one.standing.held_on for one in later):
        return standing, []
    told = await _close(session, case, KeptReview(plan, standing), "", happening)
    return _closed(standing, happening), [told]


async def close_all(session: AsyncSession, case: Case, act_id: str, happening: Happening) -> list[str]:
    """The child has left care: nobody is asked for anything any more. A grant that is being paid is settled first."""
    told = []
    for kept in await reviews_of(session, case.id, open_only=True):
        if kept.standing.stage is Stage.PAYING:
            continue
        await call_off(session, case, kept.plan, kept.standing, happening.at)
        told.append(await _close(session, case, kept, act_id, happening))
    return told


async def _close(session: AsyncSession, case: Case, kept: KeptReview, act_id: str, happening: Happening) -> str:
    after = _closed(kept.standing, happening)
    still_to_come = [step for step in steps(kept.plan, kept.standing) if step.kind is Kind.GRANT_RELEASED]
    await put_in_outbox(session, case, kept.plan, after, tuple(still_to_come), happening.at)
    told = await tell_review(session, kept.plan, after, "next_meeting_held", happening, act_id)
    await keep_changed(session, kept.plan, kept.standing, after, happening)
    return told


def _closed(standing: Standing, happening: Happening) -> Standing:
    called_off = standing.held_on is None and standing.meeting_on is not None
    sequence = standing.meeting_sequence + called_off
    changes = standing.changes + 1
    return replace(standing, stage=Stage.CLOSED, since=happening.at, meeting_sequence=sequence, changes=changes)
