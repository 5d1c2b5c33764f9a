"""No body over 64 KB, whatever its headers say of it: over the real server, for a client cannot lie to a stand-in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from casework.imports import ImportReport
from contracts.people import Role
from store.database import Database
from tests.support.clock import FixedClock
from tests.web.door import CHILD, SOCIAL_WORKER, Door, app_on
from tests.web.served import raw, served

LIMIT = 64 * 1024
ACTS = f"/api/v1/cases/{CHILD}/acts"
ACT = b'{"action": "arrange_meeting", "by": "social_worker", "on": "2026-10-14"}'


@pytest.fixture
async def counter(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Door]:
    """As `door`, behind the real server."""
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(app_on(database, clock)))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
        door = Door(database, clock, client)
        await door.open(CHILD)
        await door.sign_in(Role.SOCIAL_WORKER, SOCIAL_WORKER)
        yield door


def padded(size: int) -> bytes:
    return ACT + b" " * (size - len(ACT))


async def in_pieces(body: bytes, size: int = 9_999) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await asyncio.sleep(0)


async def test_a_body_of_64_kb_is_read_and_one_byte_more_is_not(counter: Door) -> None:
    for size, stated, in_chunks in ((LIMIT, 200, 200), (LIMIT + 1, 413, 413), (700_000, 413, 413)):
        answer = await counter.client.post(ACTS, content=padded(size))
        assert answer.status_code == stated
        answer = await counter.client.post(ACTS, content=in_pieces(padded(size)))
        assert answer.status_code == in_chunks
        if stated == 413:
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "64 KB" in answer.json()["sentences"][0]
    assert (await counter.rows())["acts"] == 2


async def test_whoever_asks_and_whatever_for_the_body_is_limited(counter: Door) -> None:
    del counter.client.headers["Authorization"]
    for method, path in (("POST", ACTS), ("POST", "/nothing"), ("GET", "/live")):
        answer = await counter.client.request(method, path, content=padded(LIMIT + 1))
        assert answer.status_code == 413


async def test_a_header_that_lies_about_the_length_gains_nothing(counter: Door) -> None:
    port = counter.client.base_url.port
    assert port
    token = counter.client.headers["Authorization"]
    head = f"POST {ACTS} HTTP/1.1\r\nHost: pep\r\nAuthorization: {token}\r\n"
    large = padded(LIMIT * 2)
    too_little = await raw(port, f"{head}Content-Length: 10\r\n\r\n".encode() + large)
    assert statuses(too_little)[0] == 422, "ten bytes of it are no act"
    too_much = await raw(port, f"{head}Content-Length: {LIMIT * 2}\r\n\r\n".encode() + ACT)
    assert statuses(too_much) == [413]
    waiting = await raw(port, f"{head}Content-Length: {LIMIT * 2}\r\nExpect: 100-continue\r\n\r\n".encode())
    assert statuses(waiting) == [413], "it is not asked to send any of it"
    chunk = f"{len(large):x}\r\n".encode() + large + b"\r\n0\r\n\r\n"
    both = await raw(port, f"{head}Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunk)
    assert statuses(both)[0] in (400, 413)
    assert (await counter.rows())["acts"] == 0
    assert (await counter.arrange()).status_code == 200, "the server goes on"


async def test_a_body_is_counted_also_where_the_server_in_front_believes_the_header(door: Door) -> None:
    answer = await door.client.post(ACTS, content=padded(LIMIT + 1), headers={"Content-Length": "10"})
    assert answer.status_code == 413
    assert answer.request.headers["Content-Length"] == "10"


async def test_half_a_body_changes_nothing(counter: Door) -> None:
    port = counter.client.base_url.port
    assert port
    token = counter.client.headers["Authorization"]
    head = f"POST {ACTS} HTTP/1.1\r\nHost: pep\r\nAuthorization: {token}\r\nContent-Length: {len(ACT)}\r\n\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + ACT[:40])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await counter.arrange()).status_code == 200
    assert (await counter.rows())["acts"] == 1


def statuses(answer: bytes) -> list[int]:
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
