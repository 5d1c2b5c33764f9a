"""`./pep audit`: what was done at the console, and whether its record is whole."""

from pathlib import Path

from rich.table import Table

from commands.errors import UsageError
from commands.service import opened
from commands.telling import complain, say, say_table
from repairs.audit import with_words
from repairs.seals import Sealed
from repairs.verifying import verify as faults_of
from starter.encryption import KeyRing
from store.audit_lists import audit_lines
from store.cases import find_case

_NOT_WHOLE = 1
_MOST = 10_000
"""Lines about one case that are printed: the newest."""


async def verify(seal: str | None, data: Path | None) -> int:
    """Look for lines that were changed, moved, deleted or cut off; gives the exit code. Raises UsageError."""
    known = _seal(seal)
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            faults = await faults_of(session, KeyRing(service.settings.encryption_keys), now, known)
    for fault in faults:
        say(fault)
    if faults:
        return _NOT_WHOLE
    say("The audit is whole.")
    if known is None:
        complain("Seals that were cut off show only against the watch's log: --seal N:SEAL with its last one.")
    return 0


async def show(ref: str, data: Path | None) -> int:
    """Print what was done about a case, and the repairs that touched it. Raises UsageError for an unknown case."""
    async with opened(data) as service, service.database.transaction() as session:
        if await find_case(session, ref) is None:
            raise UsageError("There is no case with this reference. Check it.")
        lines = await audit_lines(session, ref=ref, limit=_MOST)
    table = Table("When (UTC)", "Person", "What", "Facts", "Hash")
    for line in reversed(lines):
        read = sorted(with_words(line.facts, line.words).items())
        facts = ", ".join(f"{name} {value}" for name, value in read if value is not None)
        table.add_row(line.at.isoformat(timespec="seconds"), line.by or "the watch", line.what, facts, line.hash[:12])
    say_table(table)
    return 0


def _seal(typed: str | None) -> Sealed | None:
    """A seal as the log has it: `12:k1:4f...`."""
    if typed is None:
        return None
    number, _, seal = typed.partition(":")
    if not (number.isdecimal() and ":" in seal):
        raise UsageError("--seal: copy it from the watch's log, as NUMBER:KEY:SIGNATURE.")
    return Sealed(int(number), seal)
