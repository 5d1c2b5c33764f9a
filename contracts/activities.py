"""Signatures of the activities: workflows name them without importing what they do."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from contracts.funding import FundingStanding, FundingStep
from contracts.messages import Opening
from contracts.review import ReviewPlan, Standing


@dataclass(frozen=True, slots=True)
class OpenReview:
    """Ask to open the review of one term of one case."""

    case_id: str
    term: str


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """A review was opened and its workflow started; when the term after it opens (None while none is known)."""

    next_opening: Opening | None
    up_to: int = 0
    """The number of the last message to the cycle that this takes into account."""


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A deadline has passed: write what follows from it, if it is still true."""

    review_id: str
    due: datetime
    plan_version: int = 1
    """The version of the plan that the workflow has."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """How the review stands after a step."""

    standing: Standing
    letters_waiting: bool = False
    """True only in histories of runs that had their letters sent themselves; now the worker's sweep does (adr/0004)."""
    plan: ReviewPlan | None = None
    """The new version of the plan, where the step brought one."""


@dataclass(frozen=True, slots=True)
class LettersSent:
    """An answer that nobody asks for any more: the worker's sweep sends (adr/0004)."""

    waiting: int
    """How many letters of the review were still waiting; 0 since."""


class RecordActivities:
    """One transaction per effect: the record, its audit and its letters."""

    @activity.defn(name="open_review")
    async def open_review(self, request: OpenReview) -> OpenedReview:
        raise NotImplementedError

    @activity.defn(name="take_step")
    async def take_step(self, step: ClockStep) -> StepTaken:
        raise NotImplementedError


class LetterActivities:
    """Send what waits in the outbox for one review: asked by runs of before the sweep sent everything (adr/0004)."""

    @activity.defn(name="send_letters")
    async def send_letters(self, review_id: str) -> LettersSent:
        raise NotImplementedError


class GrantActivities:
    """Move money, once."""

    @activity.defn(name="release_grant")
    async def release_grant(self, review_id: str) -> StepTaken:
        raise NotImplementedError


class FundingActivities:
    """Additional funding: say when its decision is late, and pay what was agreed, once."""

    @activity.defn(name="escalate_funding")
    async def escalate_funding(self, step: FundingStep) -> FundingStanding:
        raise NotImplementedError

    @activity.defn(name="pay_funding")
    async def pay_funding(self, application: str) -> FundingStanding:
        raise NotImplementedError
