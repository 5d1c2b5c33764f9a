"""The outermost layer: safe headers on every answer, one plain log line a request, and no fault without an answer."""

import json
import logging
import traceback
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_SENTENCE = (
    "Something here is broken, and the operator can see it. Try again later; an act sent again with the same id "
    "counts once."
)
_ASKED_ALL_THE_TIME = frozenset({"/live", "/ready"})
log = logging.getLogger("web")


class Edge:
    """Logs method, route and status: never an address with its reference, a query, a body or an exception's text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            log.error(f"a request failed in {_place(error)}", extra={"error_type": type(error).__name__})
            if answer.status is None:
                await _apologise(answer.send)
        route = _template(scope)
        level = logging.DEBUG if route in _ASKED_ALL_THE_TIME else logging.INFO
        log.log(level, f"{scope['method']} {route} {answer.status or 'hung up'}")


class _Answer:
    """Sends an answer with our headers and remembers its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


async def _apologise(send: Send) -> None:
    body = json.dumps({"sentences": [_SENTENCE]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _template(scope: Scope) -> str:
    """The route as it is written in the code, `/cases/{ref}`."""
    route: Any = scope.get("route")
    return getattr(route, "path", None) or "no route"


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
