"""Meeting dates to choose from: for one child, and spread over an authority. Only people arrange them."""

import asyncio
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.which import shown
from contracts.clock import london_date
from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, ReviewPlan, Stage, Standing
from rules.date_finder import DateOffer, DayVerdict, ExplainedDay, offer_of
from rules.progress import as_of
from rules.spreading import Choice, LoadCurve, Spread, Unheld, choice_of, choices_of, earliest_of, spread, under_way_on
from store.meeting_dates import RunningReview, running_reviews
from store.reviews import KeptReview
from store.staff import roles_anywhere

_UNDER_WAY = BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}
_Deciding = tuple[object, ...]


class NotForThem(Exception):
    """Meeting dates of many children are the Virtual School's and team managers' to see (403)."""

    def __init__(self) -> None:
        super().__init__(
            "Only the Virtual School and team managers see the dates of many children. Ask for one child: "
            "/api/v1/cases/{child_ref}/dates."
        )


def offer_for(reviews: list[KeptReview], now: datetime) -> tuple[ReviewPlan, DateOffer] | None:
    """The dates of the review that waits for its meeting, or else of the one that the case shows; None before the
    child's first review opens.
    """
    current = [KeptReview(one.plan, as_of(one.plan, one.standing, now)) for one in reviews]
    waiting = [one for one in current if one.standing.stage in BEFORE_THE_MEETING]
    review = waiting[0] if waiting else shown(current)
    return (review.plan, offer_of(review.plan, review.standing, london_date(now))) if review else None


async def spread_for(session: AsyncSession, person_id: int, now: datetime, *, keep_agreed: bool) -> Spread:
    """As `spread_of`, for somebody: the Virtual School's is the authority, a team manager's their own cases.

    Raises NotForThem.
    """
    roles = await roles_anywhere(session, person_id)
    if Role.VIRTUAL_SCHOOL in roles:
        return await spread_of(session, now, keep_agreed=keep_agreed)
    if Role.TEAM_MANAGER in roles:
        return await spread_of(session, now, keep_agreed=keep_agreed, manager=person_id)
    raise NotForThem


async def spread_of(
    session: AsyncSession, now: datetime, *, keep_agreed: bool = True, manager: int | None = None
) -> Spread:
    """A day for every review whose meeting was not held, and the load of sign-offs before and after.

    Sign-offs of reviews whose meeting was held count in both; paused reviews count in neither.
    """
    reviews = await running_reviews(session, manager)
    return await asyncio.to_thread(_spread, reviews, now, keep_agreed=keep_agreed)  # a large authority takes a while


def _spread(reviews: list[RunningReview], now: datetime, *, keep_agreed: bool) -> Spread:
    today, days = london_date(now), _KnownDays()
    unheld: list[Unheld] = []
    under_way: list[date] = []
    for review in reviews:
        standing = as_of(review.plan, review.standing, now)
        if standing.stage in BEFORE_THE_MEETING:
            unheld.append(_unheld(review, standing, today, days))
        elif standing.stage in _UNDER_WAY:
            under_way.append(under_way_on(review.plan, standing, today))
    return spread(unheld, under_way, today, keep_agreed=keep_agreed)


def _unheld(review: RunningReview, standing: Standing, today: date, days: "_KnownDays") -> Unheld:
    plan, on = review.plan, standing.meeting_on
    choices = tuple(choice for choice in days.of(plan, standing) if choice.meeting_on >= today)
    return Unheld(
        child=review.child,
        term=plan.term.key,
        school=review.school_urn,
        calendar=plan.calendar.code,
        choices=choices,
        present=choice_of(plan, standing, on) if on else None,
        earliest=earliest_of(plan, choices, today),
    )


class _KnownDays:
    """The days of each kind of review, worked out once: the children of a school mostly share them."""

    def __init__(self) -> None:
        self._known: dict[_Deciding, tuple[Choice, ...]] = {}

    def of(self, plan: ReviewPlan, standing: Standing) -> tuple[Choice, ...]:
        moved_by = (standing.paused_school_days, standing.extended_school_days)
        deciding = (plan.calendar, plan.term, plan.policy, plan.year_group, plan.initial, *moved_by)
        if deciding not in self._known:
            self._known[deciding] = choices_of(plan, standing)
        return self._known[deciding]


def dates_object(child: str, found: tuple[ReviewPlan, DateOffer] | None) -> dict[str, Any]:
    """A child's dates as JSON: days as ISO dates, each refused one with what it would be refused with."""
    if found is None:
        return _before_the_first_review(child)
    plan, offer = found
    return {
        "child": child,
        "term": plan.term.name.value,
        "academic_year": plan.term.academic_year,
        "arranged": _arranged(offer.arranged),
        "held_on": offer.held_on.isoformat() if offer.held_on else None,
        "latest_safe_date": _explained(offer.latest_safe),
        "suggested": _explained(offer.suggested),
        "valid_days": [day.isoformat() for day in offer.valid_days],
        "refused_days": [_refused(verdict) for verdict in offer.refused],
    }


def spread_object(found: Spread) -> dict[str, Any]:
    """A proposal as JSON: days as ISO dates, a week by its number and its Monday."""
    return {
        "reviews": [
            {
                "child": proposal.review.child,
                "term": proposal.review.term,
                "calendar": proposal.review.calendar,
                "present": proposal.review.present.meeting_on.isoformat() if proposal.review.present else None,
                "proposed": proposal.proposed.meeting_on.isoformat() if proposal.proposed else None,
                "signed_off_by": proposal.proposed.signed_off_on.isoformat() if proposal.proposed else None,
                "changes": proposal.changes,
            }
            for proposal in found.proposals
        ],
        "before": _curve(found.before),
        "after": _curve(found.after),
    }


def week_name(monday: date) -> str:
    """An ISO week as people write it: `2026-W47`."""
    return f"{monday:%G-W%V}"


def _before_the_first_review(child: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("term", "academic_year", "arranged", "held_on", "latest_safe_date", "suggested"))
    return {"child": child, **nothing, "valid_days": [], "refused_days": []}


def _arranged(verdict: DayVerdict | None) -> dict[str, Any] | None:
    return {**_refused(verdict), "valid": verdict.valid} if verdict else None


def _refused(verdict: DayVerdict) -> dict[str, Any]:
    return {"on": verdict.day.isoformat(), "rules": list(verdict.rules), "sentences": list(verdict.sentences)}


def _explained(day: ExplainedDay | None) -> dict[str, Any] | None:
    return {"on": day.on.isoformat(), "sentence": day.sentence} if day else None


def _curve(curve: LoadCurve) -> dict[str, Any]:
    weeks = [{"week": week_name(week), "starts": week.isoformat(), "sign_offs": load} for week, load in curve.weeks]
    return {"peak": curve.peak, "weeks": weeks}
