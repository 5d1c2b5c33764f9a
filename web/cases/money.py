"""A case's payments on one page: state in words, sum, key, dates and the school that is paid. No content of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts.clock import london_date
from contracts.funding import Decision
from contracts.payments import MoneyState
from rules.funding import last_day_to_decide
from rules.grant import pounds
from rules.wording import GRANTS
from store.case_story import Granted
from store.ledger_sums import MONEY_STATES
from store.money_tables import FundingRow
from store.reviews import KeptReview
from web.look.words import shortday
from web.payments.words import STATES, Words


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment, or what stands where there is none."""

    term: str
    what: str
    pence: int | None
    state: str
    tone: str
    notes: Sequence[str]
    """What else is to be known: what the state means, corrections, a payment by other means, earlier refusals."""
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
    row, words = found.row, _words(found.row.state, found.row.paid_otherwise)
    notes = _notes(words, row.paid_otherwise, row.refused_before, shows_evidence=shows_evidence)
    if found.corrected:
        notes.append(f"Corrected: {pounds(abs(found.corrected))} {'less' if found.corrected < 0 else 'more'}.")
    on, settled = _day(row.settled_at, row.intended_at)
    term = review.plan.term.key
    return PaymentRow(term, "Grant", row.pence, words.name, words.tone, notes, row.key, on, settled, found.school)


def _without_payment(review: KeptReview) -> PaymentRow:
    words = GRANTS[review.standing.grant]
    sum_of = review.standing.grant_pence or None
    state = words[:1].upper() + words[1:]
    return PaymentRow(review.plan.term.key, "Grant", sum_of, state, "grey", [], None, None, settled=False, school=None)


def _funding(review: KeptReview, row: FundingRow, school: str | None, *, shows_evidence: bool) -> PaymentRow:
    words = _words_of_funding(row)
    on, settled = _day(row.settled_at, None)
    notes = _notes(words, row.paid_otherwise, row.refused_before, shows_evidence=shows_evidence)
    pence = row.asked_pence if row.pence is None else row.pence
    term, what = review.plan.term.key, "Additional funding"
    return PaymentRow(term, what, pence, words.name, words.tone, notes, row.key, on, settled, school)


def _words_of_funding(row: FundingRow) -> Words:
    """Until it is paid it is in no ledger."""
    if row.decision is None:
        decides = f"The Virtual School decides by {shortday(last_day_to_decide(row.decide_by))}."
        return Words("Asked for", decides, "yellow")
    if row.decision == Decision.DECLINED:
        return Words("Declined", "", "grey")
    return _words(row.state, row.paid_otherwise) if row.state else Words("Agreed", "", "yellow")


def _words(state: str, paid_otherwise: str | None) -> Words:
    """As the pages of finance call it, so that everybody speaks of one thing by one name."""
    money = MONEY_STATES[state]
    otherwise = money is MoneyState.PAID and paid_otherwise is not None
    return STATES[MoneyState.PAID_OTHERWISE if otherwise else money]


def _notes(words: Words, paid_otherwise: str | None, refused_before: int, *, shows_evidence: bool) -> list[str]:
    notes = [words.means] if words.means and words is not STATES[MoneyState.PAID] else []
    if paid_otherwise is not None and shows_evidence:
        notes.append(f"Evidence: {paid_otherwise}.")
    if refused_before:
        times = "once" if refused_before == 1 else f"{refused_before} times"
        notes.append(f"Refused {times} before, under earlier keys.")
    return notes


def _day(settled_at: datetime | None, intended_at: datetime | None) -> tuple[date | None, bool]:
    instant = settled_at or intended_at
    return (london_date(instant) if instant else None), settled_at is not None


def _without_school(row: PaymentRow) -> PaymentRow:
    return replace(row, school=None)
