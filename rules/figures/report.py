"""A whole report: every figure of the reviews of a term or a year, by the end of a day."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.figures import Area, Opened, area_of
from rules.figures.as_of import AsOf
from rules.figures.days import Held, days_held
from rules.figures.load import Curve, curve_of
from rules.figures.returns import Reasons, moves_by_times, reasons_of
from rules.figures.shares import Share, headlines, shares
from rules.figures.told import State, Told
from rules.key_stages import KEY_STAGES, key_stage_of

NO_SCHOOL = "none"
"""How an address names reviews of children without a school place."""


class By(StrEnum):
    """What groups are compared."""

    TEAM = "team"
    SCHOOL = "school"
    KEY_STAGE = "key_stage"
    AREA = "area"

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Group:
    """One team, school, key stage or area beside the others. A school's key is its number."""

    key: str
    reviews: int
    headlines: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The figures. `standing` says where each review stands; the states add up to `reviews`."""

    as_of: AsOf
    reviews: int
    standing: tuple[tuple[State, int], ...]
    shares: tuple[Share, ...]
    held: tuple[Held, ...]
    reasons: Reasons
    moves: tuple[tuple[int, int], ...]
    load: Curve
    groups: tuple[Group, ...]


def report_of(reviews: Sequence[Told], as_of: AsOf, by: By, bank_holidays: Collection[date]) -> Report:
    """Every figure of reviews that had opened by then."""
    states = Counter(review.state for review in reviews)
    return Report(
        as_of,
        len(reviews),
        tuple((state, states[state]) for state in State),
        tuple(shares(reviews)),
        tuple(days_held(reviews, bank_holidays)),
        reasons_of(reviews),
        tuple(moves_by_times(reviews)),
        curve_of(reviews, as_of),
        tuple(_groups(reviews, by)),
    )


def key_of(opened: Opened, by: By) -> str:
    """The group in which a review is counted, for ever the one in which it opened."""
    return _KEYS[by](opened)


def _groups(reviews: Sequence[Told], by: By) -> list[Group]:
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for review in reviews:
        found[key_of(review.opened, by)].append(review)
    keys = [key for key in _ORDERS.get(by, sorted(found)) if key in found]
    return [Group(key, len(found[key]), tuple(headlines(found[key]))) for key in keys]


_KEYS: Mapping[By, Callable[[Opened], str]] = {
    By.TEAM: lambda opened: opened.team,
    By.SCHOOL: lambda opened: opened.school_urn or NO_SCHOOL,
    By.KEY_STAGE: lambda opened: key_stage_of(opened.year_group),
    By.AREA: lambda opened: area_of(opened.out_of_area).in_words,
}
_ORDERS: Mapping[By, Sequence[str]] = {By.KEY_STAGE: KEY_STAGES, By.AREA: [area.in_words for area in Area]}
"""Of the groups that have one; others stand by their names."""
