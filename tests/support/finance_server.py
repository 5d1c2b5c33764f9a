"""A finance system for tests, on a free loopback port: keeps docs/finance-interface.md, or misbehaves on request."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.types import Receive, Scope, Send

from activities.finance import PaymentAnswer, PaymentDiffers, PaymentOrder
from tests.support.finance_book import WITHOUT_AN_ANSWER, FinanceBook, Manner

TOKEN = "the finance token"


class FinanceServer:
    """`async with FinanceServer() as server`: ask it at `server.url` with TOKEN; what it did is in `server.book`.

    `server.book.plan(...)` says how the next requests are treated. One that hangs does so until `forget` or the end.
    """

    def __init__(self) -> None:
        self.book = FinanceBook()
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self._ends = asyncio.Event()
        config = uvicorn.Config(_app(self), log_config=None, access_log=False, lifespan="off", ws="none")
        self._server = _QuietServer(config)
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.set()
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving

    def forget(self) -> None:
        """Empty books, for the next test."""
        self._ends.set()
        self._ends = asyncio.Event()
        self.book = FinanceBook()
        self.headers = []

    async def treat(self, request: Request, manner: Manner, good: Response) -> Response:
        """The answer, spoilt as the manner says."""
        self.headers.append(dict(request.headers))
        match manner:
            case Manner.HANG_BEFORE | Manner.HANG_AFTER:
                await self._ends.wait()
                return Response(status_code=504)
            case Manner.DROP_AFTER:
                return _HungUp()
            case Manner.FAIL_BEFORE | Manner.FAIL_AFTER:
                return JSONResponse({"detail": "broken"}, status_code=500)
            case Manner.LOGIN_PAGE:
                return HTMLResponse("<h1>Please sign in</h1>")
            case Manner.BUSY:
                return Response(status_code=429)
            case Manner.REDIRECT:
                return RedirectResponse(f"{self.url}/elsewhere", status_code=307)
            case Manner.MIX_UP:
                mixed_up = {"key": "grant-of-another", "state": "accepted", "pence": 50_000}
                return JSONResponse(mixed_up, status_code=201)
        return good


def _app(server: FinanceServer) -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.post("/payments")
    async def pay(request: Request) -> Response:
        if not _known(request):
            return Response(status_code=401)
        body = await request.json()
        key = request.headers["idempotency-key"]
        assert body.pop("currency") == "GBP"
        assert body["key"] == key
        manner = server.book.next_manner()
        try:
            answer = server.book.take(PaymentOrder(**body), manner)
        except PaymentDiffers:
            return JSONResponse({"key": key, "state": "differs"}, status_code=409)
        server.book.note("pay", key, None if manner in WITHOUT_AN_ANSWER else answer)
        refused = answer.outcome.value == "refused"
        return await server.treat(request, manner, _contract(key, answer, 422 if refused else 201))

    @app.get("/payments/{key}")
    async def look_up(request: Request, key: str) -> Response:
        if not _known(request):
            return Response(status_code=401)
        answer, manner = server.book.about(key), server.book.next_manner()
        server.book.note("look_up", key, None if manner in WITHOUT_AN_ANSWER else answer)
        missing = answer.outcome.value == "not_found"
        return await server.treat(request, manner, _contract(key, answer, 404 if missing else 200))

    return app


def _known(request: Request) -> bool:
    return request.headers.get("authorization") == f"Bearer {TOKEN}"


def _contract(key: str, answer: PaymentAnswer, status: int) -> Response:
    body = {"key": key, "state": answer.outcome.value, "pence": answer.pence, "reference": answer.reference}
    return JSONResponse(body, status_code=status)


class _HungUp(Response):
    """Promises a body and closes the connection instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"1000")]})


class _QuietServer(uvicorn.Server):
    """Leaves the signals of the test run alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
