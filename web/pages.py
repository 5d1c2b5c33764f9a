"""The pages that are about no case: what this is, and the API on one page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from contracts.review import Section
from rules.decide import WHO_MAY
from web.api.routes import LONGEST_PAGE, PAGE
from web.look.page import page

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/")
@router.get("/about")
async def front(request: Request) -> HTMLResponse:
    """What this is and where its doors are."""
    return await page(request, "front.html")


@router.get("/api")
async def about_the_api(request: Request) -> HTMLResponse:
    """The API on one page."""
    sections = [section.value for section in Section]
    return await page(request, "api.html", who_may=WHO_MAY, sections=sections, usual=PAGE, longest=LONGEST_PAGE)
