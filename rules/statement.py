"""A line of a bank's or finance system's statement beside our ledger: what it means, and what to do about it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from contracts.payments import MoneyState


class Verdict(StrEnum):
    """What a line of a statement is."""

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    PAID_TWICE = "paid_twice"
    """An earlier line, of this statement or of another, is another payment of it."""
    NOT_OURS = "not_ours"
    REFUSED_BY_US = "refused_by_us"
    """Our ledger says that finance refused it under this key."""
    WAS_UNSURE = "was_unsure"
    """Our ledger could not say whether it was paid: here it is."""
    NOT_SENT = "not_sent"
    PAID_OTHERWISE_TOO = "paid_otherwise_too"
    TAKEN_BACK = "taken_back"


WHAT_TO_DO = {
    Verdict.MATCHED: "Nothing: the statement and the ledger agree.",
    Verdict.AMOUNT_DIFFERS: "Ask the bank which sum moved, and correct the difference with the school: the ledger "
    "keeps what was ordered.",
    Verdict.PAID_TWICE: "Ask the school for the second payment back, and find out which file was loaded twice. "
    "If the other statement was imported by mistake, withdraw that.",
    Verdict.NOT_OURS: "Find out who ordered it. If the key was typed by hand, correct it in the file, withdraw this "
    "statement and import the corrected file.",
    Verdict.REFUSED_BY_US: "The finance system refused this payment and paid it all the same. Do not pay it again: "
    "ask for “paid by other means”, with this statement as evidence; if it was paid again, ask for the money back.",
    Verdict.WAS_UNSURE: "This settles it. If the ledger does not confirm it by itself today, ask for “paid by other "
    "means”, with this statement as evidence.",
    Verdict.NOT_SENT: "The ledger has not sent it yet, so it may be paid a second time. Ask an operator to hold the "
    "case, then find out who paid it.",
    Verdict.PAID_OTHERWISE_TOO: "It was noted as paid by other means. Compare the evidence: if that is this very "
    "payment, all is well; if it is another, ask the school for one of the two back.",
    Verdict.TAKEN_BACK: "The ledger has taken it back. Look for the repayment, and ask the school for it.",
}
"""A sentence for a finance officer. What needs two people is asked for under Repairs."""
IN_WORDS = {
    Verdict.MATCHED: "Matched",
    Verdict.AMOUNT_DIFFERS: "Amount differs",
    Verdict.PAID_TWICE: "Paid twice",
    Verdict.NOT_OURS: "Not in our ledger",
    Verdict.REFUSED_BY_US: "Refused, and paid",
    Verdict.WAS_UNSURE: "Was unsure, is paid",
    Verdict.NOT_SENT: "Not sent yet, and paid",
    Verdict.PAID_OTHERWISE_TOO: "Paid otherwise as well",
    Verdict.TAKEN_BACK: "Taken back",
}
_OF_A_STATE = {
    MoneyState.DUE: Verdict.NOT_SENT,
    MoneyState.SENT: Verdict.WAS_UNSURE,
    MoneyState.UNKNOWN: Verdict.WAS_UNSURE,
    MoneyState.REFUSED: Verdict.REFUSED_BY_US,
    MoneyState.PAID_OTHERWISE: Verdict.PAID_OTHERWISE_TOO,
}


@dataclass(frozen=True, slots=True)
class OfLedger:
    """What the ledger has for a statement's line: its key now, its sum in pence, its state."""

    key: str
    pence: int
    state: MoneyState
    is_reversed: bool = False
    """All of it was taken back."""


class Line(Protocol):
    """A line of a statement. Money is whole pence."""

    @property
    def statement_id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def pence(self) -> int: ...
    @property
    def on(self) -> date: ...
    @property
    def reference(self) -> str | None: ...


def further_payments(lines: Iterable[Line]) -> set[tuple[int, int]]:
    """The lines, as (statement, line), that are a further payment under their key; `lines` in the order of import.

    Statements overlap and are imported corrected: a line of another statement with the same key, sum, day and
    reference is the same payment. Twice in one statement it is two.
    """
    is_further: dict[tuple[object, int], bool] = {}
    paid: set[str] = set()
    so_far: Counter[tuple[int, object]] = Counter()
    found = set()
    for line in lines:
        same = (line.key, line.pence, line.on, line.reference)
        so_far[line.statement_id, same] += 1
        payment = (same, so_far[line.statement_id, same])
        if is_further.setdefault(payment, line.key in paid):
            found.add((line.statement_id, line.number))
        paid.add(line.key)
    return found


def verdict_of(key: str, pence: int, ours: OfLedger | None, *, paid_before: bool) -> Verdict:
    """What a line is that pays `pence` under `key`; `paid_before`: it is a further payment."""
    if ours is None:
        return Verdict.NOT_OURS
    if paid_before:
        return Verdict.PAID_TWICE
    if key != ours.key:
        return Verdict.REFUSED_BY_US  # an older key, which finance had refused before the present one
    if ours.state in _OF_A_STATE:
        return _OF_A_STATE[ours.state]
    if ours.is_reversed:
        return Verdict.TAKEN_BACK
    return Verdict.MATCHED if pence == ours.pence else Verdict.AMOUNT_DIFFERS
