"""The server that the app runs on."""

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

_LAST_ANSWERS = 10
"""Seconds that requests have to end once the server is told to stop."""


class _Server(uvicorn.Server):
    """Stops when we say so. The library's own handling of signals would end the process before the rest is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server for one app. The library's own lines about requests are off, they hold addresses."""
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
    return _Server(config)
