"""The app behind its real server, on loopback and a free port; and raw requests that no client library would send."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from web.serving import server_of


async def _nothing() -> None:
    return


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """The port on which the app is served meanwhile. An identity provider of the tests is served the same way."""
    office = getattr(app.state, "office", None) if isinstance(app, FastAPI) else None
    closing = office.hub.close if office is not None else _nothing
    server = server_of(app, "127.0.0.1", 0, closing)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        port: int = server.servers[0].sockets[0].getsockname()[1]
        yield port
    finally:
        server.should_exit = True
        await serving


async def until(what: Callable[[], bool | Awaitable[bool]], patience: float = 60.0) -> None:
    """Come back as soon as it is so. TimeoutError when it does not become so."""
    async with asyncio.timeout(patience):
        while True:
            answer = what()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


async def raw(port: int, request: bytes) -> bytes:
    """What the server sends back to these bytes until it hangs up, or for five seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        async with asyncio.timeout(5):
            writer.write(request)
            while chunk := await reader.read(65_536):
                answer += chunk
    except (TimeoutError, ConnectionError):
        return answer
    finally:
        writer.close()
    return answer
