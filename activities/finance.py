"""The port to the finance system: what may be asked of it, and what it may answer (PROCESS.md A8)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """One payment to a school. Everything in it is stored before it is sent and never changes afterwards."""

    key: str
    """The business key (`payment_key`): the same key twice is one payment, for ever."""
    school_urn: str
    case_ref: str
    academic_year: str
    """As schools write it: `2026/27`."""
    term: str
    pence: int

    def __post_init__(self) -> None:
        if type(self.pence) is not int or self.pence <= 0:
            raise ValueError("A payment is a whole number of pence, and more than none.")
        if not (self.key.isascii() and self.key.isprintable()) or " " in self.key:
            raise ValueError("A payment key is plain characters without spaces; payment_key makes one.")


class PaymentOutcome(StrEnum):
    """What is known about a payment after asking."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """It was not made and will not be made under this key."""
    UNKNOWN = "unknown"
    """We cannot tell. Look it up; never send it again on this answer."""
    NOT_FOUND = "not_found"
    """Only when looking up: the finance system has never heard of the key."""


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """`pence` is the sum that the finance system has under the key, where it said so."""

    outcome: PaymentOutcome
    reference: str | None = None
    pence: int | None = None


class PaymentDiffers(Exception):
    """The finance system has a payment under this key that is not the one we ordered. Finance must settle it."""

    def __init__(self) -> None:
        super().__init__(
            "The finance system already has another payment under this key. Nothing was paid now. "
            "Finance must compare the two and correct one of them."
        )


class FinanceSystem(Protocol):
    """Whoever pays. Implementations are safe to call from several places at once."""

    async def pay(self, payment: PaymentOrder) -> PaymentAnswer:
        """Pay once. A key that is already paid is accepted again without effect.

        Raises PaymentDiffers where the key stands for something else.
        """
        ...

    async def look_up(self, key: str) -> PaymentAnswer:
        """What became of the payment under a key. Changes no payment."""
        ...


def payment_key(case_ref: str, academic_year: str, term: str) -> str:
    """`grant-<case ref>-2026-27-autumn`: one key for a child, year and term, in characters that any system takes."""
    return f"grant-{quote(case_ref, safe='')}-{academic_year.replace('/', '-')}-{term}"
