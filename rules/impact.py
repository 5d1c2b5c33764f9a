"""What the money did for each of the last plan's targets, and in all (PROCESS.md M1). Money is whole pence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from contracts.people import Role

Became = Literal["met", "partly", "not_met"]
_IN_WORDS: dict[Became, str] = {"met": "met", "partly": "partly met", "not_met": "not met"}
_Said = TypeVar("_Said")


@dataclass(frozen=True, slots=True)
class Impact:
    """One target: what was agreed for it, what was spent as reported, what became of it; None while nobody said."""

    agreed_pence: int
    spent_pence: int | None = None
    outcome: Became | None = None


@dataclass(frozen=True, slots=True)
class WholeImpact:
    """All of a plan's targets together. `spent_pence` is the sum of what was reported so far."""

    agreed_pence: int
    spent_pence: int
    met: int
    partly: int
    not_met: int
    not_reported: int


def school_first(versions: Iterable[tuple[Role, Mapping[int, _Said]]]) -> dict[int, _Said]:
    """What counts of each target, by its number, where both parties reported: what the school says, which had the money
    (or the Virtual School and pastoral staff, who do its part); else what the social worker says.

    `versions` are what each role wrote, in the order of writing: of each party the newest holds.
    """
    newest: dict[bool, Mapping[int, _Said]] = {}
    for role, said in versions:
        newest[role is Role.SOCIAL_WORKER] = said
    return {**newest.get(True, {}), **newest.get(False, {})}


def whole(impacts: Sequence[Impact]) -> WholeImpact:
    """The sum of the targets' agreed and reported pence, and how many were met."""
    became = [impact.outcome for impact in impacts]
    return WholeImpact(
        agreed_pence=sum(impact.agreed_pence for impact in impacts),
        spent_pence=sum(impact.spent_pence or 0 for impact in impacts),
        met=became.count("met"),
        partly=became.count("partly"),
        not_met=became.count("not_met"),
        not_reported=became.count(None),
    )


def impact_in_words(impact: Impact) -> str:
    """`met for £150.00 of £200.00`"""
    if impact.outcome is None:
        return f"{exact_pounds(impact.agreed_pence)} agreed, no outcome reported yet"
    return f"{_IN_WORDS[impact.outcome]} for {_of(impact.spent_pence or 0, impact.agreed_pence)}"


def whole_in_words(found: WholeImpact) -> str:
    """`2 met, 1 partly met for £450.00 of £500.00`"""
    counts = [(found.met, "met"), (found.partly, "partly met"), (found.not_met, "not met")]
    reported = [f"{number} {words}" for number, words in counts if number]
    if not reported:
        return f"{exact_pounds(found.agreed_pence)} agreed, no outcome reported yet"
    still = f" ({found.not_reported} not reported yet)" if found.not_reported else ""
    return f"{', '.join(reported)} for {_of(found.spent_pence, found.agreed_pence)}{still}"


def exact_pounds(pence: int) -> str:
    """Whole pence with both places, so that sums can be compared down a column: `£150.00`."""
    return f"£{pence // 100:,}.{pence % 100:02}"


def _of(spent: int, agreed: int) -> str:
    return f"{exact_pounds(spent)} of {exact_pounds(agreed)}"
