"""A plan is over: the next meeting was held, or the child is no longer looked after."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from casework.ahead import next_change_on
from casework.invitations import call_off
from casework.keeping import Happening, keep_changed
from casework.post import put_in_outbox
from casework.telling import tell_review
from contracts.clock import london_date
from contracts.review import ReviewPlan, Stage, Standing
from rules.ladder import Kind, steps
from rules.progress import moment
from store.events import has_left_care_at
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


async def bring_back_the_one_before(session: AsyncSession, case: Case, act_id: str, happening: Happening) -> list[str]:
    """A meeting was recorded by mistake, and ended the plan before: that one is in force again.

    A plan that was over because the child left care stays so, and so does one after which another meeting was held.
    """
    met = [one for one in await reviews_of(session, case.id) if one.standing.held_on is not None]
    last = met[-1] if met else None
    if last is None or last.standing.stage is not Stage.CLOSED:
        return []
    if not case.in_care or await has_left_care_at(session, case.id, last.standing.since):
        return []
    after = await _in_force_again(session, case, last.standing, happening)
    await keep_changed(session, last.plan, last.standing, after, happening)
    return [await tell_review(session, last.plan, after, "plan_changed", happening, act_id)]


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


async def _in_force_again(session: AsyncSession, case: Case, standing: Standing, happening: Happening) -> Standing:
    """Letters whose day came while it was closed are passed over; what is to come for the child is known anew."""
    at, changes_on = moment(standing, happening.at), await next_change_on(session, case, london_date(happening.at))
    stands = replace(standing, stage=Stage.IN_FORCE, since=at, clock_from=at, changes_on=changes_on)
    return replace(stands, revision=standing.revision + 1, changes=standing.changes + 1)


def _closed(standing: Standing, happening: Happening) -> Standing:
    called_off = standing.held_on is None and standing.meeting_on is not None
    sequence = standing.meeting_sequence + called_off
    changes = standing.changes + 1
    return replace(standing, stage=Stage.CLOSED, since=happening.at, meeting_sequence=sequence, changes=changes)
