"""Meeting dates to choose from: for one child, and a proposal that spreads many. They are arranged with acts."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from casework.dates import NotForThem, dates_object, offer_for, spread_for, spread_object
from casework.errors import UnknownCase
from contracts.people import Role
from store.caseload import find_seen
from store.record_reads import note_read
from web.api.date_shapes import DatesObject, SpreadObject
from web.api.routes import COMMON, PREFIX, UNKNOWN
from web.api.shapes import Problem
from web.auth.bearer import SignedIn
from web.dependencies import InOffice
from web.errors import problem

_ONE: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "Finance sees no dates"},
    404: UNKNOWN,
}
_MANY: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "You are neither the Virtual School nor a team manager"},
    422: {"model": Problem, "description": "A parameter is not of its kind"},
}
_NOT_FOR_FINANCE = "Meeting dates belong to the plan, which finance does not see. Ask the Virtual School."
router = APIRouter(prefix=PREFIX, tags=["dates"], responses=COMMON)


@router.get(
    "/cases/{child_ref}/dates",
    summary="The meeting dates that a child's term still has",
    response_model=DatesObject,
    responses=_ONE,
)
async def get_dates(child_ref: str, office: InOffice, person_id: SignedIn) -> JSONResponse:
    """The valid days, the latest safe date, a day to start with, and why each other day is refused."""
    now = await office.clock.now()
    async with office.database.seen_by(person_id) as session:
        seen = await find_seen(session, person_id, child_ref)
        if seen is None:
            raise UnknownCase
        note_read(session, person_id, seen.case.id, "api:dates", now)
    if seen.roles == {Role.FINANCE}:
        return problem(HTTPStatus.FORBIDDEN, _NOT_FOR_FINANCE)
    offer = await asyncio.to_thread(offer_for, seen.reviews, now)  # a hundred days, each with its sentences
    return JSONResponse(dates_object(seen.case.ref, offer))


@router.get(
    "/spread",
    summary="Meeting dates that spread the sign-offs",
    response_model=SpreadObject,
    responses=_MANY,
)
async def get_spread(
    office: InOffice,
    person_id: SignedIn,
    move_agreed: Annotated[bool, Query(description="Also move arranged dates of the fullest weeks")] = False,
) -> JSONResponse:
    """A proposal for every review whose meeting was not held: of the authority for the Virtual School, of their own
    cases for a team manager. It arranges nothing."""
    now = await office.clock.now()
    async with office.database.seen_by(person_id) as session:
        try:
            found = await spread_for(session, person_id, now, keep_agreed=not move_agreed)
        except NotForThem as error:
            return problem(HTTPStatus.FORBIDDEN, str(error))
    return JSONResponse(spread_object(found))
