"""Whether a watch leads: the health check of the watch's container, `python -m deploy.watch_health`.

Exit code 0 when one does, 1 with a sentence when none does or PostgreSQL does not answer. With several watches it says
that one of them works, not which. A watch lives on while PostgreSQL is away: do not have it restarted for that.
"""

import asyncio
import sys

from sqlalchemy.exc import SQLAlchemyError

import settings
from store.database import Database
from store.leading import is_led

PATIENCE = 10.0
"""Seconds for PostgreSQL's answer."""


async def main() -> str:
    """What is wrong, in a sentence; nothing when all is well."""
    database = Database(settings.load().database_url, pool_size=1)
    try:
        async with asyncio.timeout(PATIENCE), database.transaction() as session:
            led = await is_led(session)
    except (SQLAlchemyError, OSError) as error:
        return f"PostgreSQL cannot be asked: {type(error).__name__}."
    finally:
        await database.close()
    return "" if led else "No watch leads: nobody looks for what is stuck."


if __name__ == "__main__":
    sys.exit(asyncio.run(main()) or 0)
