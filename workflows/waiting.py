"""Race people against one absolute deadline. The deadline is an instant, never a duration that could start again."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

NEARLY = timedelta(seconds=2)
"""Temporal's clock and the database's may differ by this much: what is due within it is due."""


class Waiting:
    """The clock of one workflow run, and the one alarm that it has set.

    An alarm that rings too early costs less than cancelling it and setting another: it is kept while it rings before
    the deadline (docs/economy.md).
    """

    def __init__(self, clock_shift: float) -> None:
        self._shift = timedelta(seconds=clock_shift)
        self._alarm: asyncio.Task[None] | None = None
        self._rings_at: datetime | None = None

    def now(self) -> datetime:
        """The process's time, in UTC. The shift is 0 everywhere but in a rehearsal."""
        return workflow.now() + self._shift

    async def somebody_acts_before(self, deadline: datetime | None, acted: Callable[[], bool]) -> bool:
        """True once somebody has acted, False when the deadline has come; without a deadline it waits for ever."""
        while not acted():
            if deadline is None:
                await workflow.wait_condition(acted)
            elif deadline - self.now() <= NEARLY:
                return False
            else:
                self._set_alarm(deadline)
                await workflow.wait_condition(lambda: acted() or self._alarm_has_rung())
        return True

    def _alarm_has_rung(self) -> bool:
        return self._alarm is None or self._alarm.done()

    def _set_alarm(self, deadline: datetime) -> None:
        if self._alarm is not None and not self._alarm.done():
            if self._rings_at is not None and self._rings_at <= deadline:
                return
            self._alarm.cancel()
        self._rings_at = deadline
        self._alarm = asyncio.create_task(asyncio.sleep((deadline - self.now()).total_seconds()))
