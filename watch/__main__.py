"""`python -m watch`: the composition root of the watch. As many as are wanted; one of them leads."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from prometheus_client import CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

import settings
from connecting import client_for, post_of
from logs import configure
from release import code_stamp
from settings import Settings
from starter.hands import Hands
from starter.relay import Relay
from starter.runtime import adopt_runtime
from starter.sight import Sight
from starter.starting import Starter
from starter.versions import Versions
from store.clock import DatabaseClock
from store.database import Database
from store.heartbeats import Process, beating
from telemetry import fetched, traced
from watch.every_round import every_round, rounds_of_one_watch
from watch.leading import Lead
from watch.measuring import Measuring
from watch.parts import Parts
from watch.rounds import walk_for_ever
from watch.sealing import Sealing

FAREWELL = 6.0
"""Seconds that the rounds in hand have to come to their end when the watch stops, and the last seal after them."""
log = logging.getLogger("watch")


@asynccontextmanager
async def opened(given: Settings) -> AsyncIterator[Parts]:
    """The parts that the settings name. PostgreSQL and Temporal may be away: both are reached when they can be."""
    async with AsyncExitStack() as stack:
        database = Database(given.database_url)
        stack.push_async_callback(database.close)
        clock = DatabaseClock(database)
        client = await client_for("watch", given, lazy=True)
        process = Process(client.identity, "watch", given.release or code_stamp())
        await stack.enter_async_context(beating(database, clock, process))
        starter = Starter(client, given.task_queue)
        yield Parts(
            settings=given,
            database=database,
            clock=clock,
            sight=Sight(client, given.task_queue),
            hands=Hands(client, given.task_queue),
            starter=starter,
            relay=Relay(database, clock, client, starter),
            post=post_of(given),
            versions=Versions(client) if given.worker_version else None,
        )


async def watch(parts: Parts, stopped: asyncio.Event) -> None:
    """Walk every round until `stopped`, and come to an end soon after it."""
    lead, led, registry = Lead(parts.database), rounds_of_one_watch(parts), CollectorRegistry()
    measuring = Measuring(parts.database, parts.clock, {one.name: one.pause for one in led})
    registry.register(measuring)
    with fetched(registry, parts.settings.metrics_host, parts.settings.metrics_port):
        work = [lead.strive(stopped), walk_for_ever(every_round(parts, lead, led, measuring), stopped)]
        tasks = [asyncio.create_task(one) for one in work]
        await stopped.wait()
        await asyncio.wait(tasks, timeout=FAREWELL)
        await _cancelled(tasks)
    await _sealed(parts)


async def _sealed(parts: Parts) -> None:
    """The audit is sealed as it stands when the watch stops, unless PostgreSQL is away."""
    with suppress(TimeoutError, SQLAlchemyError, OSError):
        async with asyncio.timeout(FAREWELL):
            await Sealing(parts).seal()


async def _cancelled(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: in Python 3.11 `wait_for`, which the libraries use, can lose a cancellation."""
    while unfinished := [task for task in tasks if not task.done()]:
        for task in unfinished:
            task.cancel()
        await asyncio.wait(unfinished, timeout=1.0)


async def main() -> None:
    given = settings.load()
    release = given.release or code_stamp()
    configure(given.log_level, "watch", release)
    adopt_runtime()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with traced(given.otlp_endpoint, "watch", release):
        async with opened(given) as parts:
            log.info("the watch is running")
            await watch(parts, stopped)
    log.info("the watch has stopped")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except settings.SettingsError as error:
        sys.exit(str(error))
