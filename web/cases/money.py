"""A case's payments on one page: state in words, sum, key, dates and the school that is paid. No content of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.clock import london_date
from contracts.funding import Decision
from rules.funding import last_day_to_decide
from rules.grant import pounds
from rules.wording import GRANTS
from store.case_story import Granted
from store.funding import KEPT
from store.grants import LedgerState
from store.money_tables import FundingRow
from store.reviews import KeptReview
from web.look.words import shortday

_STATES = {
    LedgerState.INTENT: ("Not sent to finance yet", "yellow"),
    LedgerState.SENT: ("With finance, not confirmed yet", "yellow"),
    LedgerState.CONFIRMED: ("Paid", "green"),
    LedgerState.UNKNOWN: ("Not known whether it was paid: finance is asked before anything is sent again", "red"),
    LedgerState.FAILED: ("Refused by finance: nothing was paid", "red"),
    LedgerState.REVERSED: ("Taken back", "grey"),
}


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment, or what stands where there is none."""

    term: str
    what: str
    pence: int | None
    state: str
    colour: str
    notes: Sequence[str]
    """What else is to be known: corrections, a payment by other means, earlier refusals."""
    key: str | None
    on: date | None
    """The London day on which it was confirmed, or else intended; with `settled` saying which."""
    settled: bool
    school: str | None


def payments_of(
    reviews: Sequence[KeptReview],
    grants: Sequence[Granted],
    funding: Sequence[tuple[FundingRow, str | None]],
    *,
    shows_school: bool,
    shows_evidence: bool,
) -> list[PaymentRow]:
    """Every term's grant, the newest first, each with the funding that was asked for on its plan."""
    by_review = {one.row.review_id: one for one in grants}
    rows: list[PaymentRow] = []
    for review in reversed(reviews):
        found = by_review.get(review.plan.review_id)
        ledger = _grant(review, found, shows_evidence=shows_evidence) if found else _without_payment(review)
        rows.append(ledger)
        own = [one for one in funding if one[0].review_id == review.plan.review_id]
        rows += [_funding(review, row, school, shows_evidence=shows_evidence) for row, school in own]
    return rows if shows_school else [_without_school(row) for row in rows]


def _grant(review: KeptReview, found: Granted, *, shows_evidence: bool) -> PaymentRow:
    row, (state, colour) = found.row, _STATES[LedgerState(found.row.state)]
    notes = _notes(row.paid_otherwise, row.refused_before, shows_evidence=shows_evidence)
    if found.corrected:
        notes.append(f"Corrected: {pounds(abs(found.corrected))} {'less' if found.corrected < 0 else 'more'}")
    on, settled = _day(row.settled_at, row.intended_at)
    term = review.plan.term.key
    return PaymentRow(term, "Grant", row.pence, state, colour, notes, row.key, on, settled, found.school)


def _without_payment(review: KeptReview) -> PaymentRow:
    words = GRANTS[review.standing.grant]
    sum_of = review.standing.grant_pence or None
    state = words[:1].upper() + words[1:]
    return PaymentRow(review.plan.term.key, "Grant", sum_of, state, "grey", [], None, None, settled=False, school=None)


def _funding(review: KeptReview, row: FundingRow, school: str | None, *, shows_evidence: bool) -> PaymentRow:
    state, colour = _state_of_funding(row)
    on, settled = _day(row.settled_at, None)
    notes = _notes(row.paid_otherwise, row.refused_before, shows_evidence=shows_evidence)
    pence = row.asked_pence if row.pence is None else row.pence
    what = "Additional funding"
    return PaymentRow(review.plan.term.key, what, pence, state, colour, notes, row.key, on, settled, school)


def _state_of_funding(row: FundingRow) -> tuple[str, str]:
    if row.decision is None:
        return f"Asked for; the Virtual School decides by {shortday(last_day_to_decide(row.decide_by))}", "yellow"
    if row.decision == Decision.DECLINED:
        return "Declined", "grey"
    if row.state == KEPT:
        return "Agreed; the Virtual School keeps it and spends it for the child", "green"
    return _STATES[LedgerState(row.state)] if row.state else ("Agreed", "yellow")


def _notes(paid_otherwise: str | None, refused_before: int, *, shows_evidence: bool) -> list[str]:
    notes = []
    if paid_otherwise is not None:
        evidence = f", evidence {paid_otherwise}" if shows_evidence else ""
        notes.append(f"Paid by other means than the finance system{evidence}")
    if refused_before:
        notes.append(
            f"Refused {'once' if refused_before == 1 else f'{refused_before} times'} before, under earlier keys"
        )
    return notes


def _day(settled_at: datetime | None, intended_at: datetime | None) -> tuple[date | None, bool]:
    instant = settled_at or intended_at
    return (london_date(instant) if instant else None), settled_at is not None


def _without_school(row: PaymentRow) -> PaymentRow:
    return PaymentRow(
        row.term, row.what, row.pence, row.state, row.colour, row.notes, row.key, row.on, row.settled, None
    )
