"""The case object of ACTS.md: one answer to "who holds it, since when, what exactly is missing"."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import LONDON
from contracts.review import GrantState, Standing
from rules.deadlines import deadlines, held_until
from rules.meeting import is_verified
from rules.missing import everything_missing, held_by
from rules.progress import as_of
from store.acts import meeting_places
from store.reviews import KeptReview
from store.tables import Case


async def case_object(session: AsyncSession, case: Case, review: KeptReview | None, now: datetime) -> dict[str, Any]:
    """The case as JSON: instants in London time with their offset, days as ISO dates, money in pence.

    Without a review yet, the same fields: `stage` is null and `term` is the one that the first review will be for.
    """
    return (await case_objects(session, [(case, review)], now))[0]


async def case_objects(
    session: AsyncSession, cases: Sequence[tuple[Case, KeptReview | None]], now: datetime
) -> list[dict[str, Any]]:
    """The same of many cases, each with the review that it shows, with as many queries as for one."""
    arranged = [review.plan.review_id for _, review in cases if review and review.standing.meeting_on is not None]
    places = await meeting_places(session, arranged) if arranged else {}
    return [
        case_listed(case, review, now, places.get(review.plan.review_id) if review else None) for case, review in cases
    ]


def case_listed(case: Case, review: KeptReview | None, now: datetime, place: str | None = None) -> dict[str, Any]:
    """The same where nothing more is read: for a list of many cases, in which no meeting's place is shown."""
    if review is None:
        return _before_the_first_review(case)
    plan, standing = review.plan, as_of(review.plan, review.standing, now)
    until = held_until(plan, standing)
    return {
        "child": case.ref,
        "term": plan.term.name.value,
        "stage": standing.stage.value,
        "unfinished": standing.unfinished,
        "held_by": [role.value for role in held_by(plan, standing)],
        "since": (standing.paused_at or standing.since).astimezone(LONDON).isoformat(timespec="seconds"),
        "until": until.on.isoformat() if until else None,
        "missing": [
            {"part": str(part.part), "role": part.role.value, "sentence": part.sentence}
            for part in everything_missing(plan, standing)
        ],
        "meeting": _meeting(review.standing, place),
        "next_meeting": _next_meeting(review),
        "deadlines": [
            {"name": deadline.name, "on": deadline.on.isoformat(), "sentence": deadline.sentence}
            for deadline in deadlines(plan, standing)
        ],
        "grant": {"state": standing.grant.value, "pence": standing.grant_pence},
        "revision": standing.revision,
    }


def _before_the_first_review(case: Case) -> dict[str, Any]:
    state = GrantState.NOT_DUE if case.grant_eligible else GrantState.NOT_ELIGIBLE
    return {
        "child": case.ref,
        "term": case.opens_term.partition(" ")[2] if case.opens_term else None,
        "stage": None,
        "unfinished": False,
        "held_by": [],
        "since": None,
        "until": None,
        "missing": [],
        "meeting": None,
        "next_meeting": None,
        "deadlines": [],
        "grant": {"state": state.value, "pence": 0},
        "revision": 0,
    }


def _meeting(standing: Standing, place: str | None) -> dict[str, Any] | None:
    if standing.meeting_on is None:
        return None
    return {
        "on": standing.meeting_on.isoformat(),
        "time": standing.meeting_time,
        "place": place,
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
