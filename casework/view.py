"""The case object of ACTS.md: one answer to "who holds it, since when, what exactly is missing"."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import LONDON
from contracts.review import BEFORE_THE_MEETING, FINAL, Stage, Standing
from rules.deadlines import deadlines, held_until
from rules.meeting import is_verified
from rules.missing import held_by, missing_parts
from store.acts import meeting_place
from store.reviews import KeptReview
from store.tables import Case


def shown(reviews: list[KeptReview]) -> KeptReview | None:
    """The review that a case shows: the oldest whose meeting was held and that is not done, or else the newest."""
    done = FINAL | BEFORE_THE_MEETING | {Stage.PAYING, Stage.IN_FORCE}
    unfinished = [review for review in reviews if review.standing.stage not in done]
    return next(iter(unfinished or reviews[-1:]), None)


async def case_object(session: AsyncSession, case: Case, review: KeptReview) -> dict[str, Any]:
    """The case as JSON: instants in London time with their offset, days as ISO dates, money in pence."""
    plan, standing = review.plan, review.standing
    until = held_until(plan, standing)
    return {
        "child": case.ref,
        "term": plan.term.key,
        "stage": standing.stage.value,
        "unfinished": standing.unfinished,
        "held_by": [role.value for role in held_by(plan, standing)],
        "since": standing.since.astimezone(LONDON).isoformat(timespec="seconds"),
        "until": until.on.isoformat() if until else None,
        "missing": [
            {"part": str(part.part), "role": part.role.value, "sentence": part.sentence}
            for part in missing_parts(plan, standing)
        ],
        "meeting": await _meeting(session, review),
        "next_meeting": _next_meeting(review),
        "deadlines": [
            {"name": deadline.name, "on": deadline.on.isoformat(), "sentence": deadline.sentence}
            for deadline in deadlines(plan, standing)
        ],
        "grant": {"state": standing.grant.value, "pence": standing.grant_pence},
        "revision": standing.revision,
    }


async def _meeting(session: AsyncSession, review: KeptReview) -> dict[str, Any] | None:
    standing: Standing = review.standing
    if standing.meeting_on is None:
        return None
    return {
        "on": standing.meeting_on.isoformat(),
        "time": standing.meeting_time,
        "place": await meeting_place(session, review.plan.review_id),
        "agreed": standing.date_agreed,
        "held": standing.held_on is not None,
    }


def _next_meeting(review: KeptReview) -> dict[str, Any] | None:
    standing = review.standing
    if not standing.next_meeting_settled:
        return None
    if standing.next_meeting_on is None:
        return {"on": None, "none": True}
    return {"on": standing.next_meeting_on.isoformat(), "verified": is_verified(review.plan, standing.next_meeting_on)}
