"""One application for additional funding: the Virtual School decides, and what it agreed is paid (PROCESS.md A12)."""

from temporalio import workflow

from contracts.funding import Decision, FundingOutcome, FundingRun, FundingStep, FundingTold
from workflows import effects
from workflows.waiting import Waiting


@workflow.defn(name="funding_application")
class FundingApplication:
    """Keeps the clock of one application. Its letters are written with the acts, and sent by the worker's sweep."""

    @workflow.init
    def __init__(self, application: FundingRun) -> None:
        self._application = application.application
        self._decide_by = application.decide_by
        self._decision = application.decision
        self._heard = application.heard
        self._paid = self._kept = False
        self._waiting = Waiting(application.clock_shift)

    @workflow.run
    async def run(self, application: FundingRun) -> FundingOutcome:
        await self.until_the_virtual_school_decides()
        await self.pay_what_was_agreed()
        return FundingOutcome(self._decision, self._paid, self._kept)

    async def until_the_virtual_school_decides(self) -> None:
        """Its head is told once when the day of the decision is over; the application waits on."""
        if not await self._waiting.somebody_acts_before(self._decide_by, self._is_decided):
            late = await effects.escalate_funding(FundingStep(self._application, self._decide_by))
            self._take_up(late.decision)
            await workflow.wait_condition(self._is_decided)

    async def pay_what_was_agreed(self) -> None:
        """Only what the Virtual School agreed, once, and not what it keeps for a child without a school place."""
        if self._decision is Decision.AGREED:
            standing = await effects.pay_funding(self._application)
            self._paid, self._kept = standing.paid, standing.kept

    def _is_decided(self) -> bool:
        return self._decision is not None

    def _take_up(self, decision: Decision | None) -> None:
        """A decision is made once: nothing changes it."""
        self._decision = self._decision or decision

    def _hear(self, told: FundingTold) -> None:
        self._heard = max(self._heard, told.number)
        self._take_up(told.decision)

    @workflow.signal
    def funding_applied(self, told: FundingTold) -> None:
        """The application was stored; a run that was started from the record knows it."""
        self._hear(told)

    @workflow.signal
    def funding_decided(self, told: FundingTold) -> None:
        """The Virtual School has agreed or declined."""
        self._hear(told)
