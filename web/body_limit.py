"""No request body over 64 KB (ACTS.md), counted while it is read: what a header states about it proves nothing.

Only the forms of a case take a larger one, and the addresses that take a file: of a plan, and a statement.
"""

import asyncio
import re
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rules.attachments import LARGEST
from web.errors import answered

LIMIT = 64 * 1024
"""Bytes."""
FORM_LIMIT = 512 * 1024
"""Bytes of a form of a case. A field may hold 20,000 characters, and a browser sends nine bytes for one that is not
ASCII, twelve for an emoji."""
_FORMS = "/cases/"
_TAKES_FILES = re.compile(r"/cases/[^/]+/attachments|/payments/statements")


@dataclass(frozen=True, slots=True)
class _Allowance:
    """`limit` in bytes. Of a body that is too large, `thrown_away` bytes are read for `patience` seconds: who still
    sends does not see an answer."""

    limit: int
    thrown_away: int
    patience: float
    sentence: str


_USUAL = _Allowance(
    LIMIT,
    1024 * 1024,
    1.0,
    "This is larger than 64 KB and was not read. Nothing was changed: shorten it, or send it in parts.",
)
_A_FORM = _Allowance(
    FORM_LIMIT,
    4 * 1024 * 1024,
    2.0,
    "This is larger than 512 KB and was not read. Nothing was changed: go back, shorten it, and send it again.",
)
_A_FILE = _Allowance(
    LARGEST + LIMIT,  # the file, and what a form has around it
    32 * 1024 * 1024,
    10.0,
    f"The file is larger than {LARGEST // 1024 // 1024} MB and was not read. Nothing was changed: go back, make "
    "it smaller or divide it, and send it again.",
)


class _TooLarge(Exception):
    """The body has more bytes than are allowed."""


class _HungUp(Exception):
    """The other side left before its body was whole."""


class BodyLimit:
    """Reads the body before anything else sees the request; what is too large is answered 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allowed = _allowance_for(scope)
        try:
            body = await _read(Headers(scope=scope), receive, allowed)
        except _TooLarge:
            refusal = await answered(
                Request(scope), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, allowed.sentence, headers={"connection": "close"}
            )
            await refusal(scope, receive, send)
        except _HungUp:
            return
        else:
            await self._app(scope, _again(body, receive), send)


def _allowance_for(scope: Scope) -> _Allowance:
    if scope["method"] != "POST":
        return _USUAL
    if _TAKES_FILES.fullmatch(scope["path"]):
        return _A_FILE
    return _A_FORM if scope["path"].startswith(_FORMS) else _USUAL


async def _read(headers: Headers, receive: Receive, allowed: _Allowance) -> bytes:
    stated = headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > allowed.limit:
        if "expect" not in headers:  # it waits for a word from us and sends nothing before
            await _throw_away(receive, allowed)
        raise _TooLarge
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _HungUp
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > allowed.limit:
            if message.get("more_body", False):
                await _throw_away(receive, allowed)
            raise _TooLarge
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _throw_away(receive: Receive, allowed: _Allowance) -> None:
    size = 0
    try:
        async with asyncio.timeout(allowed.patience):
            while size < allowed.thrown_away:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _again(body: bytes, receive: Receive) -> Receive:
    """The body as if it had not been read yet, and then whatever comes."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return first.pop() if first else await receive()

    return next_message
