"""Somebody who was not told by letter was told otherwise: the Virtual School notes it, or whoever is at the console."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.undelivered import MAY_SEE_TO, see_to
from repairs.audit import Entry, note
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.desk import at_desk
from web.look.page import page

router = APIRouter()
_NOTHING_DONE = (
    "Nothing was changed: that letter has arrived meanwhile, or somebody else has seen to it.",
    "Go back and load the page again to see how it stands.",
)


@router.post("/cases/{child_ref}/letters/{letter_id}/seen-to")
async def told_otherwise(
    request: Request, child_ref: str, letter_id: int, office: InOffice, visitor: InSession
) -> Response:
    """A button of the time line. The case's history has the role, the operators' audit the person."""
    async with at_desk(office, visitor, child_ref, None) as desk:
        case_id, by = desk.case.id, next((role for role in MAY_SEE_TO if role in desk.roles), None)
    if by is None:
        sentences = ["The Virtual School sees to people who were not told, and whoever keeps the service running."]
        facts: dict[str, Any] = {"heading": "You cannot do this", "sentences": sentences}
        return await page(request, "error.html", status=HTTPStatus.FORBIDDEN, **facts)
    now = await office.clock.now()
    async with office.database.transaction() as session:
        noted = await see_to(session, child_ref, letter_id, by, now)
        if noted:
            facts = {"letter": letter_id, "role": by.value}
            await note(session, now, Entry("told_otherwise", visitor.person_id, case_id, facts))
    if not noted:
        facts = {"heading": "Nothing was changed", "sentences": _NOTHING_DONE}
        return await page(request, "error.html", status=HTTPStatus.CONFLICT, **facts)
    return RedirectResponse(f"/cases/{child_ref}/timeline?done=seen_to#told", HTTPStatus.SEE_OTHER)
