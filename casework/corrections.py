"""Putting right what was recorded by mistake, and money that was paid for a plan that then asked for less."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import ReviewPlan, Standing
from rules.putting_right import Mistake
from store.acts import find_act, newest_body
from store.grants import correct_grant, corrected_pence, find
from store.tables import Case


async def the_mistake(session: AsyncSession, case: Case, act_id: str | None) -> Mistake | None:
    """The act that a correction takes back, with what was there before it; None for no act of this child."""
    act = await find_act(session, act_id) if act_id else None
    if act is None or act.case_id != case.id or act.review_id is None:
        return None
    arranged = await newest_body(session, act.review_id, "arrange_meeting", "move_meeting", before=act.id)
    heard = await newest_body(session, act.review_id, "record_voice")
    on = arranged.get("on")
    return Mistake(act.body, date.fromisoformat(on) if on else None, voice_recorded=bool(heard))


async def note_difference(
    session: AsyncSession, plan: ReviewPlan, standing: Standing, act_id: str, now: datetime
) -> None:
    """A plan that was opened again asks for another sum than the ledger has: the difference is an entry of its own.

    Less is owed back. More takes back what was owed, and never makes more of it than was paid.
    """
    if standing.paid_pence is None:
        return
    grant = await find(session, plan.case_id, plan.term.academic_year, plan.term.name)
    if grant is None:
        return
    asked = min(standing.grant_pence, grant.pence)
    difference = asked - (grant.pence + await corrected_pence(session, grant.key))
    if difference != 0:
        await correct_grant(session, grant.key, difference, act_id, now)
