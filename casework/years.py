"""A child's years in care in education: every review of every year, what its targets came to, and its grant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.last_plan import has_targets
from contracts.review import Section
from rules.contents import PreviousTargetsContent
from rules.impact import school_first
from rules.progress import as_of
from rules.sharing import Part, Share
from store.plan_content import Versions, outcomes_on
from store.reviews import KeptReview, reviews_of
from store.tables import Case


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a plan's targets were met, partly met and not met."""

    met: int
    partly: int
    not_met: int


@dataclass(frozen=True, slots=True)
class PastTerm:
    """One term of a child's years."""

    review: KeptReview
    """As it stands now."""
    tally: Tally | None
    """None while nobody has said what became of its targets, or where that is not shared."""
    shows_grant: bool


async def years_of(session: AsyncSession, case: Case, share: Share, now: datetime) -> list[PastTerm]:
    """Every review of a case, the newest first. Two queries, however many years they were."""
    reviews = [KeptReview(one.plan, as_of(one.plan, one.standing, now)) for one in await reviews_of(session, case.id)]
    sees = Part.LAST_PLAN in share.parts and Section.PREVIOUS_TARGETS in share.sections
    written = await outcomes_on(session, case.id) if sees else {}
    tallies = _tallies(reviews, written)
    return [
        PastTerm(one, tallies.get(one.plan.review_id), shows_grant=sees and one.plan.grant_eligible)
        for one in reversed(reviews)
    ]


def _tallies(reviews: Sequence[KeptReview], written: Mapping[str, Versions]) -> dict[str, Tally]:
    """A plan's outcomes stand in the next one that is written; by the id of the review whose targets they are."""
    found: dict[str, Tally] = {}
    last: KeptReview | None = None
    for review in reviews:
        versions = written.get(review.plan.review_id)
        if last is not None and versions:
            found[last.plan.review_id] = _tally(versions)
        if has_targets(review):
            last = review
    return found


def _tally(versions: Versions) -> Tally:
    counted = school_first((role, _said_in(content)) for role, content in versions)
    said = list(counted.values())
    return Tally(said.count("met"), said.count("partly"), said.count("not_met"))


def _said_in(content: dict[str, Any]) -> dict[int, str]:
    return {one.number: one.outcome for one in PreviousTargetsContent.model_validate(content).outcomes}
