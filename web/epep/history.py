"""A child's years in care in education, and the journal of the review that the case shows."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from casework.years import years_of
from contracts.people import Role
from contracts.review import Stage, Standing
from store.events import journal_of
from store.plan_content import sections_by_act
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.desk import Desk, at_desk
from web.epep.journal import Line, lines_of
from web.look.page import page
from web.look.words import shortday

router = APIRouter()
_READS_NO_JOURNAL = frozenset({Role.CARER, Role.YOUNG_PERSON, Role.IRO, Role.FINANCE})


@router.get("/cases/{child_ref}/history")
async def history_page(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """Every review of every year, the newest first; 403 for finance, who see payments and nothing else."""
    async with at_desk(office, visitor, child_ref, "history") as desk:
        if desk.roles <= {Role.FINANCE}:
            sentence = "Finance sees payments, schools and references. Ask the Virtual School what you need."
            heading = "A child's years are not shown to you"
            return await page(request, "error.html", status=HTTPStatus.FORBIDDEN, heading=heading, sentences=[sentence])
        terms = await years_of(desk.session, desk.case, desk.share, desk.now)
        rows = [(term, meeting_in_words(term.review.standing)) for term in terms]
        return await page(request, "epep/history.html", desk=desk, rows=rows, journal=await _journal(desk))


async def _journal(desk: Desk) -> list[Line]:
    """For those who work on the plan, or keep the service running."""
    if desk.review is None or desk.roles <= _READS_NO_JOURNAL:
        return []
    events = await journal_of(desk.session, desk.case.id, desk.plan.review_id)
    return lines_of(events, await sections_by_act(desk.session, desk.plan.review_id))


def meeting_in_words(standing: Standing) -> str:
    """Whether a term had its meeting (B1)."""
    if standing.without_meeting:
        return "Without a meeting"
    if standing.held_on is not None:
        return f"Held on {shortday(standing.held_on)}"
    if standing.stage is Stage.MISSED:
        return "Missed"
    if standing.stage is Stage.CLOSED:
        return "Not held"
    return f"Arranged for {shortday(standing.meeting_on)}" if standing.meeting_on else "No date yet"
