"""More time for a party, and a review that opens on an earlier day. The Virtual School asks for both."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.cycles import retime
from casework.keeping import Happening, keep_changed
from casework.passing import note_crossings, write_letters
from casework.telling import tell_review
from contracts.clock import in_words, london_date, start_of
from contracts.review import Standing
from rules.extending import extended
from store.cases import case_with_id
from store.events import add_event
from store.reviews import get_review
from watch.performing.deed import CHANGED, Deed, Done, changed, moved_on, not_allowed


async def extend(session: AsyncSession, deed: Deed) -> Done:
    """The running deadline moves by school days; the review's letters and its workflow follow, as after an act."""
    seen, kept = deed.item.seen, await get_review(session, deed.subject_id)
    if kept is None or "to" not in seen:
        return not_allowed("No deadline of this child's review runs that could be moved. Nothing was done.")
    wanted = deed.parameters.get("deadline")
    if wanted is not None and wanted != seen["deadline"]:
        return not_allowed("Another deadline runs for this child than the one that was named. Nothing was done.")
    plan, days, happening = kept.plan, int(deed.parameters["school_days"]), _happening(deed)
    case = await case_with_id(session, plan.case_id)
    current = await note_crossings(session, plan, kept.standing, deed.now)
    given = extended(current, days)
    if not isinstance(given, Standing):
        return not_allowed(" ".join(finding.sentence for finding in given))
    facts = {"deadline": seen["deadline"], "school_days": days, "to": seen["to"]}
    add_event(session, plan.case_id, plan.review_id, deed.now, "extended", happening.by, **facts)
    after = replace(given, changes=current.changes + 1)
    await keep_changed(session, plan, current, after, happening)
    written = await write_letters(session, case, plan, after, deed.now)
    told = await tell_review(session, plan, written.standing, "plan_changed", happening, act_id="")
    words = f"It is due on {in_words(date.fromisoformat(seen['to']))} now."
    return replace(moved_on(words, **facts), to_tell=(told,))


async def bring_forward(session: AsyncSession, deed: Deed) -> Done:
    """The child's next review opens earlier, and stays so whatever else is computed anew."""
    case, on = await case_with_id(session, deed.subject_id), date.fromisoformat(deed.parameters["on"])
    if on < london_date(deed.now):
        return not_allowed("The day to which it should have been brought forward is over. Nothing was done.")
    if case.opens_at is None or not case.in_care:
        return not_allowed("No review of this child is to open. Nothing was done.")
    if _opens(case.opens_at, on):
        return not_allowed("The next review of this child opens by then anyhow. Nothing was done.")
    case.early_term, case.early_at = case.opens_term, start_of(on)
    told = await retime(session, case, deed.now)
    if not told:
        return changed(CHANGED)
    facts = {"term": case.opens_term, "on": on.isoformat()}
    add_event(session, case.id, None, deed.now, "brought_forward", _happening(deed).by, **facts)
    return replace(moved_on(f"The next review opens on {in_words(on)} now.", **facts), to_tell=tuple(told))


def _opens(at: datetime, on: date) -> bool:
    return at <= start_of(on)


def _happening(deed: Deed) -> Happening:
    return Happening(deed.now, deed.repair.asked_role)
