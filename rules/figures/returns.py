"""Why plans were returned: the usual reasons, counted as they were chosen, and everything else together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rules.figures.told import Told
from rules.usual_reasons import USUAL_REASONS

OTHER = "Another reason, in the Virtual School's own words"
DEFINITION = (
    "Reasons that the Virtual School gave for its returns. A return may have several; what was written in own words is "
    "counted as one, and not shown."
)


@dataclass(frozen=True, slots=True)
class Reasons:
    """How often each reason was given, the most frequent first, and in how many returns."""

    returns: int
    counted: tuple[tuple[str, int], ...]


def reasons_of(reviews: Iterable[Told]) -> Reasons:
    """Every reason that was given at least once."""
    given = [reasons for review in reviews for reasons in review.reasons]
    counts: Counter[str] = Counter()
    for reasons in given:
        usual = {reason for reason in reasons if reason in USUAL_REASONS}
        counts.update(usual)
        counts[OTHER] += any(reason not in USUAL_REASONS for reason in reasons)
    order = (*USUAL_REASONS, OTHER)
    known = [(reason, counts[reason]) for reason in order if counts[reason]]
    return Reasons(len(given), tuple(sorted(known, key=lambda one: -one[1])))


def moves_by_times(reviews: Iterable[Told]) -> list[tuple[int, int]]:
    """How many reviews had so many moves of their date: `(times, reviews)`, of those that had a date."""
    counts = Counter(review.moved + review.moved_by_record for review in reviews if review.had_a_date)
    return sorted(counts.items())
