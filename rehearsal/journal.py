"""The journal of a rehearsal: the case's history, in the words and the order of ACTS.md."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import LONDON
from store.events import history

_FIELDS = {
    "opened": (),
    "stage": ("stage",),
    "deadline": ("name", "on", "sentence"),
    "accepted": ("action",),
    "refused": ("action", "rules", "sentences"),
    "letter": ("kind", "to", "level"),
    "grant": ("pence", "key"),
    "funding": ("pence", "key"),
    "missed": ("why",),
    "closed": (),
}
"""What the journal tells, and with which fields. The history has more: what only operators need stays there."""


async def journal(session: AsyncSession) -> list[dict[str, Any]]:
    """Every row in order of time, `at` in London time with its offset, each with its child and term."""
    return [
        {
            "at": line.at.astimezone(LONDON).isoformat(timespec="seconds"),
            "child": line.child,
            "term": line.term,
            "what": line.what,
            **{name: line.facts[name] for name in _FIELDS[line.what] if name in line.facts},
        }
        for line in await history(session)
        if line.what in _FIELDS
    ]
