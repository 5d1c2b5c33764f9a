"""How money stands, in words: a name, a sentence, and a tag's colour that says nothing more than the name."""

from dataclasses import dataclass

from contracts.payments import MoneyState, RunState


@dataclass(frozen=True, slots=True)
class Words:
    """`name` stands in a tag, `means` beside the number."""

    name: str
    means: str
    tone: str


STATES = {
    MoneyState.DUE: Words(
        "Due", "Decided, and not sent yet: it is sent by itself, unless the case is on hold.", "yellow"
    ),
    MoneyState.SENT: Words("On its way", "Sent; the finance system has not answered yet.", "blue"),
    MoneyState.UNKNOWN: Words(
        "Unknown", "Nobody can say whether it was paid: finance is asked before anything is sent again.", "orange"
    ),
    MoneyState.REFUSED: Words(
        "Refused",
        "The finance system refused it, and nothing was paid. Finance puts it right, then pays it again.",
        "red",
    ),
    MoneyState.PAID: Words("Paid", "The finance system has confirmed it.", "green"),
    MoneyState.PAID_OTHERWISE: Words(
        "Paid by other means", "Noted by two people of finance, on evidence.", "turquoise"
    ),
    MoneyState.OWED_BACK: Words(
        "Owed back", "Paid, and all or a part of it is owed back. What is in no run yet is paid without that.", "purple"
    ),
    MoneyState.KEPT: Words(
        "Kept", "Decided without a school place: the Virtual School spends it for the child.", "grey"
    ),
}
RUNS = {
    RunState.MADE: Words("Waits for approval", "Another person of finance approves it.", "yellow"),
    RunState.APPROVED: Words("Approved", "Either of the two takes the file.", "blue"),
    RunState.EXPORTED: Words("Exported", "Its file was taken to the bank.", "green"),
    RunState.CANCELLED: Words("Cancelled", "Its payments are free for another run.", "grey"),
}
KINDS = {"grant": "Grant", "funding": "Additional funding"}
