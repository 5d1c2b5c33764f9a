"""The server that the app runs on."""

import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

Closing = Callable[[], Awaitable[None]]
_LAST_ANSWERS = 10
"""Seconds that requests have to end once the server is told to stop."""


class _Server(uvicorn.Server):
    """Stops when we say so. The library's own handling of signals would end the process before the rest is closed."""

    def __init__(self, config: uvicorn.Config, before_stopping: Closing) -> None:
        super().__init__(config)
        self._before_stopping = before_stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._before_stopping()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _nothing_to_close() -> None:
    return


def server_of(app: ASGIApp, host: str, port: int, before_stopping: Closing = _nothing_to_close) -> uvicorn.Server:
    """A server for one app. The library's own lines about requests are off, they hold addresses.

    `before_stopping` ends the answers that would not end by themselves.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=_LAST_ANSWERS,
    )
    return _Server(config, before_stopping)
