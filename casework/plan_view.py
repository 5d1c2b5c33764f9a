"""A plan as it is read back: what was written, said and decided in a term, as far as rules/sharing.py shares it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework import plan_parts
from casework.last_plan import last_plan
from casework.which import shown
from rules.missing import everything_missing
from rules.progress import as_of
from rules.sharing import Part, Share
from store.attendees import attendees_of
from store.plan_content import Written, acts_on, applications_on, newest_sections
from store.reviews import KeptReview, reviews_of
from store.tables import Case

_ACTS = (
    "check_in",
    "raise_concern",
    "record_meeting",
    "review_without_meeting",
    "record_voice",
    "give_views",
    "agree",
    "sign_off",
)


class NoSuchPlan(Exception):
    """The child has no plan of that term, or none at all yet (404)."""

    def __init__(self, opened: list[str]) -> None:
        there = f"Ask for one that there is: {', '.join(opened)}." if opened else "It opens when its time comes."
        super().__init__(f"No review of this child's has opened for that term. {there}")


class PlanNotForThem(Exception):
    """Finance and operators see no plan content (403; PROCESS.md, People and what they may do)."""

    def __init__(self) -> None:
        super().__init__(
            "Finance and operators do not see what a plan says. Ask the Virtual School what you need of it."
        )


async def plan_object(
    session: AsyncSession,
    case: Case,
    share: Share,
    now: datetime,
    *,
    term: str | None = None,
    reviews: Sequence[KeptReview] | None = None,
) -> dict[str, Any]:
    """The plan of a term (`2026/27 autumn`, or `autumn` for the newest of that name), or the one that the case shows.

    As JSON: instants in London time with their offset, days as ISO dates, money in pence. What is not shared is null.
    `reviews` are all of the child's, if they were read already. Raises NoSuchPlan and PlanNotForThem.
    """
    if not share:
        raise PlanNotForThem
    kept = await reviews_of(session, case.id) if reviews is None else reviews
    reviews = [KeptReview(one.plan, as_of(one.plan, one.standing, now)) for one in kept]
    review = _of_term(reviews, term) if term else shown(reviews)
    if review is None:
        raise NoSuchPlan([one.plan.term.key for one in reviews])
    before = [one for one in reviews if one.plan.term.first_day < review.plan.term.first_day]
    written = await newest_sections(session, review.plan.review_id)
    carried = {"last_plan": await last_plan(session, before, written, share)}
    return _head(case, review) | await _content(session, review, written, share) | carried


def _of_term(reviews: list[KeptReview], term: str) -> KeptReview | None:
    """The newest review that is called so."""
    return next((one for one in reversed(reviews) if term in (one.plan.term.key, one.plan.term.name.value)), None)


def _head(case: Case, review: KeptReview) -> dict[str, Any]:
    plan, standing = review.plan, review.standing
    return {
        "child": case.ref,
        "term": plan.term.key,
        "stage": standing.stage.value,
        "unfinished": standing.unfinished,
        "revision": standing.revision,
    }


async def _content(
    session: AsyncSession, review: KeptReview, written: Sequence[Written], share: Share
) -> dict[str, Any]:
    review_id, sees = review.plan.review_id, share.parts
    acts = await acts_on(session, review_id, _ACTS)
    missing = everything_missing(review.plan, review.standing)
    return {
        "sections": plan_parts.sections(review, written, share),
        "targets": plan_parts.targets(review, written, acts, share),
        "meeting": plan_parts.meeting(review, acts, share),
        "attendees": plan_parts.attendees(await attendees_of(session, review_id)) if Part.ATTENDEES in sees else None,
        "sign_off": plan_parts.sign_off(review, acts, share) if Part.SIGN_OFF in sees else None,
        "views": plan_parts.views(acts, share),
        "funding": plan_parts.funding(await applications_on(session, review_id)) if Part.FUNDING in sees else None,
        "missing": plan_parts.missing(missing) if Part.MISSING in sees else None,
    }
