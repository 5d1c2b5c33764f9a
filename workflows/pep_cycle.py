"""A child's years in care: opens one review each academic term (PROCESS.md B1). One run a term."""

from temporalio import workflow

from contracts.activities import OpenReview
from contracts.messages import CycleRun, CycleTold, Opening
from workflows import effects
from workflows.waiting import Waiting


@workflow.defn(name="pep_cycle")
class PepCycle:
    """Waits for the next term's opening, opens its review, and begins again."""

    @workflow.init
    def __init__(self, cycle: CycleRun) -> None:
        self._case_id = cycle.case_id
        self._opening = cycle.opening
        self._in_care = cycle.in_care
        self._heard = cycle.heard
        self._clock_shift = cycle.clock_shift
        self._waiting = Waiting(cycle.clock_shift)

    @workflow.run
    async def run(self, cycle: CycleRun) -> None:
        await self.until_the_next_review_opens()
        if self._in_care:
            await self.open_the_review()
            await self.begin_again()

    async def until_the_next_review_opens(self) -> None:
        """The opening moves with term dates and agreed meetings; with no term known it waits to be told of one."""
        while self._in_care and await self._something_changes(self._opening):
            pass

    async def open_the_review(self) -> None:
        """The record opens it and starts its own workflow, which outlives this run and every later one (adr/0003)."""
        assert self._opening is not None, "only a known opening can come"  # noqa: S101
        opened = await effects.open_review(OpenReview(self._case_id, self._opening.term))
        if opened.up_to >= self._heard:
            self._opening = opened.next_opening

    async def begin_again(self) -> None:
        """A run a term, after every signal that arrived was taken in."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(CycleRun(self._case_id, self._opening, self._heard, self._in_care, self._clock_shift))

    async def _something_changes(self, opening: Opening | None) -> bool:
        """False when the opening's instant has come and nothing was changed before."""
        return await self._waiting.somebody_acts_before(
            opening.at if opening else None, lambda: self._opening != opening or not self._in_care
        )

    @workflow.signal
    def opening_changed(self, told: CycleTold) -> None:
        """Another opening for the next review, or the child is no longer in care."""
        if told.number > self._heard:
            self._heard = told.number
            self._opening = told.opening
            self._in_care = told.in_care
