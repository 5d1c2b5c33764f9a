"""Takes a report about a letter that came back."""

import os
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from casework.undelivered import take_bounce
from commands.errors import NotRunningError
from commands.service import find
from commands.telling import complain, say
from post.bounces import MOST_BYTES, Bounce, read_report
from settings import SettingsError
from store.clock import DatabaseClock
from store.database import Database

TRY_AGAIN = getattr(os, "EX_TEMPFAIL", 75)
"""What mail servers read as "not now" (sysexits.h): they keep the report and hand it over again."""
_NOT_NOW = "The service's database was not reached, so nothing was changed. Hand this report over again later."


async def bounce(data: Path | None) -> int:
    """Note the letter that came back, if standard input says so; gives the exit code. No sentence names anybody."""
    found = read_report(sys.stdin.buffer.read(MOST_BYTES))
    while sys.stdin.buffer.read(MOST_BYTES):  # whoever writes into the pipe is not cut off
        pass
    if found is None:
        say("This is no report of a letter that came back for good. Nothing was changed.")
        return 0
    try:
        noted = await _noted(found, data)
    except (NotRunningError, SettingsError, SQLAlchemyError, OSError):
        complain(_NOT_NOW)
        return TRY_AGAIN
    if noted:
        say("A letter came back. Its case says so, and the Virtual School has it among the people who were not told.")
    else:
        say("No letter of this service waits for this report. Nothing was changed.")
    return 0


async def _noted(found: Bounce, data: Path | None) -> bool:
    database = Database(find(data).database_url)
    try:
        now = await DatabaseClock(database).now()
        async with database.transaction() as session:
            return await take_bounce(session, found.message_ids, found.smtp_code, now)
    finally:
        await database.close()
