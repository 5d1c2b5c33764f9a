"""Whether PostgreSQL answers at all."""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database

_ANYTHING = text("SELECT 1")


async def answers(database: Database, patience: float) -> bool:
    """Whether it answers a question without tables within so many seconds."""
    try:
        async with asyncio.timeout(patience), database.alone() as session:
            await session.execute(_ANYTHING)
    except (SQLAlchemyError, OSError):
        return False
    return True
