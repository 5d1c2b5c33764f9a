"""The list of cases: filtered, sorted, fifty on a page. One form; what is asked stands in the address (asked.py)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from web.auth.session import InSession, Visitor
from web.cases.asked import Asked, as_query, asked_in, faults_in, from_query
from web.cases.choices import fields_of, said_of
from web.cases.eyes import Reading
from web.cases.gathered import Gathered, gather
from web.cases.shown import heads
from web.dependencies import InOffice, Office
from web.epep.done import sentence_of
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page

_FAR = 100_000
router = APIRouter()


@router.get("/cases")
async def cases(
    request: Request,
    office: InOffice,
    visitor: InSession,
    number: Annotated[int, Query(ge=1, le=_FAR, alias="page")] = 1,
) -> Response:
    """The children that somebody works with, as they asked for them; for the Virtual School every child."""
    asked = from_query(request.url.query, office.doorkeeper.ring, visitor.person_id)
    return await show(request, office, visitor, asked, number=number)


@router.post("/cases")
async def find_cases(request: Request, office: InOffice, visitor: InSession) -> Response:
    """On to the list that the form asks for, with what was typed sealed in its address."""
    typed = await typed_in(request)
    usual = (await Reading.of(office, visitor)).eyes.usual
    asked = asked_in({name: first(typed, name) for name in typed}, usual)
    faults = faults_in(asked)
    if faults:
        return await show(request, office, visitor, asked, errors=faults)
    query = as_query(asked, office.doorkeeper.ring, visitor.person_id)
    return RedirectResponse(f"/cases{query}", HTTPStatus.SEE_OTHER)


async def show(
    request: Request,
    office: Office,
    visitor: Visitor,
    asked: Asked,
    *,
    number: int = 1,
    errors: Sequence[Mapping[str, str]] = (),
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The list; with `errors`, as a form that comes back with what was `typed` for a saved view."""
    reading = await Reading.of(office, visitor)
    found = await gather(office, reading, asked, number)

    def query(of: Asked = asked, **more: str) -> str:
        return as_query(of, office.doorkeeper.ring, visitor.person_id, **more)

    facts: dict[str, Any] = {
        "found": found,
        "asked": asked,
        "said": said_of(asked, reading.eyes),
        "fields": fields_of(asked, reading.eyes, found.teams),
        "heads": heads(reading.eyes, asked, lambda order: query(asked.sorted_by(order))),
        "open_filters": bool(reading.reader.everywhere) or bool(errors),
        "query": query(),
        "pagination": _pagination(found, lambda page: query(page=str(page))),
        "person_id": visitor.person_id,
        "typed": typed or {},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    notice = None if errors else sentence_of(request)
    return await page(request, "cases/list.html", status=status, errors=errors, notice=notice, **facts)


def _pagination(found: Gathered, address: Any) -> dict[str, Any] | None:
    """As `govukPagination` reads it: the first, the last, and those around this one."""
    if found.pages == 1:
        return None
    shown = sorted({1, found.pages, *(n for n in range(found.number - 1, found.number + 2) if 1 <= n <= found.pages)})
    items: list[dict[str, Any]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            items.append({"ellipsis": True})
        items.append({"number": number, "href": f"/cases{address(number)}", "current": number == found.number})
    given: dict[str, Any] = {"items": items, "landmarkLabel": "Pages of the list"}
    if found.number > 1:
        given["previous"] = {"href": f"/cases{address(found.number - 1)}"}
    if found.number < found.pages:
        given["next"] = {"href": f"/cases{address(found.number + 1)}"}
    return given
