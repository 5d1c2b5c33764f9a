"""Repairs in words: what a button says, what it does and does not do, how far it is, what became of each thing."""

from dataclasses import dataclass

from contracts.problems import ItemResult, RepairKind, RepairState


@dataclass(frozen=True, slots=True)
class RepairWords:
    """`name` stands on the button, `does` is a sentence or two before it."""

    name: str
    does: str


REPAIRS = {
    RepairKind.TRY_NOW: RepairWords("Try now", "The step is tried at once, and does not wait for its turn."),
    RepairKind.HOLD_STEP: RepairWords(
        "Hold the step", "The step is not tried until somebody releases it. Everything else about the case goes on."
    ),
    RepairKind.RELEASE_STEP: RepairWords("Release the step", "A step that is on hold is tried again."),
    RepairKind.HOLD_CASE: RepairWords(
        "Hold mail and money", "No letter and no payment leaves for the case until it is released. Its deadlines go on."
    ),
    RepairKind.RELEASE_CASE: RepairWords("Release mail and money", "Letters and payments that were held leave."),
    RepairKind.RESEND: RepairWords(
        "Send the letter again", "The same letter goes to whoever has the role today, where it is still true."
    ),
    RepairKind.CORRECT_ADDRESS: RepairWords(
        "Correct the address",
        "The person has the new address from then on, and signs in with it. The letters that did not arrive go there. "
        "They are signed out everywhere; their calendar's address and their tokens end, and an authenticator is set up "
        "anew. A Virtual School officer agrees first.",
    ),
    RepairKind.EXTEND: RepairWords("Extend a deadline", "A party has more school days. Reminders follow the new date."),
    RepairKind.BRING_FORWARD: RepairWords("Bring a date forward", "What waits for a later day happens on this one."),
    RepairKind.REASSIGN: RepairWords("Hand over to somebody else", "Somebody else has the role on these cases."),
    RepairKind.PAID_OTHERWISE: RepairWords(
        "Mark as paid by other means",
        "The ledger says that it was paid, with the reference of the evidence. Nothing is sent to the finance system. "
        "A second person of finance agrees first.",
    ),
    RepairKind.PAY_AGAIN: RepairWords(
        "Pay again",
        "A refused payment is sent anew, under a new key. It is not done where a payment was made. A second person of "
        "finance agrees first.",
    ),
    RepairKind.RESTART: RepairWords(
        "Start anew from the record",
        "The run is ended and starts again from what PostgreSQL has. Nothing is paid or sent twice. Another person at "
        "the console agrees first.",
    ),
    RepairKind.RESET: RepairWords(
        "Take the run back",
        "The run goes on from an earlier point of its history. It is not done where a payment would be repeated. "
        "Another person at the console agrees first.",
    ),
    RepairKind.CANCEL: RepairWords(
        "End the run",
        "For a run that should not be there: it ends for good, and the record stays as it is. Another person at the "
        "console agrees first.",
    ),
}
STATES = {
    RepairState.PREVIEWED: "previewed, nothing is done yet",
    RepairState.AWAITING_APPROVAL: "waits for a second person",
    RepairState.RUNNING: "running",
    RepairState.STOPPED: "stopped",
    RepairState.DONE: "done",
    RepairState.REFUSED: "refused by the second person",
    RepairState.EXPIRED: "expired, nothing was done",
}
RESULTS = {
    ItemResult.WAITING: "Waits for its turn",
    ItemResult.UNDER_WAY: "Under way",
    ItemResult.CHECKING: "Done, being checked",
    ItemResult.MOVED_ON: "Moved on",
    ItemResult.STILL_FAILING: "Still failing",
    ItemResult.CHANGED_SINCE: "Changed since the preview, nothing done",
    ItemResult.NOT_ALLOWED: "Not allowed, nothing done",
    ItemResult.LEFT_OUT: "Left out",
}
