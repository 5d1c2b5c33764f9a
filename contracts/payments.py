"""How money stands, as finance reads it: one word for a payment of either ledger, and how far a payment run is."""

from enum import StrEnum


class MoneyState(StrEnum):
    """What has become of a sum. Every sum is in exactly one."""

    DUE = "due"
    """Decided and not sent yet."""
    SENT = "sent"
    """Sent; the finance system has not answered."""
    UNKNOWN = "unknown"
    """Nobody can say whether it was paid. It counts as paid, and is looked up again and again."""
    REFUSED = "refused"
    PAID = "paid"
    PAID_OTHERWISE = "paid_otherwise"
    """Paid by other means than the finance system, on evidence that two people of finance have seen."""
    OWED_BACK = "owed_back"
    """Paid, and all or a part of it is owed back, or was taken back."""
    KEPT = "kept"
    """The child has no school place: the Virtual School keeps it and spends it for the child."""


class RunState(StrEnum):
    """How far a payment run is."""

    MADE = "made"
    APPROVED = "approved"
    EXPORTED = "exported"
    CANCELLED = "cancelled"
