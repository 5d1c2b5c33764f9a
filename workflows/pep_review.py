"""One term's PEP, from the first reminder to the released grant and until the next review's meeting is held."""

from collections.abc import Container
from datetime import datetime

from temporalio import workflow

from contracts.activities import ClockStep
from contracts.messages import ReviewOutcome, ReviewRun, ReviewTold
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, FINAL, ReviewPlan, Stage, Standing
from rules.progress import next_wake
from workflows import effects
from workflows.waiting import Waiting

MEETING_HELD = frozenset(Stage) - BEFORE_THE_MEETING - {Stage.PAUSED}
COMPLETE_AND_SIGNED = MEETING_HELD - BEING_COMPLETED
SIGNED_OFF = FINAL | {Stage.PAYING, Stage.IN_FORCE}
NO_LONGER_IN_FORCE = frozenset(Stage) - {Stage.IN_FORCE}


@workflow.defn(name="pep_review")
class PepReview:
    """Waits for people and keeps the clock. What people may do, PostgreSQL decides; the rules say what is due."""

    @workflow.init
    def __init__(self, review: ReviewRun) -> None:
        self._plan = review.plan
        self._standing = review.standing
        self._heard = review.heard
        self._clock_shift = review.clock_shift
        self._waiting = Waiting(review.clock_shift)

    @workflow.run
    async def run(self, review: ReviewRun) -> ReviewOutcome:
        while not self._is_over():  # a plan that is opened again goes the same way
            await self.until_a_meeting_is_held()
            await self.until_both_parties_complete_and_sign()
            await self.until_the_virtual_school_signs_off()
            await self.release_the_grant()
            await self.in_force_until_the_next_meeting_is_held()
        return ReviewOutcome(self._standing.stage)

    async def until_a_meeting_is_held(self) -> None:
        """Reminders, then the date, the preparation and the meeting; a term that ends without one is missed (B1)."""
        await self._keep_the_clock_until(MEETING_HELD)

    async def until_both_parties_complete_and_sign(self) -> None:
        """Seven days for both parties' parts and signatures, then chasers and escalation (A3, A4, A6)."""
        await self._keep_the_clock_until(COMPLETE_AND_SIGNED)

    async def until_the_virtual_school_signs_off(self) -> None:
        """Five school days for the Virtual School; a returned plan is amended and signed again in this step (A7)."""
        await self._keep_the_clock_until(SIGNED_OFF)

    async def release_the_grant(self) -> None:
        """Only now does money move (A8)."""
        if self._standing.stage is Stage.PAYING:
            released = await effects.release_grant(self._plan.review_id)
            self._take_up(released.standing, released.plan)

    async def in_force_until_the_next_meeting_is_held(self) -> None:
        """The plan holds until the next one's meeting, with one check-in on the way (A9)."""
        await self._keep_the_clock_until(NO_LONGER_IN_FORCE)

    def _is_over(self) -> bool:
        return self._standing.stage in FINAL

    async def _keep_the_clock_until(self, reached: Container[Stage]) -> None:
        while self._standing.stage not in reached:
            if workflow.info().is_continue_as_new_suggested():
                await self._start_afresh()
            due = next_wake(self._plan, self._standing)
            if not await self._somebody_acts_before(due, self._standing):
                assert due is not None, "only a deadline can pass"  # noqa: S101
                await self._take_the_step(due)

    async def _somebody_acts_before(self, due: datetime | None, seen: Standing) -> bool:
        return await self._waiting.somebody_acts_before(due, lambda: self._standing is not seen)

    async def _take_the_step(self, due: datetime) -> None:
        taken = await effects.take_step(ClockStep(self._plan.review_id, due, self._plan.version))
        self._take_up(taken.standing, taken.plan)
        # Never so any more (docs/adr/0004). Kept for histories that have it, until no such run is open or kept for
        # replay: two terms after the release that has this line (docs/development.md, To change a workflow).
        if taken.letters_waiting:
            await effects.send_letters(self._plan.review_id)

    async def _start_afresh(self) -> None:
        """A long history goes on in a new run with the whole state, after every signal that arrived was taken in."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(ReviewRun(self._plan, self._standing, self._heard, self._clock_shift))

    def _take_up(self, news: Standing, plan: ReviewPlan | None) -> None:
        """Late news changes nothing: the record counts its changes, and the versions of a plan."""
        if plan is not None and plan.version > self._plan.version:
            self._plan = plan
        if news.changes > self._standing.changes:
            self._standing = news

    def _hear(self, told: ReviewTold) -> None:
        self._heard = max(self._heard, told.number)
        self._take_up(told.standing, told.plan)

    @workflow.signal
    def meeting_arranged(self, told: ReviewTold) -> None:
        """The meeting has a date, or another one (B2, M6, M7)."""
        self._hear(told)

    @workflow.signal
    def meeting_recorded(self, told: ReviewTold) -> None:
        """The meeting was held, or it was not and a new date is needed."""
        self._hear(told)

    @workflow.signal
    def part_completed(self, told: ReviewTold) -> None:
        """A party has submitted all of its part (A3, B5)."""
        self._hear(told)

    @workflow.signal
    def signed(self, told: ReviewTold) -> None:
        """A party has signed (A4)."""
        self._hear(told)

    @workflow.signal
    def returned(self, told: ReviewTold) -> None:
        """The Virtual School has returned parts; every signature is asked for again."""
        self._hear(told)

    @workflow.signal
    def signed_off(self, told: ReviewTold) -> None:
        """The Virtual School has signed off: the grant is released (A7, A8)."""
        self._hear(told)

    @workflow.signal
    def next_meeting_held(self, told: ReviewTold) -> None:
        """The next term's meeting was held: this plan is closed."""
        self._hear(told)

    @workflow.signal
    def plan_changed(self, told: ReviewTold) -> None:
        """Something else changed what is waited for."""
        self._hear(told)
