"""Verifies the operators' audit again and again; the page Audit says what is wrong with it (repairs/verifying.py)."""

from datetime import datetime, timedelta
from typing import Any

from repairs.verifying import verify
from starter.encryption import KeyRing
from watch.parts import Parts

NAME = "audit"
EVERY = timedelta(minutes=15)


async def verify_audit(parts: Parts, now: datetime) -> dict[str, Any]:
    """Read every line of every chain; the sentences are what does not fit."""
    async with parts.database.transaction() as session:
        faults = await verify(session, KeyRing(parts.settings.encryption_keys), now)
    return {"faults": len(faults), "sentences": faults[:20]}
