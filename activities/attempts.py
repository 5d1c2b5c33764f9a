"""Notes every attempt of an activity that fails, and the success that ends the failures: Temporal keeps the last only.

Nothing is noted of what succeeds at once. Noting happens beside the activity: it neither delays nor breaks one.
"""

import asyncio
import logging
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, is_cancelled_exception
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from contracts.clock import Clock
from contracts.errors import Fault
from rules.fingerprints import normalised
from store.attempts import NewAttempt, note_attempt
from store.database import Database

_PATIENCE = 5.0
"""Seconds that one note may take; then it is left out."""
_MOST_WAITING = 200
"""Notes that wait to be written. More are left out: where PostgreSQL is away the watch asks Temporal instead."""
_MOST_REMEMBERED = 10_000
_OURS = frozenset(fault.value for fault in Fault)
log = logging.getLogger(__name__)


class Attempts(Interceptor):
    """For the worker: one for all of its activities, also those inside a workflow task."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._waiting: set[asyncio.Task[None]] = set()
        self._have_failed: set[tuple[str, str, str]] = set()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Noting(next, self)

    def failed(self, info: activity.Info, error: BaseException) -> None:
        """An attempt has failed."""
        if not info.is_local and len(self._have_failed) < _MOST_REMEMBERED:
            self._have_failed.add(_step(info))
        self._note(info, error)

    def succeeded(self, info: activity.Info) -> None:
        """An attempt has succeeded: noted where attempts before it had failed."""
        if info.attempt > 1 or _step(info) in self._have_failed:
            self._have_failed.discard(_step(info))
            self._note(info, None)

    async def written(self) -> None:
        """Wait until everything that was to be noted is noted or left out."""
        while self._waiting:
            await asyncio.wait(self._waiting)

    def _note(self, info: activity.Info, error: BaseException | None) -> None:
        if len(self._waiting) < _MOST_WAITING:
            task = asyncio.create_task(self._write(info, error))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def _write(self, info: activity.Info, error: BaseException | None) -> None:
        try:
            async with self._one_at_a_time, asyncio.timeout(_PATIENCE):
                now = await self._clock.now()
                error_type, message = (None, None) if error is None else said_of(error)
                noted = NewAttempt(
                    now, info.workflow_id or "", info.workflow_run_id or "", info.activity_type, info.activity_id,
                    info.attempt, info.is_local, error is None, error_type, message,
                )  # fmt: skip
                async with self._database.alone() as session:
                    await note_attempt(session, noted)
        except Exception as trouble:  # the activity has its own answer; the watch's look at Temporal fills the gap
            log.warning("an attempt could not be noted", extra={"error_type": type(trouble).__name__})


class _Noting(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, attempts: Attempts) -> None:
        super().__init__(next)
        self._attempts = attempts

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        try:
            answer = await self.next.execute_activity(input)
        except Exception as error:
            if not is_cancelled_exception(error):
                self._attempts.failed(info, error)
            raise
        self._attempts.succeeded(info)
        return answer


def said_of(error: BaseException) -> tuple[str, str]:
    """The type of an error and, of our own typed ones alone, what they say without particulars."""
    if isinstance(error, ApplicationError) and error.type:
        return error.type, normalised(error.message) if error.type in _OURS else ""
    return type(error).__name__, ""


def _step(info: activity.Info) -> tuple[str, str, str]:
    return info.workflow_id or "", info.workflow_run_id or "", info.activity_id
