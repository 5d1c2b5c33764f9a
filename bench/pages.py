"""How long the pages take on the largest authority's database: 2,300 children, five years of reviews.

.venv/bin/python -m bench.pages [--data FOLDER] [--only WORD] [--rounds 30]

Over HTTP on loopback, one request at a time, from the same process: what the client needs is in the figures. With
`--data` the database is kept there and used again. For each page: who asks, statements to the database, median and 95th
percentile in milliseconds, processor time a request (of this process and of PostgreSQL's, in milliseconds: on a machine
that others use as well, it says more than the clock), bytes.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench import cpu
from bench.invented_term import SetClock
from bench.large_authority import FAMILY, OFFICES, PRESENT, make
from bench.page_addresses import Page, pages_of
from casework.take import Casework
from local.ports import free_port
from local.postgres import EmbeddedPostgres
from post.smtp import SmtpPost
from starter.encryption import KeyRing
from store.clock import DatabaseClock
from store.database import Database
from store.haste import in_haste
from store.migrate import upgrade
from store.sessions import Way, begin
from store.tables import Case, CaseRole, Person
from store.tokens import create
from web.app import create_app
from web.auth.codes import CodePost
from web.auth.doorkeeper import Doorkeeper
from web.dependencies import Dependencies
from web.readiness import MailServer, Observer
from web.serving import server_of

WARM_UP = 5
OK = 200


async def main(data: Path, only: str, rounds: int) -> None:
    server = EmbeddedPostgres(data / "postgres")
    await server.start()
    try:
        if not await server.has_database("pep"):
            await _made(await server.create_database("pep"))
        database = Database(server.url("pep"))
        clock = SetClock(database, PRESENT)
        observer = Observer(database, DatabaseClock(database), None, MailServer("127.0.0.1", free_port()))
        keeper = Doorkeeper(CodePost(SmtpPost("127.0.0.1", free_port()), "pep@council.example"), KeyRing.generate())
        given = Dependencies(database, clock, Casework(database, clock), None, observer, keeper, "http://127.0.0.1")
        app = create_app(given)
        async with _served(app) as port:
            await _measure(
                database,
                server.pid,
                f"http://127.0.0.1:{port}",
                [one for one in pages_of(app) if only in str(one)],
                rounds,
            )
        await database.close()
    finally:
        await server.stop()


async def _made(url: str) -> None:
    began = time.monotonic()
    await upgrade(url)
    database = Database(url)
    async with in_haste(database):
        await make(database, lambda what: print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True))
    await database.close()


@asynccontextmanager
async def _served(app: object) -> AsyncIterator[int]:
    server = server_of(app, "127.0.0.1", 0)  # type: ignore[arg-type]
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the library has no event for it
        await asyncio.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@dataclass(frozen=True, slots=True)
class _Figures:
    statements: int
    median: float
    p95: float
    cpu: float
    size: int

    def __str__(self) -> str:
        return f"{self.statements:4} {self.median:8.1f} {self.p95:8.1f} {self.cpu:8.1f} {self.size:9,}"


async def _measure(database: Database, pid: int, site: str, pages: list[Page], rounds: int) -> None:
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {rounds} requests a page")
    print(f"{'page':<58} {'who':<20} {'sql':>4} {'median':>8} {'95 %':>8} {'cpu':>8} {'bytes':>9}")
    async with httpx.AsyncClient(base_url=site, timeout=60) as client:
        for page in pages:
            figures = await _figures(database, pid, client, page, rounds)
            if figures is not None:
                print(f"{page.address:<58} {page.who:<20} {figures}", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


async def _figures(database: Database, pid: int, client: httpx.AsyncClient, page: Page, rounds: int) -> _Figures | None:
    """None for a page that this person is not shown."""
    headers = await _as(database, page)
    with _counted(database) as statements:
        answer = await client.get(page.address, headers=headers)
        if answer.status_code != OK:
            return None
        number = len(statements)
    for _ in range(WARM_UP):
        await client.get(page.address, headers=headers)
    times, before = [], cpu.used(pid)
    for _ in range(rounds):
        began = time.perf_counter()
        await client.get(page.address, headers=headers)
        times.append(1000 * (time.perf_counter() - began))
    each = (cpu.used(pid) - before) / rounds
    return _Figures(number, statistics.median(times), statistics.quantiles(times, n=20)[-1], each, len(answer.content))


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def _as(database: Database, page: Page) -> dict[str, str]:
    """What makes the request this person's."""
    async with database.transaction() as session:
        email = await _address(session, page)
        person = (await session.scalars(select(Person.id).where(Person.email == email))).one()
        if page.by_token:
            return {"Authorization": f"Bearer {await create(session, email, page.who, PRESENT)}"}
        return {"Cookie": f"pep-session={await begin(session, person, Way.CODE, PRESENT)}"}


async def _address(session: AsyncSession, page: Page) -> str:
    if page.who in OFFICES:
        return OFFICES[page.who]
    if page.who in FAMILY:
        return FAMILY[page.who]
    query = select(Person.email).join(CaseRole, CaseRole.person_id == Person.id).join(Case, Case.id == CaseRole.case_id)
    return (await session.scalars(query.where(Case.ref == page.ref, CaseRole.role == page.who))).one()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pep-bench-") as folder:
        asyncio.run(main(asked.data or Path(folder), asked.only, asked.rounds))
