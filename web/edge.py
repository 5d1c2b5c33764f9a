"""The outermost layer: safe headers on every answer, one plain log line a request, and no fault without an answer."""

import logging
import secrets
import time
import traceback
from pathlib import Path
from typing import Any

from fastapi import Request
from opentelemetry.trace import SpanKind
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spans import span
from web.errors import broken, is_for_api
from web.measuring import known, measure

HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",  # none at all would make older browsers hide where a form comes from
    "x-content-type-options": "nosniff",
}
_FOR_API = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOR_PAGES = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
_STAY_WITH_HTTPS = "max-age=31536000; includeSubDomains"
_ASKED_ALL_THE_TIME = frozenset({"/live", "/ready"})
log = logging.getLogger("web")


class Edge:
    """Logs method, route and status: never an address with its reference, a query, a body or an exception's text.

    Every request has a fresh nonce in its state; only the scripts of its own page carry it. With `https` browsers are
    told to come by nothing else for a year.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._more = {"strict-transport-security": _STAY_WITH_HTTPS} if https else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = scope.setdefault("state", {})["nonce"] = secrets.token_urlsafe(16)
        policy = _FOR_API if is_for_api(scope["path"]) else _FOR_PAGES.format(nonce=nonce)
        began = time.perf_counter()
        answer = _Answer(send, HEADERS | self._more | {"content-security-policy": policy})
        with span("request", SpanKind.SERVER) as traced:
            await self._answer(scope, receive, answer)
            route = _template(scope)
            traced.update_name(f"{known(scope['method'])} {route}")
            traced.set_attribute("http.route", route)
            traced.set_attribute("http.response.status_code", answer.status or 0)
            self._note(scope, route, answer, began)

    async def _answer(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            log.error(f"a request failed in {_place(error)}", extra={"error_type": type(error).__name__})
            if answer.status is None:
                apology = await broken(Request(scope))
                await apology(scope, receive, answer.send)

    def _note(self, scope: Scope, route: str, answer: "_Answer", began: float) -> None:
        measure(scope["method"], route, answer.status, (answer.began_at or time.perf_counter()) - began)
        level = logging.DEBUG if route in _ASKED_ALL_THE_TIME else logging.INFO
        log.log(level, f"{scope['method']} {route} {answer.status or 'hung up'}")


class _Answer:
    """Sends an answer with these headers and remembers its status."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send, self._headers = send, headers
        self.status: int | None = None
        self.began_at: float | None = None
        """When the answer began, by `time.perf_counter`: a stream goes on for as long as its page is open."""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.began_at = time.perf_counter()
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _template(scope: Scope) -> str:
    """The route as it is written in the code, `/cases/{ref}`."""
    route: Any = scope.get("route")
    return getattr(route, "path", None) or "no route"


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
