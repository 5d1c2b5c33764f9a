"""The whole plan to read and to print: everything that is shared with the visitor, in the order of the process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from casework.plan_view import NoSuchPlan, PlanNotForThem, plan_object
from contracts.people import Role
from contracts.review import Section
from rules.sections import is_needed, signers
from rules.sharing import Part
from store.reviews import KeptReview
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.desk import Desk, at_desk
from web.epep.progress import Colour, colour_of
from web.look.page import page

router = APIRouter()
STATES = {
    "submitted": "Sent",
    "not_checked": "Draft: the designated teacher has not checked it yet",
    "to_be_written_again": "To be written again: the meeting changed it",
    "returned": "Returned by the Virtual School to be put right",
}
"""How a party's version stands, in words."""
_ELSEWHERE = frozenset({Section.TARGETS, Section.PREVIOUS_TARGETS})
"""Sections that this page shows in a place of their own."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A section with each party's version; none while nothing is written or shared."""

    section: Section
    versions: Sequence[Mapping[str, Any]]


@router.get("/cases/{child_ref}/plan")
async def plan_page(
    request: Request,
    child_ref: str,
    office: InOffice,
    visitor: InSession,
    term: Annotated[str | None, Query(description="As `2026/27 autumn`")] = None,
) -> Response:
    """The plan of a term, or the one that the case shows. 403 for finance and operators, 404 for a term without one."""
    async with at_desk(office, visitor, child_ref, "plan") as desk:
        try:
            plan = await plan_object(desk.session, desk.case, desk.share, desk.now, term=term)
        except PlanNotForThem as error:
            return await _instead(request, HTTPStatus.FORBIDDEN, "Plans are not shown to you", str(error))
        except NoSuchPlan as error:
            return await _instead(request, HTTPStatus.NOT_FOUND, "There is no such plan", str(error))
        return await page(request, "epep/plan.html", desk=desk, plan=plan, **await _facts(desk, plan))


async def _instead(request: Request, status: HTTPStatus, heading: str, sentence: str) -> Response:
    return await page(request, "error.html", status=status, heading=heading, sentences=[sentence])


async def _facts(desk: Desk, plan: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says beside the plan object: whose sections are, who signed, and the grant."""
    reviews = await desk.every_review()
    review = next(one for one in reviews if one.plan.term.key == plan["term"])
    sees = desk.share.parts
    return {
        "states": STATES,
        "groups": _groups(desk, review, plan),
        "targets_by": _versions(plan, Section.TARGETS),
        "outcomes_by": _versions(plan, Section.PREVIOUS_TARGETS),
        "signatures": _signatures(review) if Part.SIGN_OFF in sees else [],
        "grant": review.standing if Part.LAST_PLAN in sees and review.plan.grant_eligible else None,
    }


def _groups(desk: Desk, review: KeptReview, plan: Mapping[str, Any]) -> list[tuple[Colour, list[Shown]]]:
    """The shared sections by their colours, also those in which nothing is written yet."""
    sections = [
        section
        for section in Section
        if section in desk.share.sections and section not in _ELSEWHERE and is_needed(review.plan, section)
    ]
    groups = [
        (colour, [Shown(one, _versions(plan, one)) for one in sections if colour_of(review.standing, one) is colour])
        for colour in Colour
    ]
    return [(colour, some) for colour, some in groups if some]


def _versions(plan: Mapping[str, Any], section: Section) -> Sequence[Mapping[str, Any]]:
    return next((one["versions"] for one in plan["sections"] if one["section"] == section.value), ())


def _signatures(review: KeptReview) -> list[tuple[Role, bool]]:
    """Who signs, and whether they have: of a plan that is being made or was (A4)."""
    if review.standing.held_on is None:
        return []
    return [(role, role in review.standing.signed) for role in signers(review.plan)]
