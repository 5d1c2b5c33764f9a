"""The grant by financial year: allocated, approved, paid, evidenced, unspent, and what 31 March will find.

Money is whole pence; a financial year is named by the calendar year in which it begins, on 1 April.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from contracts.figures import Opened
from contracts.review import GrantState
from rules.figures.as_of import AsOf
from rules.figures.load import expected_on
from rules.figures.told import Told
from rules.financial_year import last_day_of
from rules.year_groups import academic_year_from

TERMS_A_YEAR = 3
_TO_SIGN_OFF = timedelta(days=7)
"""Five school days after a plan arrives."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A sign-off and what it released: `pence` of a grant, or nothing."""

    opened: Opened
    grant: str | None
    pence: int


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that went to a school for a review, or, below nothing, is owed back. `evidenced` is what the next plan said
    was spent of it."""

    opened: Opened
    pence: int
    evidenced: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """A financial year by the end of a day."""

    year: int
    as_of: AsOf
    reviews: Sequence[Opened]
    """Those of the year's terms that had opened."""
    open: Sequence[Told]
    """Those of them that were not signed off."""
    approvals: Sequence[Approval]
    on_its_way: Sequence[Approval]
    """What was released and not paid, of this year and of the one before: when it is paid it counts in this year."""
    paid: Sequence[Paid]
    extra_pence: int = 0
    """Additional funding that was paid (A12), which is outside all of this."""


@dataclass(frozen=True, slots=True)
class Money:
    """The year's sums in pence."""

    children: int
    allocated: int
    approved: int
    kept: int
    being_paid: int
    """Approved for a school and not there yet."""
    paid: int
    evidenced: int
    extra: int
    usual: int
    expected: int
    expected_plans: int
    terms_to_come: int
    at_this_pace: int
    is_over: bool
    """31 March is over: what is paid from then on counts in the next year."""

    @property
    def unspent(self) -> int:
        """Allocated and not paid or kept so far."""
        return self.allocated - self.paid - self.kept

    @property
    def without_evidence(self) -> int:
        """Paid, and no plan has said yet what it was spent on."""
        return max(0, self.paid - self.evidenced)

    @property
    def forecast(self) -> int:
        """What will be unspent on 31 March if nothing is agreed beyond what is."""
        still_to_come = 0 if self.is_over else self.being_paid + self.expected
        return max(0, self.unspent - still_to_come)

    @property
    def forecast_at_pace(self) -> int:
        """The same if the terms that have not opened bring as much as those that have."""
        return max(0, self.forecast - self.at_this_pace)


def terms_of(year: int) -> frozenset[tuple[str, str]]:
    """The terms whose plans are counted in a financial year: its summer, autumn and spring, as `(academic year, name)`.
    By name and not by date: Easter, and with it the end of spring, may be on either side of 31 March."""
    before, of_it = academic_year_from(year - 1), academic_year_from(year)
    return frozenset({(before, "summer"), (of_it, "autumn"), (of_it, "spring")})


def money_of(ledger: Ledger, usual: int | None = None) -> Money:
    """The sums of a ledger. `usual` is what a plan brings on average, of the whole authority; by default of these."""
    eligible = [review for review in ledger.reviews if review.eligible]
    caps = {review.case_id: review.year_cap_pence for review in eligible}  # the newest review's holds
    usual = usual_of(ledger) if usual is None else usual
    expected = sum(_is_expected(review, ledger.year) for review in ledger.open)
    committed = [one for one in ledger.approvals if one.grant != GrantState.LAPSED]
    approved = sum(one.pence for one in committed)
    opened = {(review.academic_year, review.term) for review in ledger.reviews}
    is_over = ledger.as_of.is_over(last_day_of(ledger.year))
    later = (term > max(opened, default=term) for term in terms_of(ledger.year))  # they sort by time
    to_come = 0 if is_over else sum(later)
    pace = (approved + expected * usual) // max(1, len(opened))
    return Money(
        children=len(caps),
        allocated=sum(caps.values()),
        approved=approved,
        kept=sum(one.pence for one in committed if one.grant == GrantState.KEPT),
        being_paid=sum(one.pence for one in ledger.on_its_way),
        paid=sum(one.pence for one in ledger.paid),
        evidenced=sum(one.evidenced for one in ledger.paid),
        extra=ledger.extra_pence,
        usual=usual,
        expected=expected * usual,
        expected_plans=expected,
        terms_to_come=to_come,
        at_this_pace=pace * to_come,
        is_over=is_over,
    )


def usual_of(ledger: Ledger) -> int:
    """What a signed-off plan of an eligible child brings on average; a third of the yearly cap before there is one."""
    pence = [one.pence for one in ledger.approvals if one.opened.eligible]
    if pence:
        return sum(pence) // len(pence)
    caps = [review.year_cap_pence for review in ledger.reviews if review.eligible]
    return max(caps, default=0) // TERMS_A_YEAR


def _is_expected(review: Told, year: int) -> bool:
    """Whether a plan will be signed off by 31 March, by the dates that are agreed."""
    if not review.opened.eligible or review.signed_off_at is not None:
        return False
    if review.waits is not None:
        return not review.is_over(last_day_of(year))
    on = expected_on(review)
    return on is not None and max(on, review.as_of.day) + _TO_SIGN_OFF <= last_day_of(year)


def evidence(paid: Mapping[str, int], reviews: Iterable[tuple[str, str, int | None]]) -> dict[str, int]:
    """What the next plan of each child said was spent of what was paid for a review: never more than was paid.

    `paid` is pence by review. `reviews` are the children's, each child's in order of time: the child, the review, and
    what it says was spent of the plan before it (None where nobody said yet).
    """
    found: dict[str, int] = {}
    last_paid: str | None = None
    of_child: str | None = None
    for child, review, spent in reviews:
        if child != of_child:
            of_child, last_paid = child, None
        if last_paid is not None and spent is not None:
            found[last_paid] = min(max(0, paid[last_paid]), spent)
            last_paid = None
        if review in paid:
            last_paid = review
    return found
