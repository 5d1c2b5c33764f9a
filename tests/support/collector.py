"""An OpenTelemetry collector for tests, on a free loopback port: keeps the spans that it is sent, as OTLP over HTTP."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """`bodies` are the requests as they came, unpacked."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[bytes] = []
        self._news = asyncio.Condition()

    @property
    def spans(self) -> Iterator[Span]:
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    yield from scope.spans

    async def has(self, *names: str, patience: float = 60.0) -> None:
        """Wait until spans of all these names have come."""
        async with asyncio.timeout(patience), self._news:
            await self._news.wait_for(lambda: set(names) <= {span.name for span in self.spans})

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            body = await reader.readexactly(int(head.get("content-length", "0")))
            async with self._news:
                self.bodies.append(gzip.decompress(body) if head.get("content-encoding") == "gzip" else body)
                self._news.notify_all()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        writer.close()


async def _head(reader: asyncio.StreamReader) -> dict[str, str]:
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except asyncio.IncompleteReadError:
        return {}
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector = Collector()
    server = await asyncio.start_server(collector.take, "127.0.0.1", 0)
    collector.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield collector
