"""Somebody whose page waits for news, on the real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.web.door import CHILD


@dataclass
class News:
    """A stream of news as a browser reads it."""

    lines: AsyncIterator[str]

    async def next(self) -> tuple[str, str]:
        """The next event's name and data. `StopAsyncIteration` when the stream has ended."""
        name = ""
        async for line in self.lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, line.removeprefix("data: ")
        raise StreamEnded

    async def moves_to(self, revision: int) -> None:
        """Wait until the stream tells of this revision. A move that a beat has found already is told once more."""
        found = await self.next()
        while found == ("moved", str(revision - 1)):
            found = await self.next()
        assert found == ("moved", str(revision))

    async def ends(self, revision: int) -> None:
        """Wait until the stream says that it ends, with nothing new before it."""
        found = await self.next()
        while found == ("moved", str(revision)):
            found = await self.next()
        assert found[0] == "ended"

    async def beat(self) -> None:
        """Wait for the next sign that the stream is still there."""
        async for line in self.lines:
            if line == ": still here":
                return
        raise StreamEnded


class StreamEnded(Exception):
    """The server sends nothing more."""


@asynccontextmanager
async def news_of(client: httpx.AsyncClient, child: str = CHILD) -> AsyncIterator[News]:
    """The news of a case from now on."""
    async with client.stream("GET", f"/cases/{child}/news") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        yield News(answer.aiter_lines())
