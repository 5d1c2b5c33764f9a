"""The pages that are about no case: what this is, and the API on one page."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from contracts.review import Section
from rules.decide import WHO_MAY
from web.api.routes import LONGEST_PAGE, PAGE
from web.look.page import page

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/")
async def begin() -> Response:
    """Everybody begins at their work; who has not signed in is led to the door from there."""
    return RedirectResponse("/work", HTTPStatus.SEE_OTHER)


@router.get("/about")
async def front(request: Request) -> HTMLResponse:
    """What this is and where its doors are."""
    return await page(request, "front.html")


@router.get("/api")
async def about_the_api(request: Request) -> HTMLResponse:
    """The API on one page."""
    sections = [section.value for section in Section]
    return await page(request, "api.html", who_may=WHO_MAY, sections=sections, usual=PAGE, longest=LONGEST_PAGE)
