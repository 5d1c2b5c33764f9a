"""What was due and did not follow, and what Temporal was not told of: the process is made to look at it again."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from casework.keeping import Happening, keep_changed
from casework.telling import tell_cycle, tell_review
from contracts.ids import funding_workflow_id
from contracts.messages import Opening
from contracts.problems import ItemResult
from contracts.review import FINAL
from store.cases import lock_case
from store.reviews import lock_review
from watch.parts import Parts
from watch.performing.deed import CHANGED, Deed, Done, changed, checking, moved_on
from watch.performing.runs import restarted

_LOOKS_AGAIN = "The process was told how it stands, and looks at the time again."


async def wake_review(session: AsyncSession, deed: Deed) -> Done:
    """The review's process takes up how it stands now, and asks the rules anew what is due; a lost one is started."""
    _, kept = await lock_review(session, deed.subject_id)
    if kept.standing.stage in FINAL:
        return changed(CHANGED)
    happening, after = Happening(deed.now, "clock"), replace(kept.standing, changes=kept.standing.changes + 1)
    await keep_changed(session, kept.plan, kept.standing, after, happening)
    told = await tell_review(session, kept.plan, after, "plan_changed", happening, act_id="")
    return replace(checking(_LOOKS_AGAIN), to_tell=(told,))


async def wake_cycle(session: AsyncSession, deed: Deed) -> Done:
    """The child's cycle is told when its next review opens."""
    case = await lock_case(session, deed.subject_id)
    if not case.in_care or case.opens_at is None or case.opens_term is None:
        return changed(CHANGED)
    told = await tell_cycle(session, case.id, Opening(case.opens_term, case.opens_at), deed.now)
    return replace(checking(_LOOKS_AGAIN), to_tell=(told,))


async def tell(parts: Parts, deed: Deed) -> Done:
    """Temporal is told what waits for this workflow. An application that it has lost is started from the record."""
    workflow_id = deed.subject_id
    if not await parts.relay.tell(workflow_id):
        return Done(ItemResult.STILL_FAILING, "Temporal did not take it. It is tried again by itself.")
    if workflow_id.startswith(funding_workflow_id("")) and await parts.hands.current_run(workflow_id) is None:
        await restarted(parts, workflow_id)
        return checking("Its process was started anew from the record.")
    return moved_on("Temporal was told everything that waited for it.")
