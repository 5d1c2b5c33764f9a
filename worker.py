"""The worker: builds the activities with what they need and runs them with the workflows and the relay.

`python -m worker [--rebuild]` is a process of its own; a rehearsal and the tests build the worker with their own clock.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import settings
from activities.attempts import Attempts
from activities.finance import FinanceSystem
from activities.finance_http import HttpFinance
from activities.finance_ledger import LedgerFinance
from activities.funding import Funding
from activities.grants import Grants
from activities.letters import Letters
from activities.records import SKEW_ALLOWED, Records
from connecting import client_for, post_of
from contracts.clock import Clock
from logs import configure
from post.smtp import SmtpPost
from release import code_stamp
from settings import Settings
from starter.connect import register_search_attributes
from starter.relay import Relay
from starter.runtime import adopt_runtime
from starter.starting import Starter
from starter.versions import deployment_of
from store.clock import DatabaseClock
from store.database import Database
from store.heartbeats import Process, beating
from telemetry import traced
from workflows.funding_application import FundingApplication
from workflows.pep_cycle import PepCycle
from workflows.pep_review import PepReview
from workflows.shift_guard import NoShift

SWEEP_PAUSE = 1.0
"""Seconds between two looks at the outboxes."""
LETTERS_AT_ONCE = 3
"""Letters under way at the same time: the connections that Exchange Online takes of one sender. More are refused there:
https://learn.microsoft.com/en-us/exchange/troubleshoot/send-emails/smtp-submission-improvements"""
FAREWELL = 5.0
"""Seconds that letters in hand have to come to an end when the worker stops."""
log = logging.getLogger("worker")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the worker is built from."""

    client: Client
    starter: Starter
    database: Database
    clock: Clock
    post: SmtpPost
    finance: FinanceSystem
    mail_from: str
    site_url: str
    task_queue: str
    may_shift_time: bool = False
    """True in a rehearsal only."""
    skew_allowed: timedelta = SKEW_ALLOWED
    version: str = ""
    """Where it is set, Temporal gives work to the version that an operator has made the current one."""


def build_worker(parts: Parts) -> Worker:
    """The worker of every deployment, rehearsal and test. Only `contracts` passes through the sandbox."""
    records = Records(parts.database, parts.clock, parts.starter.start_review, parts.skew_allowed)
    letters = letters_of(parts)
    grants = Grants(parts.database, parts.clock, parts.finance)
    funding = Funding(parts.database, parts.clock, parts.finance, parts.skew_allowed)
    return Worker(
        parts.client,
        task_queue=parts.task_queue,
        workflows=[PepCycle, PepReview, FundingApplication],
        activities=[
            records.open_review,
            records.take_step,
            letters.send_letters,
            grants.release_grant,
            funding.escalate_funding,
            funding.pay_funding,
        ],
        workflow_runner=workflow_runner(),
        deployment_config=deployment_of(parts.version) if parts.version else None,
        interceptors=[Attempts(parts.database, parts.clock), *([] if parts.may_shift_time else [NoShift()])],
    )


def letters_of(parts: Parts) -> Letters:
    """The outbox of mail, for the sweep and for the activity of older runs."""
    return Letters(parts.database, parts.clock, parts.post, sender=parts.mail_from, site_url=parts.site_url)


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox: rules and workflows are guarded in it, the contracts are the same on both sides."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules("contracts"))


def finance_of(given: Settings, database: Database, clock: Clock) -> FinanceSystem:
    """The authority's finance system; without one, the ledger that is embedded here."""
    if given.finance_url and given.finance_token:
        return HttpFinance(given.finance_url, given.finance_token.get_secret_value())
    return LedgerFinance(database, clock, given.payment_folder)


@asynccontextmanager
async def sweeping(parts: Parts, pause: float = SWEEP_PAUSE) -> AsyncIterator[None]:
    """Empty the outboxes of messages and of mail meanwhile.

    Each sweep runs by itself: a server that is slow with one letter keeps neither the other letters nor the messages.
    """
    relay, letters = Relay(parts.database, parts.clock, parts.client, parts.starter), letters_of(parts)
    outboxes, stopped = (relay.sweep, *(LETTERS_AT_ONCE * [letters.send_due])), asyncio.Event()
    sweeps = [asyncio.create_task(_sweep_until(stopped, one, pause)) for one in outboxes]
    try:
        yield
    finally:
        stopped.set()
        letters.take_no_more()
        await asyncio.wait(sweeps, timeout=FAREWELL)
        await _cancelled(sweeps)


async def _cancelled(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: in Python 3.11 `wait_for`, which the libraries use, can lose a cancellation."""
    while unfinished := [task for task in tasks if not task.done()]:
        for task in unfinished:
            task.cancel()
        await asyncio.wait(unfinished, timeout=1.0)


async def _sweep_until(stopped: asyncio.Event, sweep: Callable[[], Awaitable[int]], pause: float) -> None:
    """Empty an outbox, of messages or of mail, again and again; an outage of either side is waited out."""
    while not stopped.is_set():
        try:
            await sweep()
        except Exception as error:  # whatever it is, the next sweep may find it mended; the outbox keeps everything
            log.warning("an outbox could not be emptied; trying again", extra={"error_type": type(error).__name__})
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), pause)


@asynccontextmanager
async def running(given: Settings, *, rebuild: bool = False) -> AsyncIterator[None]:
    """The worker process's parts, from its settings, while it runs.

    With `rebuild` every workflow that should be open is started first; what runs already is left alone.
    """
    async with AsyncExitStack() as stack:
        database = Database(given.database_url)
        stack.push_async_callback(database.close)
        clock = DatabaseClock(database)
        client = await client_for("worker", given)
        await register_search_attributes(client)
        starter = Starter(client, given.task_queue)
        if rebuild:
            await starter.rebuild(database)
        parts = Parts(
            client, starter, database, clock, post_of(given), finance_of(given, database, clock),
            given.mail_from, given.site_url, given.task_queue, version=given.worker_version,
        )  # fmt: skip
        process = Process(client.identity, "worker", given.release or code_stamp(), given.task_queue)
        await stack.enter_async_context(beating(database, clock, process))
        await stack.enter_async_context(build_worker(parts))
        await stack.enter_async_context(sweeping(parts))
        yield


async def main() -> None:
    given = settings.load()
    release = given.release or code_stamp()
    configure(given.log_level, "worker", release)
    port = given.worker_metrics_port
    adopt_runtime(f"{given.metrics_host}:{port}" if port else None)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with traced(given.otlp_endpoint, "worker", release):
        await work(given, stopped)


async def work(given: Settings, stopped: asyncio.Event) -> None:
    """Work until `stopped`."""
    async with running(given, rebuild="--rebuild" in sys.argv[1:]):
        log.info("the worker is running")
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())
