"""What can be stuck, and what an operator does about it: the words that the watch, the console and the record share.

Stored and shown by their values, so additive only. Nothing here is about anybody.
"""

from enum import StrEnum


class ProblemKind(StrEnum):
    """The classes of stuck work (docs/adr/0011-the-watch.md)."""

    ACTIVITY_FAILING = "activity_failing"
    """A step fails again and again."""
    WORKFLOW_FAILING = "workflow_failing"
    """The process's own code fails: a fault of this service, or other code than the one that began it."""
    NOT_PICKED_UP = "not_picked_up"
    """A run that nobody takes up: no worker, another queue, a version that is gone, more work than hands."""
    WAIT_PASSED = "wait_passed"
    """Something was due and nothing followed."""
    NOT_TOLD = "not_told"
    """What somebody did is stored, and Temporal was not told of it."""
    LETTER_NOT_DELIVERED = "letter_not_delivered"
    """A letter cannot be sent, or came back."""
    PAYMENT_UNSURE = "payment_unsure"
    """Nobody can say whether it was paid, or finance refuses it."""
    SERVICE_STOPPED = "service_stopped"
    """A process of ours has stopped without saying so."""


NOT_TAKEN = "NotTaken"
"""The type of error of a run that only has to wait: workers of its queue and version ask for work."""


class ProblemState(StrEnum):
    """How far people are with a problem. Only the watch resolves one: when nothing of it is stuck any more."""

    NEW = "new"
    LOOKING = "looking"
    ON_HOLD = "on_hold"
    CHECKING = "checking"
    """Something was done; whether it has helped is being looked at."""
    RESOLVED = "resolved"
    CAME_BACK = "came_back"


class GoneBecause(StrEnum):
    """Why a thing is no longer stuck."""

    SUCCEEDED = "succeeded"
    """The step that was stuck has been seen to succeed."""
    OVERTAKEN = "overtaken"
    """Nothing waits for it any more: the run has ended, the letter is no longer true, the child has left care."""


class RepairKind(StrEnum):
    """What an operator can do."""

    TRY_NOW = "try_now"
    HOLD_STEP = "hold_step"
    RELEASE_STEP = "release_step"
    HOLD_CASE = "hold_case"
    RELEASE_CASE = "release_case"
    RESEND = "resend"
    CORRECT_ADDRESS = "correct_address"
    EXTEND = "extend"
    BRING_FORWARD = "bring_forward"
    REASSIGN = "reassign"
    PAID_OTHERWISE = "paid_otherwise"
    PAY_AGAIN = "pay_again"
    RESTART = "restart"
    """End the run and start it anew from the record."""
    RESET = "reset"
    """Take the run back to an earlier point of its history."""
    CANCEL = "cancel"
    """End a run that should not be there."""


class RepairState(StrEnum):
    """How far a repair is. It is previewed first; what was previewed, and nothing else, is done."""

    PREVIEWED = "previewed"
    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    REFUSED = "refused"
    """The second person said no."""
    EXPIRED = "expired"


class ItemResult(StrEnum):
    """What became of one thing of a repair."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    CHECKING = "checking"
    """Done; whether the step succeeds now is being looked at."""
    MOVED_ON = "moved_on"
    """The step was seen to succeed."""
    STILL_FAILING = "still_failing"
    CHANGED_SINCE = "changed_since"
    """It no longer was as the preview had shown it; nothing was done."""
    NOT_ALLOWED = "not_allowed"
    """Rules or the record rule it out; nothing was done."""
    LEFT_OUT = "left_out"
    """The repair was stopped before its turn."""
