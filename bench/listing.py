"""How long the list of cases takes with every child in care in England: 83,000 children, nine reviews each.

.venv/bin/python -m bench.listing [--data FOLDER] [--children 83000] [--only WORD] [--rounds 30]

Terms of a few children are played through casework and nine are copied for every other child, as rows; the lines of the
list are computed by `bring_up_to_date` for one child of each stage, and copied with each child's own name, school, team
and social worker, and days spread over some weeks. Then an officer asks for the page in the same process (ASGI, one
request at a time): median and 95th percentile by the clock, and processor time (of this process and of PostgreSQL's:
on a machine that others use as well, it says more than the clock), in milliseconds. With `--data` the database is kept
there and used again.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
from sqlalchemy import func, select, text

from bench import cpu
from bench.every_child import make
from bench.invented_term import SetClock
from bench.large_authority import OFFICES, PRESENT
from casework.take import Casework
from contracts.people import Role
from local.ports import free_port
from local.postgres import EmbeddedPostgres
from post.smtp import SmtpPost
from starter.encryption import KeyRing
from store.clock import DatabaseClock
from store.database import Database
from store.haste import in_haste
from store.migrate import upgrade
from store.sessions import Way, begin
from store.tables import Person
from store.tracking_tables import CaseListing
from web.app import create_app
from web.auth.codes import CodePost
from web.auth.doorkeeper import Doorkeeper
from web.dependencies import Dependencies
from web.readiness import MailServer, Observer

WARM_UP = 3
_FORMS = (
    {"find": "child 17"},
    {"find": "worker 77 school 12"},
    {"find": "c04321"},
    {"find": "nobody-is-called-so"},
    {"school": "school 77"},
    {"worker": "worker 4711"},
    {"team": "Team 7"},
)
_ADDRESSES = (
    "/cases",
    *(f"/cases?stage={stage}" for stage in ("virtual_school", "preparing", "in_force", "none")),
    *(f"/cases?holder={role}" for role in ("social_worker", "virtual_school")),
    *(f"/cases?due={due}" for due in ("overdue", "soon", "later", "open")),
    "/cases?from=2026-11-20&to=2026-12-04",
    "/cases?year=Y11",
    "/cases?area=out",
    *(f"/cases?waits={what}" for what in ("money", "letters")),
    *(f"/cases?sort={by}" for by in ("ref", "name", "school", "team", "worker", "year", "stage", "holder", "meeting")),
    "/cases?sort=-due",
    "/cases?page=900",
    "/cases?page=1660",
    "/cases?sort=name&page=1600",
    "/cases?stage=preparing&holder=designated_teacher&year=Y5&sort=school&page=3",
    "/today",
    "/payments",
    "/payments?state=kept",
)


async def main(data: Path, children: int, only: str, rounds: int) -> None:
    server = EmbeddedPostgres(data / "postgres")
    await server.start()
    try:
        if not await server.has_database("pep"):
            await _made(await server.create_database("pep"), children)
        database = Database(server.url("pep"))
        clock = SetClock(database, PRESENT)
        observer = Observer(database, DatabaseClock(database), None, MailServer("127.0.0.1", free_port()))
        keeper = Doorkeeper(CodePost(SmtpPost("127.0.0.1", free_port()), "pep@council.example"), KeyRing.generate())
        given = Dependencies(database, clock, Casework(database, clock), None, observer, keeper, "http://pep.example")
        transport = httpx.ASGITransport(create_app(given))
        async with httpx.AsyncClient(transport=transport, base_url="http://pep.example", timeout=60) as client:
            client.cookies.set("pep-session", await _session(database), domain="pep.example", path="/")
            await _measure(database, server.pid, client, only, rounds)
        await database.close()
    finally:
        await server.stop()


async def _made(url: str, children: int) -> None:
    began = time.monotonic()
    await upgrade(url)
    database = Database(url)
    async with in_haste(database):
        await make(database, children, lambda what: print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True))
    async with database.alone() as session:
        await session.execute(text("VACUUM ANALYZE"))
    print(f"{time.monotonic() - began:6.1f} s  vacuumed", flush=True)
    await database.close()


async def _session(database: Database) -> str:
    async with database.transaction() as session:
        email = OFFICES[Role.VIRTUAL_SCHOOL]
        person = (await session.scalars(select(Person.id).where(Person.email == email))).one()
        return await begin(session, person, Way.CODE, PRESENT)


async def _measure(database: Database, pid: int, client: httpx.AsyncClient, only: str, rounds: int) -> None:
    async with database.transaction() as session:
        lines = (await session.execute(select(func.count()).select_from(CaseListing))).scalar_one()
    print(f"{lines:,} lines, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {rounds} requests each")
    print(f"{'page':<78} {'median':>8} {'95 %':>8} {'cpu':>8} {'found':>8}")
    for form in _FORMS:
        sent = await client.post("/cases", data=form, headers={"sec-fetch-site": "same-origin"})
        await _row(pid, client, f"typed: {urlencode(form)}", sent.headers["location"], only, rounds)
    for address in _ADDRESSES:
        await _row(pid, client, address, address, only, rounds)
    print(f"load {os.getloadavg()[0]:.1f}")


async def _row(pid: int, client: httpx.AsyncClient, name: str, address: str, only: str, rounds: int) -> None:
    if only not in name:
        return
    for _ in range(WARM_UP):
        answer = await client.get(address)
    times, before = [], cpu.used(pid)
    for _ in range(rounds):
        began = time.perf_counter()
        answer = await client.get(address)
        times.append(1000 * (time.perf_counter() - began))
    each = (cpu.used(pid) - before) / rounds
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{address}: {answer.status_code}")
    found = answer.text.partition('class="epep-total">')[2].partition("<")[0].split(" ")[0]
    median, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{name:<78} {median:8.1f} {late:8.1f} {each:8.1f} {found:>8}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--children", type=int, default=83_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pep-bench-") as folder:
        asyncio.run(main(asked.data or Path(folder), asked.children, asked.only, asked.rounds))
