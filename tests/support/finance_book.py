"""The books of an invented finance system, outside of the product, and the ways in which it misbehaves."""

from collections import deque
from enum import StrEnum

from activities.finance import PaymentAnswer, PaymentDiffers, PaymentOrder, PaymentOutcome


class Manner(StrEnum):
    """How one request is treated. `takes_effect` says whether the payment is made, whatever the caller is told."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    HANG_BEFORE = "no answer, not paid"
    FAIL_BEFORE = "500, not paid"
    HANG_AFTER = "no answer, paid"
    DROP_AFTER = "hang up, paid"
    FAIL_AFTER = "500, paid"
    LOGIN_PAGE = "200 with a web page, not paid"
    BUSY = "429, not paid"
    REDIRECT = "307, not paid"
    MIX_UP = "accepts another key, not paid"

    @property
    def takes_effect(self) -> bool:
        return self in {Manner.ACCEPT, Manner.HANG_AFTER, Manner.DROP_AFTER, Manner.FAIL_AFTER}


WITHOUT_AN_ANSWER = tuple(manner for manner in Manner if manner not in {Manner.ACCEPT, Manner.REFUSE})


class FinanceBook:
    """What was paid, what was refused, and everything that was asked, in order. Answers about a key are final."""

    def __init__(self) -> None:
        self.paid: dict[str, PaymentOrder] = {}
        self.refused: set[str] = set()
        self.asked: list[tuple[str, str, PaymentOutcome | None]] = []
        """`pay` or `look_up`, the key, and the answer that reached the caller (None: none)."""
        self._plan: deque[Manner] = deque()

    def plan(self, *manners: Manner) -> None:
        """How the next requests are treated, one manner each; after that all are treated well."""
        self._plan.extend(manners)

    def recover(self) -> None:
        """From now on everything is treated well."""
        self._plan.clear()

    def next_manner(self) -> Manner:
        return self._plan.popleft() if self._plan else Manner.ACCEPT

    def take(self, order: PaymentOrder, manner: Manner) -> PaymentAnswer:
        """Pay once. Raises PaymentDiffers."""
        if order.key in self.refused:
            return PaymentAnswer(PaymentOutcome.REFUSED)
        booked = self.paid.get(order.key)
        if booked is None and manner is Manner.REFUSE:
            self.refused.add(order.key)
            return PaymentAnswer(PaymentOutcome.REFUSED)
        if booked is None and manner.takes_effect:
            booked = self.paid[order.key] = order
        if booked is not None and booked != order:
            raise PaymentDiffers
        return PaymentAnswer(PaymentOutcome.ACCEPTED, f"P-{len(self.paid)}", order.pence)

    def about(self, key: str) -> PaymentAnswer:
        if key in self.refused:
            return PaymentAnswer(PaymentOutcome.REFUSED)
        booked = self.paid.get(key)
        if booked is None:
            return PaymentAnswer(PaymentOutcome.NOT_FOUND)
        return PaymentAnswer(PaymentOutcome.ACCEPTED, None, booked.pence)

    def note(self, asked: str, key: str, answer: PaymentAnswer | None) -> None:
        self.asked.append((asked, key, None if answer is None else answer.outcome))

    def sent_blindly(self, key: str) -> bool:
        """Whether a payment was sent a second time without having been told that the first had not arrived."""
        asked = [(what, outcome) for what, of, outcome in self.asked if of == key]
        first = next((place for place, (what, _) in enumerate(asked) if what == "pay"), len(asked))
        told = ("look_up", PaymentOutcome.NOT_FOUND)
        return any(what == "pay" and asked[place - 1] != told for place, (what, _) in enumerate(asked) if place > first)


class UnreliableFinance:
    """A FinanceSystem on such a book without a network between: what gets no answer is `unknown`."""

    def __init__(self, book: FinanceBook) -> None:
        self.book = book

    async def pay(self, payment: PaymentOrder) -> PaymentAnswer:
        manner = self.book.next_manner()
        taken = self.book.take(payment, manner)
        answer = PaymentAnswer(PaymentOutcome.UNKNOWN) if manner in WITHOUT_AN_ANSWER else taken
        self.book.note("pay", payment.key, answer)
        return answer

    async def look_up(self, key: str) -> PaymentAnswer:
        lost = self.book.next_manner() in WITHOUT_AN_ANSWER
        answer = PaymentAnswer(PaymentOutcome.UNKNOWN) if lost else self.book.about(key)
        self.book.note("look_up", key, answer)
        return answer
