"""No request body over 64 KB (ACTS.md), counted while it is read: what a header states about it proves nothing."""

import asyncio
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import answered

LIMIT = 64 * 1024
"""Bytes."""
_THROWN_AWAY = 1024 * 1024
_PATIENCE = 1.0
"""Of a body that is too large, so much is read for so many seconds: who still sends does not see an answer."""
_SENTENCE = "This is larger than 64 KB and was not read. Nothing was changed: shorten it, or send it in parts."


class _TooLarge(Exception):
    """The body has more bytes than LIMIT."""


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
        try:
            body = await _read(Headers(scope=scope), receive)
        except _TooLarge:
            refusal = await answered(
                Request(scope), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _SENTENCE, headers={"connection": "close"}
            )
            await refusal(scope, receive, send)
        except _HungUp:
            return
        else:
            await self._app(scope, _again(body, receive), send)


async def _read(headers: Headers, receive: Receive) -> bytes:
    stated = headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > LIMIT:
        if "expect" not in headers:  # it waits for a word from us and sends nothing before
            await _throw_away(receive)
        raise _TooLarge
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _HungUp
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > LIMIT:
            if message.get("more_body", False):
                await _throw_away(receive)
            raise _TooLarge
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _throw_away(receive: Receive) -> None:
    size = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            while size < _THROWN_AWAY:
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
