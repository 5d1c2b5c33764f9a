"""The relay: tells each workflow, in order, what PostgreSQL has stored for it (DESIGN.md, One submission, step 3)."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from casework.telling import cycle_told, funding_told, review_told
from contracts.clock import Clock
from starter.starting import Starter
from store.database import Database
from store.messages import Waiting, is_closed, mark_told, one_relay_at_a_time, untold, workflows_with_untold

PATIENCE = timedelta(seconds=4)
_AWAY = 2
_ARGUMENTS: dict[str, Callable[[int, dict[str, Any]], object]] = {
    "opening_changed": cycle_told,
    "funding_applied": funding_told,
    "funding_decided": funding_told,
}
"""What a signal carries, by its name; every other one is for a review."""
log = logging.getLogger(__name__)


class Relay:
    """In the request for speed, in the worker for certainty.

    While it waits for Temporal it keeps other relays of the same workflow waiting, and no act: it locks no row.
    """

    def __init__(self, database: Database, clock: Clock, client: Client, starter: Starter) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._starter = starter

    async def tell(self, workflow_id: str) -> bool:
        """Tell one workflow everything that waits for it; False when Temporal did not take it (it will later)."""
        try:
            async with self._database.transaction() as session:
                await one_relay_at_a_time(session, workflow_id)
                waiting = await untold(session, workflow_id)
                if waiting:
                    await self._tell(session, workflow_id, waiting)
                    await mark_told(session, workflow_id, waiting[-1].number, await self._clock.now())
        except (RPCError, RuntimeError, OSError) as error:
            log.warning("a workflow was not told yet; it will be", extra={"error_type": type(error).__name__})
            return False
        return True

    async def tell_all(self, workflow_ids: tuple[str, ...]) -> bool:
        """Whether every one of these workflows was told."""
        return all([await self.tell(workflow_id) for workflow_id in workflow_ids])

    async def sweep(self) -> int:
        """Tell whoever was not told yet; gives how many workflows still wait. The worker runs this for ever.

        Two failures in a row mean that Temporal is away: the rest waits for the next sweep.
        """
        async with self._database.alone() as session:
            waiting = await workflows_with_untold(session)
        told, failures = 0, 0
        for workflow_id in waiting:
            done = await self.tell(workflow_id)
            told, failures = told + done, 0 if done else failures + 1
            if failures == _AWAY:
                break
        return len(waiting) - told

    async def _tell(self, session: AsyncSession, workflow_id: str, waiting: list[Waiting]) -> None:
        try:
            for message in waiting:
                await self._signal(workflow_id, message)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if not await is_closed(session, workflow_id):
                await self._starter.restart(session, workflow_id, heard=waiting[-1].number)

    async def _signal(self, workflow_id: str, message: Waiting) -> None:
        handle = self._client.get_workflow_handle(workflow_id)
        argument = _ARGUMENTS.get(message.signal, review_told)(message.number, message.facts)
        await handle.signal(message.signal, argument, rpc_timeout=PATIENCE)
