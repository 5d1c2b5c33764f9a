"""When each round of the watch last saw everything, and what it measured: the console's "as of"."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.watch_tables import Sweep


async def note_sweep(session: AsyncSession, name: str, now: datetime, facts: dict[str, Any]) -> None:
    """A round has seen everything that it looks at."""
    row = {"name": name, "ended_at": now, "tried_at": now, "error_type": None, "facts": facts}
    await _keep(session, row, row)


async def note_blind_sweep(session: AsyncSession, name: str, now: datetime, error_type: str) -> None:
    """A round could not see: when it last could, and what it measured then, stay as they are."""
    tried = {"name": name, "tried_at": now, "error_type": error_type}
    await _keep(session, {**tried, "ended_at": None, "facts": {}}, tried)


async def _keep(session: AsyncSession, row: dict[str, Any], changed: dict[str, Any]) -> None:
    query = insert(Sweep).values(**row)
    await session.execute(query.on_conflict_do_update(index_elements=[Sweep.name], set_=changed))
