"""The operators' audit: a chain of lines for every case, and `-` for what is about no one case.

Each line holds the hash of the one before, so that none can be changed, moved or taken out between two others without
a trace. What is cut off at the end shows by the seals (repairs/seals.py); `repairs/verifying.py` looks for all of it.
Facts are references, numbers and fixed words: never a name, an address, or words about a child. What somebody typed
stands in the table of repairs, where it can be taken out; its SHA-256 is here (`words_hash`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from repairs.freezing import canonical
from store.operator_audit import add_line, head, one_writer_at_a_time
from store.watch_tables import ABOUT_NO_CASE, AuditEntry

BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that somebody did, or the watch (`person_id` None). `facts`: text, whole numbers, truth values."""

    what: str
    person_id: int | None = None
    chain: str = ABOUT_NO_CASE
    facts: Mapping[str, Any] = field(default_factory=dict)


async def note(session: AsyncSession, now: datetime, *entries: Entry) -> None:
    """Add lines to the audit, in the transaction of what they record and as its last step.

    Chains are locked in the order of their names, after everything else: no two transactions wait for each other.
    """
    for entry in sorted(entries, key=lambda one: one.chain):
        await one_writer_at_a_time(session, entry.chain)
        number, before = await head(session, entry.chain) or (0, BEFORE_THE_FIRST)
        line = AuditEntry(
            chain=entry.chain,
            number=number + 1,
            at=now,
            person_id=entry.person_id,
            what=entry.what,
            facts=dict(entry.facts),
            before=before,
        )
        line.hash = hash_of(line)
        await add_line(session, line)


def words_hash(words: str) -> str:
    """By this the audit knows what somebody typed, without holding it: the SHA-256 in hexadecimal."""
    return hashlib.sha256(words.encode()).hexdigest()


def with_words(facts: Mapping[str, Any], words: str | None) -> dict[str, Any]:
    """The facts of a line as people read them. `words` are those that the repair has now."""
    told = dict(facts)
    known = told.pop("reason_sha256", None)
    if known is None:
        return told
    is_same = words is not None and words_hash(words) == known
    return {**told, "reason": words if is_same else "(changed or taken out since)"}


def hash_of(line: AuditEntry, *, number: int | None = None) -> str:
    """The SHA-256 of a line, in hexadecimal; with `number` as if it stood there."""
    whole = {
        "before": line.before,
        "chain": line.chain,
        "number": line.number if number is None else number,
        "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "person": line.person_id,
        "what": line.what,
        "facts": line.facts,
    }
    return hashlib.sha256(canonical(whole)).hexdigest()
