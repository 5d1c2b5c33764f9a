"""One page about the meeting: when and where, who comes, what was recorded, how its date moved (PROCESS.md B4, M6)."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from casework.errors import UnknownCase
from casework.plan_view import plan_object
from contracts.review import Stage
from rules.sharing import Part
from store.acts import meeting_place
from store.plan_content import Said, acts_on
from store.reviews import KeptReview
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.desk import Desk, at_desk
from web.epep.doors import doors_of_the_meeting
from web.epep.take_away import plan_words
from web.epep.to_meet import to_meet
from web.look.page import page

router = APIRouter()
_DATES = ("arrange_meeting", "move_meeting", "record_meeting", "agree_date")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that the meeting had."""

    what: str
    on: str | None
    """An ISO day; None where it lost its date."""
    said: Said


@router.get("/cases/{child_ref}/meeting")
async def meeting_page(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """The meeting of the plan that the case shows, and the next one's where that is being prepared beside it."""
    async with at_desk(office, visitor, child_ref, "meeting") as desk:
        if desk.review is None or not desk.share:
            raise UnknownCase
        ahead = to_meet(desk)
        reviews = [desk.review, *([ahead] if ahead and ahead is not desk.review else [])]
        return await page(
            request,
            "epep/meeting.html",
            desk=desk,
            words=plan_words,
            meetings=[await _meeting(desk, review) for review in reviews],
            doors_here=doors_of_the_meeting(desk),
            due=is_due(desk),
        )


def is_due(desk: Desk) -> bool:
    """Whether the day of a meeting has come, and nobody has said whether it took place."""
    return any(one.standing.stage is Stage.MEETING_DUE for one in desk.reviews) and bool(desk.may("record_meeting"))


async def _meeting(desk: Desk, review: KeptReview) -> dict[str, Any]:
    """What is shared with the visitor of one review's meeting."""
    term = review.plan.term.key
    plan = await plan_object(desk.session, desk.case, desk.share, desk.now, term=term)
    told = Part.RECORD in desk.share.parts
    acts = await acts_on(desk.session, review.plan.review_id, _DATES) if told else []
    return {
        "review": review,
        "plan": plan,
        "place": await meeting_place(desk.session, review.plan.review_id),
        "answer": _of_the_school(review, acts),
        "dates": list(_dates(acts)),
        "voices": [view for view in plan["views"] if view["kind"] == "voice"],
    }


def _of_the_school(review: KeptReview, acts: list[Said]) -> Said | None:
    """What the school said of the present date: an answer to an older one counts no more."""
    if review.standing.date_agreed is None:
        return None
    return next((act for act in reversed(acts) if act.action == "agree_date"), None)


def _dates(acts: list[Said]) -> list[Dated]:
    """Every date that the meeting had, the oldest first; a record on another day is a move as well."""
    found: list[Dated] = []
    for act in acts:
        on, before = act.body.get("on"), found[-1].on if found else None
        match act.action:
            case "arrange_meeting":
                found.append(Dated("Arranged for", on, act))
            case "move_meeting":
                found.append(Dated("Moved to", on, act))
            case "record_meeting" if act.body.get("held") is False:
                found.append(Dated("Did not take place", None, act))
            case "record_meeting" if on != before:
                found.append(Dated("Took place on another day:", on, act))
    return found
