"""Seals of the audit: how long every chain was at an instant, signed with the settings' keys and chained themselves.

Whoever may write into the database can make a chain anew, but not a seal. A seal's number and signature also go to the
log, which is kept elsewhere: with one of them, seals that were cut off are seen as well.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from repairs.freezing import canonical
from repairs.keys import Keys
from store.operator_audit import add_seal, heads, last_seal, one_sealer_at_a_time, sealed_lengths
from store.watch_tables import AuditSeal

PURPOSE = "the seal of the operators' audit"
BEFORE_THE_FIRST = "-"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal as the log says it: its number, and its signature."""

    number: int
    seal: str


async def seal(session: AsyncSession, keys: Keys, now: datetime) -> Sealed | None:
    """Seal the chains that have grown since they were sealed last; None where none has."""
    await one_sealer_at_a_time(session)
    known = await sealed_lengths(session)
    grown = {chain: list(end) for chain, end in (await heads(session)).items() if end[0] > known.get(chain, 0)}
    if not grown:
        return None
    last = await last_seal(session)
    made = AuditSeal(
        id=(last.id if last else 0) + 1, at=now, chains=grown, before=last.seal if last else BEFORE_THE_FIRST
    )
    name, signature = keys.sign(content_of(made), PURPOSE)
    made.seal = f"{name}:{signature}"
    await add_seal(session, made)
    return Sealed(made.id, made.seal)


def content_of(seal: AuditSeal) -> bytes:
    """What is signed of a seal."""
    at = seal.at.astimezone(UTC).isoformat(timespec="microseconds")
    return canonical({"number": seal.id, "at": at, "chains": seal.chains, "before": seal.before})
