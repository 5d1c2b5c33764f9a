"""Telling Temporal within the request, so that `told` is true when all is well; the worker's relay does the rest."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from starter.relay import Relay

BUDGET = 1.5
"""Seconds that a person waits for Temporal. The act is stored already; only `told` depends on it."""
PAUSE = 2.0
"""Seconds after a failure in which nobody waits for Temporal at all."""
log = logging.getLogger(__name__)


class Courier:
    """Tells what an act leaves to be told, within a budget, and does not wait again for what has just failed."""

    def __init__(self, relay: Relay | None) -> None:
        self._relay = relay
        self._rests_until = 0.0

    async def tell(self, workflow_ids: tuple[str, ...]) -> bool:
        """Whether Temporal has every message for these workflows. Never raises for what Temporal or the store does."""
        if not workflow_ids:
            return True
        clock = asyncio.get_running_loop().time
        if self._relay is None or clock() < self._rests_until:
            return False
        told = await _within_budget(self._relay, workflow_ids)
        self._rests_until = 0.0 if told else clock() + PAUSE
        return told


async def _within_budget(relay: Relay, workflow_ids: tuple[str, ...]) -> bool:
    try:
        async with asyncio.timeout(BUDGET):
            return await relay.tell_all(workflow_ids)
    except (TimeoutError, SQLAlchemyError) as error:
        log.warning("Temporal was not told in time; it will be", extra={"error_type": type(error).__name__})
        return False
