"""What a rehearsal starts for itself, and leaves nothing of: PostgreSQL, the time-skipping server, mail, the worker."""

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.client import Client
from temporalio.common import HeaderCodecBehavior
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.testing import WorkflowEnvironment

from activities.finance_ledger import LedgerFinance
from activities.letters import Letters
from local import binaries
from local.guard import guarded
from local.postgres import EmbeddedPostgres
from post.smtp import SmtpPost
from rehearsal.clock import ConductedClock
from starter.connect import register_search_attributes
from starter.converter import data_converter
from starter.encryption import KeyRing
from starter.relay import Relay
from starter.starting import Starter
from store.database import Database
from store.migrate import upgrade
from worker import Parts, build_worker, letters_of

TASK_QUEUE = "rehearsal"
_TRAILS_BY = timedelta(hours=1)
"""The server's time runs on while an instant is played; the conductor's does not."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything that a rehearsal plays on."""

    database: Database
    clock: ConductedClock
    environment: WorkflowEnvironment
    client: Client
    relay: Relay
    letters: Letters
    shift: timedelta
    """What is added to the server's time to get the rehearsal's."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where what leaves the house goes: letters, and the payment files of released grants."""

    post: SmtpPost
    mail_from: str
    site_url: str
    payments: Path


class _Mailbox:
    """Takes every letter, as a council's mail server would."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return "250 taken"


@asynccontextmanager
async def opened(
    start: datetime, database_url: str | None = None, outlets: Outlets | None = None
) -> AsyncIterator[House]:
    """A house whose time begins at `start` (UTC). With a database's address the record is kept there.

    Without `outlets` nothing leaves the house: letters are taken and thrown away, payment files go with it.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_seldom_collected())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pep-rehearsal-")))
        ring, clock = KeyRing.generate(), ConductedClock(start)
        async with asyncio.TaskGroup() as starting:
            made = starting.create_task(_database(stack, folder, database_url))
            running = starting.create_task(_time_skipping(stack, ring, folder))
        database, environment = made.result(), running.result()
        client = _sealing(environment.client)
        await register_search_attributes(client)
        shift = start - await environment.get_current_time()
        outlets = outlets or await _outlets(stack, folder)
        starter = Starter(client, TASK_QUEUE, shift.total_seconds())
        parts = Parts(
            client=client,
            starter=starter,
            database=database,
            clock=clock,
            post=outlets.post,
            finance=LedgerFinance(database, clock, outlets.payments),
            mail_from=outlets.mail_from,
            site_url=outlets.site_url,
            task_queue=TASK_QUEUE,
            may_shift_time=True,
            skew_allowed=_TRAILS_BY,
        )
        await stack.enter_async_context(build_worker(parts))
        relay = Relay(database, clock, client, starter)
        yield House(database, clock, environment, client, relay, letters_of(parts), shift)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Every full collection looks at the objects of all modules and workflows, and there is little to collect."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def _time_skipping(stack: AsyncExitStack, ring: KeyRing, folder: Path) -> WorkflowEnvironment:
    """The time-skipping server, which does not outlive this process however that ends."""
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter(ring),
        test_server_existing_path=str(guarded(binaries.temporal_test_server(), folder)),
        runtime=_quiet_runtime(),
    )
    return await stack.enter_async_context(environment)


@cache
def _quiet_runtime() -> Runtime:
    """Without the SDK's warning that the time-skipping server is an old one, which it prints to the terminal."""
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(TelemetryFilter("ERROR", "ERROR"))))


def _sealing(client: Client) -> Client:
    """The test server's client, with headers encrypted as everywhere else."""
    config = client.config()
    config["header_codec_behavior"] = HeaderCodecBehavior.CODEC
    return Client(**config)


async def _database(stack: AsyncExitStack, folder: Path, url: str | None) -> Database:
    """The record, with its present tables: at an address that was given, or on a server of the house's own."""
    url = url or await _own_database(stack, folder)
    await upgrade(url)
    database = Database(url, survives_restarts=False)
    stack.push_async_callback(database.close)
    return database


async def _own_database(stack: AsyncExitStack, folder: Path) -> str:
    server = EmbeddedPostgres(folder / "postgres", fast=True)
    await server.start()
    stack.push_async_callback(server.stop)
    return await server.create_database("pep")


async def _outlets(stack: AsyncExitStack, folder: Path) -> Outlets:
    post = SmtpPost("127.0.0.1", await _mailbox(stack), start_tls=False)
    return Outlets(post, "virtual.school@authority.example", "https://pep.authority.example", folder / "payments")


async def _mailbox(stack: AsyncExitStack) -> int:
    handler = _Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="localhost", loop=loop), "127.0.0.1", 0)
    stack.callback(server.close)
    port: int = server.sockets[0].getsockname()[1]
    return port
