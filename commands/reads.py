"""`./pep reads`: who looked at a child's record. For whoever has to answer for it, at the machine itself."""

from pathlib import Path

from casework.errors import UnknownCase
from commands.errors import UsageError
from commands.service import opened
from commands.telling import say
from contracts.clock import LONDON
from store.cases import find_case
from store.record_reads import reads_of


async def show(child: str, data: Path | None) -> None:
    """One line a look, the oldest first, in London time. Raises UsageError for an unknown child."""
    async with opened(data) as service, service.database.transaction() as session:
        if await find_case(session, child) is None:
            raise UsageError(str(UnknownCase()))
        found = await reads_of(session, child)
    for look in found:
        say(f"{look.at.astimezone(LONDON):%Y-%m-%d %H:%M}  {look.email}  {look.what}")
    if not found:
        say(f"Nobody has looked at {child} yet.")
