"""A plan on paper: the one of a child as it is shared with whoever prints it, and an empty one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from casework.plan_view import NoSuchPlan, PlanNotForThem, plan_object
from store.record_reads import note_read
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.desk import at_desk
from web.epep.take_away.blank_document import blank_document
from web.epep.take_away.downloads import download
from web.epep.take_away.plan_document import document_of, filename_of
from web.epep.take_away.printing import MEDIA_TYPE, printed
from web.errors import answered

router = APIRouter()
_blank: list[bytes] = []
"""The empty plan, once it was printed: strangers may ask for it as often as they like."""


@router.get("/cases/{child_ref}/plan.pdf")
async def plan_to_print(
    child_ref: str, request: Request, office: InOffice, visitor: InSession, term: Annotated[str | None, Query()] = None
) -> Response:
    """The plan of a term (`2026/27 autumn`, or `autumn`), or the one that the case shows, as a tagged PDF."""
    async with at_desk(office, visitor, child_ref, reads=None) as desk:
        try:
            plan = await plan_object(desk.session, desk.case, desk.share, desk.now, term=term)
        except PlanNotForThem as error:
            return await answered(request, HTTPStatus.FORBIDDEN, str(error))
        except NoSuchPlan as error:
            return await answered(request, HTTPStatus.NOT_FOUND, str(error))
        note_read(desk.session, visitor.person_id, desk.case.id, "plan.pdf", desk.now)
    name = f"{desk.case.given_name} {desk.case.family_name}"
    document = document_of(plan, name, desk.roles, desk.now)
    return download(await printed(document, desk.now), MEDIA_TYPE, filename_of(plan))


@router.get("/blank.pdf")
async def blank_plan(office: InOffice) -> Response:
    """An empty plan to print. It is about nobody, so nobody has to sign in for it."""
    if not _blank:
        _blank.append(await printed(blank_document(), await office.clock.now()))
    return download(_blank[0], MEDIA_TYPE, "PEP-blank.pdf")
