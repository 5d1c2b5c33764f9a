"""A case on which mail and money wait. Its deadlines go on: only the Virtual School pauses those."""

from sqlalchemy.ext.asyncio import AsyncSession

from store.repairables import hold_case, release_case
from watch.performing.deed import CHANGED, Deed, Done, changed, moved_on


async def hold(session: AsyncSession, deed: Deed) -> Done:
    """No letter and no payment leaves for it; what is being sent at this moment still arrives."""
    if not await hold_case(session, str(deed.item.case_id), deed.repair.id, deed.now):
        return changed(CHANGED)
    return moved_on("Mail and money of this case wait until somebody releases them.")


async def release(session: AsyncSession, deed: Deed) -> Done:
    """What waited leaves by itself."""
    if not await release_case(session, str(deed.item.case_id)):
        return changed(CHANGED)
    return moved_on("Mail and money of this case leave again.")
