"""The JSON API of ACTS.md: acts go to casework as they come, cases are shown as casework sees them."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from casework.errors import UnknownCase
from casework.take import Answer
from casework.view import case_object, case_objects
from casework.which import shown
from contracts.clock import london_date
from contracts.review import Stage
from rules.findings import Finding
from store.caseload import SeenCase, caseload, find_seen
from store.record_reads import note_read
from web.api.act_body import UnreadableAct, act_in
from web.api.eyes import as_seen
from web.api.shapes import ActAnswer, CaseObject, Problem
from web.auth.bearer import SignedIn
from web.dependencies import InOffice, Office
from web.errors import is_outage, maybe_stored

PREFIX = "/api/v1"
PAGE, LONGEST_PAGE = 100, 200
UNKNOWN = {"model": Problem, "description": "No such case among those that you work with"}
COMMON: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No token, or one that is not known or was revoked"},
    503: {"model": Problem, "description": "The database does not answer; try again"},
}
_ACTS: dict[int | str, dict[str, Any]] = {
    200: {"model": ActAnswer, "description": "Accepted and stored"},
    403: {"model": ActAnswer, "description": "Refused: not this person's to do (ROLE)"},
    404: UNKNOWN,
    409: {"model": ActAnswer, "description": "Refused: a rule of the process, STALE or ORDER"},
    413: {"model": Problem, "description": "The body is larger than 64 KB"},
    422: {"model": ActAnswer, "description": "Refused: a field missing, unknown or not of its kind (FORM)"},
}
_LIST: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {"Link": {"schema": {"type": "string"}, "description": 'The next page, `<...>; rel="next"`'}},
    },
    422: {"model": Problem, "description": "A parameter is not of its kind"},
}
router = APIRouter(prefix=PREFIX, tags=["cases"], responses=COMMON)


@router.post("/cases/{child_ref}/acts", summary="Do something on a case", responses=_ACTS)
async def take_act(child_ref: str, request: Request, office: InOffice, person_id: SignedIn) -> JSONResponse:
    """An act is decided once, by the rules, in the transaction that stores it. Without an `id` one is made; the same
    accepted `id` twice is one act. A refusal changes nothing."""
    body = await request.body()
    seen, case = await _look(office, person_id, child_ref)
    try:
        act = {"id": str(uuid4()), **act_in(body)}
    except UnreadableAct as error:
        refused = Answer(str(uuid4()), False, (Finding("FORM", str(error)),), case)
        return _answered(refused, seen, told=True)
    try:
        answer = await office.casework.take(child_ref, act, person_id=person_id)
    except Exception as error:
        if not is_outage(error):
            raise
        return maybe_stored(str(act["id"]))
    return _answered(answer, seen, told=await office.courier.tell(answer.to_tell))


@router.get("/cases/{child_ref}", summary="One case", response_model=CaseObject, responses={404: UNKNOWN})
async def get_case(child_ref: str, office: InOffice, person_id: SignedIn) -> JSONResponse:
    """Who holds it, since when, until when, and what exactly is missing."""
    seen, case = await _look(office, person_id, child_ref)
    return JSONResponse(as_seen(case, seen))


@router.get("/cases", summary="Your caseload", response_model=list[CaseObject], responses=_LIST)
async def list_cases(
    office: InOffice,
    person_id: SignedIn,
    after: Annotated[str | None, Query(description="Only references after this one")] = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="At most so many")] = PAGE,
    stage: Annotated[Stage | None, Query(description="Only cases at this stage")] = None,
) -> JSONResponse:
    """The cases on which you have a role, in the order of their references. A `Link` header names the next page."""
    found = await _page(office, person_id, after, limit + 1, stage)
    cases, headers = found[:limit], {}
    if len(found) > limit:
        more = {"after": cases[-1]["child"], "limit": limit} | ({"stage": stage.value} if stage else {})
        headers["Link"] = f'<{PREFIX}/cases?{urlencode(more)}>; rel="next"'
    return JSONResponse(cases, headers=headers)


async def _page(
    office: Office, person_id: int, after: str | None, limit: int, stage: Stage | None
) -> list[dict[str, Any]]:
    """The next `limit` cases that are at the stage now, or fewer at the end of the caseload."""
    now, found = await office.clock.now(), []
    today = london_date(now)
    async with office.database.seen_by(person_id) as session:
        while True:
            candidates = await caseload(session, person_id, after=after, limit=limit, stage=stage, today=today)
            cases = await case_objects(session, [(seen.case, shown(seen.reviews)) for seen in candidates], now)
            for seen, case in zip(candidates, cases, strict=True):
                if stage is None or case["stage"] == stage:
                    found.append(as_seen(case, seen))
            if len(found) >= limit or len(candidates) < limit:
                return found[:limit]
            after = candidates[-1].case.ref


async def _look(office: Office, person_id: int, child_ref: str) -> tuple[SeenCase, dict[str, Any]]:
    """A case and its case object. Raises UnknownCase for one that does not exist or is foreign to the person."""
    now = await office.clock.now()
    async with office.database.seen_by(person_id) as session:
        seen = await find_seen(session, person_id, child_ref)
        if seen is None:
            raise UnknownCase
        note_read(session, person_id, seen.case.id, "api:case", now)
        return seen, await case_object(session, seen.case, shown(seen.reviews), now)


def _answered(answer: Answer, seen: SeenCase, *, told: bool) -> JSONResponse:
    body = answer.as_json(told=told)
    body["id"] = answer.id.encode("utf-8", "replace").decode()  # half of a pair is no text, also in an answer
    if answer.case is not None:
        body["case"] = as_seen(answer.case, seen)
    return JSONResponse(body, _status(answer))


def _status(answer: Answer) -> HTTPStatus:
    rules = {finding.rule for finding in answer.findings}
    if answer.accepted:
        return HTTPStatus.OK
    if "FORM" in rules:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FORBIDDEN if "ROLE" in rules else HTTPStatus.CONFLICT
