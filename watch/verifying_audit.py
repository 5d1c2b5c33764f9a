"""Verifies the operators' audit again and again; the page Audit says what is wrong with it (repairs/verifying.py)."""

from datetime import datetime, timedelta
from typing import Any

from repairs.verifying import verify
from starter.encryption import KeyRing
from watch.parts import Parts
from watch.sealing import Sealing

NAME = "audit"
EVERY = timedelta(minutes=15)


async def verify_audit(parts: Parts, sealing: Sealing, now: datetime) -> dict[str, Any]:
    """Read every line of every chain; the sentences are what does not fit.

    The last seal that this process made is known without the database: one that was cut off since is missed.
    """
    async with parts.database.transaction() as session:
        faults = await verify(session, KeyRing(parts.settings.encryption_keys), now, sealing.last)
    return {"faults": len(faults), "sentences": faults[:20]}
