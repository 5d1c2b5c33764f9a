"""The pages there are until the e-PEP pages come. They show no case: nobody can sign in yet."""

import asyncio
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError

from contracts.review import Section
from rules.decide import WHO_MAY
from store.cases import the_authority
from web.api.routes import LONGEST_PAGE, PAGE
from web.dependencies import InOffice, Office

_PATIENCE = 1.0
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
router = APIRouter(default_response_class=HTMLResponse)


@router.get("/")
async def front(office: InOffice) -> HTMLResponse:
    """What this is and where its doors are."""
    return await _page(office, "front.html")


@router.get("/cases/{child_ref}")
async def case_page(office: InOffice) -> HTMLResponse:
    """Letters link here. The same for every reference, so that it tells nobody which ones there are."""
    return await _page(office, "case.html")


@router.get("/api")
async def about_the_api(office: InOffice) -> HTMLResponse:
    """The API on one page."""
    sections = [section.value for section in Section]
    return await _page(office, "api.html", who_may=WHO_MAY, sections=sections, page=PAGE, longest=LONGEST_PAGE)


async def _page(office: Office, template: str, **facts: Any) -> HTMLResponse:
    name, demonstration = await _authority(office)
    html = _TEMPLATES.get_template(template).render(authority=name, demonstration=demonstration, **facts)
    return HTMLResponse(html)


async def _authority(office: Office) -> tuple[str | None, bool]:
    """Whose service this is. A page is shown without it while the database is away."""
    try:
        async with asyncio.timeout(_PATIENCE), office.database.transaction() as session:
            found = await the_authority(session)
    except (SQLAlchemyError, OSError):
        return None, False
    return (found.name, found.demonstration) if found else (None, False)
