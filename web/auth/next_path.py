"""Where somebody goes after signing in: only ever to a page of this site."""

from urllib.parse import urlsplit

from fastapi import Request

FIRST_PAGE = "/work"
_LONGEST = 300
_A_PAGE = "text/html"


def safe(path: str | None) -> str:
    """The path itself if it is one of this site, else the first page.

    One slash at its start, no backslash and no control character: browsers read `//evil.example`, `/\\evil.example` and
    `/<tab>/evil.example` as other sites. The doors themselves lead back to themselves, so they are no place to go to.
    """
    if not path or len(path) > _LONGEST or not path.startswith("/") or path.startswith(("//", "/sign-")):
        return FIRST_PAGE
    if "\\" in path or not path.isprintable() or " " in path:
        return FIRST_PAGE
    try:
        parts = urlsplit(path)
    except ValueError:
        return FIRST_PAGE
    return FIRST_PAGE if parts.scheme or parts.netloc else path


def wanted(request: Request) -> str:
    """The page that a request without a session was for; the first page for what is none (a file, a script's request).

    A form's own path is where the form is.
    """
    is_page = _A_PAGE in request.headers.get("accept", "") and request.headers.get("sec-fetch-dest") in (
        None,
        "document",
    )
    path: str = request.scope["path"]
    return safe(path) if is_page and "." not in path.rpartition("/")[2] else FIRST_PAGE
