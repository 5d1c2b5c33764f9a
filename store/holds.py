"""Cases on which an operator holds mail and money. Their deadlines go on."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.watch_tables import CaseHold


async def is_held(session: AsyncSession, case_id: str) -> bool:
    """Whether mail and money of this case wait for an operator to release it."""
    return (await session.execute(select(CaseHold.case_id).where(CaseHold.case_id == case_id))).first() is not None
