"""The record activities: one short transaction each, ours alone (DESIGN.md, One submission, step 5)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from casework.clockwork import open_when_due, pass_time
from casework.errors import StepWithoutEffect
from contracts.activities import ClockStep, OpenedReview, OpenReview, RecordActivities, StepTaken
from contracts.clock import Clock
from contracts.errors import Fault
from contracts.review import FINAL
from store.database import Database
from store.reviews import KeptReview

SKEW_ALLOWED = timedelta(seconds=2)
"""Temporal's clock wakes, the database's stamps; more than this apart is an operator's to mend."""
StartReview = Callable[[KeptReview], Awaitable[None]]
"""Starts the workflow of a review; starting one that runs changes nothing."""


class Records(RecordActivities):
    """Built by the worker with the database, the clock, and what starts a review's workflow."""

    def __init__(
        self, database: Database, clock: Clock, start_review: StartReview, skew_allowed: timedelta = SKEW_ALLOWED
    ) -> None:
        self._database = database
        self._clock = clock
        self._start_review = start_review
        self._skew_allowed = skew_allowed

    @activity.defn(name="open_review")
    async def open_review(self, request: OpenReview) -> OpenedReview:
        """Open the review of a term and start its workflow; the same request again changes nothing (B1)."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            review, opened = await open_when_due(session, request.case_id, request.term, now)
        if review is not None and review.standing.stage not in FINAL:
            await self._start_review(review)
        return opened

    @activity.defn(name="take_step")
    async def take_step(self, step: ClockStep) -> StepTaken:
        """Write what follows from a deadline that has passed, if it is still true."""
        now = await self._clock.now()
        if step.due - now > self._skew_allowed:
            raise ApplicationError("the clocks of Temporal and the database differ", type=Fault.CLOCK_SKEW)
        try:
            async with self._database.transaction() as session:
                return await pass_time(session, step.review_id, max(now, step.due), step.plan_version)
        except StepWithoutEffect as error:
            raise ApplicationError("a deadline passed without effect", type=Fault.STEP_WITHOUT_EFFECT) from error
