"""Server-sent events as an answer. Whoever does not read what is sent is let go."""

import asyncio
import logging
from collections.abc import AsyncGenerator

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

PATIENCE = 20.0
"""Seconds in which a reader must have taken what was sent."""
STILL_HERE = b": still here\n\n"
"""A comment: it keeps proxies from taking the stream for dead, and shows us when the reader has left."""
log = logging.getLogger(__name__)


def event(name: str, revision: int) -> bytes:
    """One event. Its data are the number of the case's revision and nothing else."""
    return format_sse_event(event=name, data_str=str(revision))


class EventStream(StreamingResponse):
    """Sends events as they are made. `events` is closed whatever ends the answer."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        super().__init__(events, headers={"x-accel-buffering": "no"})
        self._events = events

    async def stream_response(self, send: Send) -> None:
        async def in_time(message: Message) -> None:
            async with asyncio.timeout(PATIENCE):
                await send(message)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            log.info("somebody who did not read the news was let go")
        finally:
            await self._events.aclose()
