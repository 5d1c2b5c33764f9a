"""The one row of the authority."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import Authority


async def keep_authority(session: AsyncSession, **details: Any) -> None:
    """Store the authority, or change what differs. `details` are the columns of the table."""
    row = insert(Authority).values(id=1, **details)
    await session.execute(row.on_conflict_do_update(index_elements=["id"], set_=details))
