"""The record activities: one short transaction each, ours alone (DESIGN.md, One submission, step 5)."""

from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from casework.cycles import open_review
from casework.passing import pass_time
from contracts.activities import ClockStep, OpenedReview, OpenReview, RecordActivities, StepTaken
from contracts.clock import Clock
from contracts.errors import Fault
from store.database import Database

SKEW_ALLOWED = timedelta(seconds=2)
"""Temporal's clock wakes, the database's stamps; more than this apart is an operator's to mend."""


class Records(RecordActivities):
    """Built by the worker with the database and the clock."""

    def __init__(self, database: Database, clock: Clock, skew_allowed: timedelta = SKEW_ALLOWED) -> None:
        self._database = database
        self._clock = clock
        self._skew_allowed = skew_allowed

    @activity.defn(name="open_review")
    async def open_review(self, request: OpenReview) -> OpenedReview:
        """Open the review of a term; the same request again gives the review that is open (B1)."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return await open_review(session, request.case_id, request.term, now)

    @activity.defn(name="take_step")
    async def take_step(self, step: ClockStep) -> StepTaken:
        """Write what follows from a deadline that has passed, if it is still true."""
        now = await self._clock.now()
        if step.due - now > self._skew_allowed:
            raise ApplicationError("the clocks of Temporal and the database differ", type=Fault.CLOCK_SKEW)
        async with self._database.transaction() as session:
            return await pass_time(session, step.review_id, max(now, step.due))
