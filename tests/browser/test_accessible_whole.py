"""No page is left out of what the files before this one look at with axe: they come first, by their names."""

from collections.abc import Iterator
from typing import Any

from tests.browser.stage import Stage
from web.app import undressed_app

NOT_PAGES = ("/api/", "/live", "/ready", "/static")
"""What no browser shows as a page of ours."""
FILES = (".pdf", ".csv", ".xlsx", ".ics", ".svg", "/news", "/{attachment_id}")
NO_PAGE_OF_THEIR_OWN = {"/", "/views/{view_id}", "/sign-in/provider", "/sign-in/provider/back"}
"""They lead on to the door or to somebody's work, or to an authority's own identity provider and back."""


async def test_no_page_is_left_out(house: Stage) -> None:
    """Each page was looked at by a test of the files before."""
    assert set(_pages()) - house.looked_at == set()


def _pages() -> Iterator[str]:
    """The routes of all pages that the app has."""
    for path in _routes(undressed_app()):
        if not path.startswith(NOT_PAGES) and not path.endswith(FILES) and path not in NO_PAGE_OF_THEIR_OWN:
            yield path


def _routes(routed: Any) -> Iterator[str]:
    for route in routed.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path
