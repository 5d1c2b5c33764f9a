"""No change is taken that another site made a visitor's browser send (cross-site request forgery)."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.errors import answered

_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
_SENTENCES = (
    "This did not come from a page of this service, so nothing was changed.",
    "Go back, load the page again and send it from there. What you typed is still in the page before this one.",
)


class SameOrigin:
    """Asks the browser where a request comes from, by the headers that no page can set: `Sec-Fetch-Site`, or else
    `Origin` against `Host`. A client that sends neither is no browser that holds a visitor's cookie: it passes with a
    bearer token or without any cookie. Everything else is answered 403."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _CHANGES_NOTHING or _is_ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        refusal = await answered(Request(scope), HTTPStatus.FORBIDDEN, *_SENTENCES)
        await refusal(scope, receive, send)


def _is_ours(headers: Headers) -> bool:
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in _OURS
    if origin is not None:
        return _host_of(origin) == headers.get("host", "").lower() != ""
    return "cookie" not in headers or headers.get("authorization", "").lower().startswith("bearer ")


def _host_of(origin: str) -> str:
    """Host and port of an origin, as `Host` has them. Empty for `null` and for what is no address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
