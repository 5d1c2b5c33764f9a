"""A plan's content, read back by those with whom it is shared."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from casework.errors import UnknownCase
from casework.plan_view import NoSuchPlan, PlanNotForThem, plan_object
from rules.sharing import share_of
from store.caseload import find_seen
from store.record_reads import note_read
from web.api.plan_shapes import PlanObject
from web.api.routes import COMMON, PREFIX
from web.api.shapes import Problem
from web.auth.bearer import SignedIn
from web.dependencies import InOffice
from web.errors import problem

_STATUSES: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "A plan's content is not for finance and operators"},
    404: {"model": Problem, "description": "No such case among those that you work with, or no plan of that term"},
}
router = APIRouter(prefix=PREFIX, tags=["plans"], responses=COMMON)


@router.get("/cases/{child_ref}/plan", summary="What a plan says", response_model=PlanObject, responses=_STATUSES)
async def get_plan(
    child_ref: str,
    office: InOffice,
    person_id: SignedIn,
    term: Annotated[
        str | None,
        Query(description="As `2026/27 autumn`, or `autumn`. Default: the plan that the case shows"),
    ] = None,
) -> JSONResponse:
    """The newest content of each party, what became of the last plan's targets and money, the meeting's record, views
    and applications, as far as they are shared with you. What is not shared is null."""
    now = await office.clock.now()
    async with office.database.seen_by(person_id) as session:
        seen = await find_seen(session, person_id, child_ref)
        if seen is None:
            raise UnknownCase
        note_read(session, person_id, seen.case.id, "api:plan", now)
        try:
            return JSONResponse(await plan_object(session, seen.case, share_of(seen.roles), now, term=term))
        except PlanNotForThem as error:
            return problem(HTTPStatus.FORBIDDEN, str(error))
        except NoSuchPlan as error:
            return problem(HTTPStatus.NOT_FOUND, str(error))
