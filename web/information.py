"""What every public service says of itself: how accessible it is, and which cookies it sets."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.look.page import page

_PREPARED = date(2026, 11, 25)
_TESTS = (
    "axe, an automated checker, against the rules of WCAG 2.0, 2.1 and 2.2 at levels A and AA",
    "every page checked for one main heading, one main part, a title and its language",
    "the main journeys played with the keyboard alone, and at a width of 320 pixels",
)
"""How the service is tested. Keep it true: each line names what is really done."""
_COOKIES = (
    {
        "called": "Session",
        "purpose": "Knows you from page to page after you have signed in. It holds a random number, nothing about you.",
        "stays": "Until you sign out, or have not used the service for a while",
    },
    {
        "called": "Sign-in",
        "purpose": "Makes sure that the code we send you is used in the browser that asked for it.",
        "stays": "Until you have signed in, or the code has run out",
    },
)
router = APIRouter(default_response_class=HTMLResponse)


@router.get("/accessibility")
async def accessibility_statement(request: Request) -> HTMLResponse:
    """In the order of the model statement for the Public Sector Bodies Accessibility Regulations 2018."""
    return await page(request, "accessibility.html", prepared=_PREPARED, tests=_TESTS)


@router.get("/cookies")
async def cookies(request: Request) -> HTMLResponse:
    """Each cookie, what it is for and how long it stays."""
    return await page(request, "cookies.html", cookies=_COOKIES)
