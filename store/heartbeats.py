"""Heartbeats: each process of the service says every few seconds that it lives."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import Clock
from store.database import Database
from store.watch_tables import Heartbeat

BEATS_EVERY = 10.0
"""Seconds between two beats."""
_PATIENCE = 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the service, as Health names it."""

    identity: str
    """Of this very process; the worker's is also how Temporal knows it."""
    part: str
    """worker, web or watch."""
    version: str
    queue: str | None = None


@asynccontextmanager
async def beating(
    database: Database, clock: Clock, process: Process, pause: float = BEATS_EVERY
) -> AsyncIterator[None]:
    """Beat meanwhile, and say when it ends in good order. While PostgreSQL is away nothing is said or broken."""
    stopped = asyncio.Event()
    beats = asyncio.create_task(_beat_until(stopped, database, clock, process, pause))
    try:
        yield
    finally:
        stopped.set()
        await asyncio.wait([beats])


async def _beat_until(stopped: asyncio.Event, database: Database, clock: Clock, process: Process, pause: float) -> None:
    began: datetime | None = None
    while not stopped.is_set():
        began = await _said(database, clock, process, began) or began
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), pause)
    await _said(database, clock, process, began, stops=True)


async def _said(
    database: Database, clock: Clock, process: Process, began: datetime | None, *, stops: bool = False
) -> datetime | None:
    """When this process began, as far as it could be written."""
    try:
        async with asyncio.timeout(_PATIENCE):
            now = await clock.now()
            async with database.alone() as session:
                await beat(session, process, began or now, now, stops=stops)
            return began or now
    except Exception as error:  # the next beat may be heard
        log.warning("a heartbeat could not be written", extra={"error_type": type(error).__name__})
        return None


async def beat(session: AsyncSession, process: Process, began: datetime, now: datetime, *, stops: bool = False) -> None:
    """Write that a process lives, or that it ends."""
    said = {"beat_at": now, "stopped_at": now if stops else None}
    row = {
        "identity": process.identity, "part": process.part, "queue": process.queue, "version": process.version,
        "started_at": began, **said,
    }  # fmt: skip
    query = insert(Heartbeat).values(**row)
    await session.execute(query.on_conflict_do_update(index_elements=[Heartbeat.identity], set_=said))


async def silent_since(session: AsyncSession, before: datetime) -> list[Heartbeat]:
    """Processes that have neither beaten since an instant nor said that they stop."""
    query = select(Heartbeat).where(Heartbeat.stopped_at.is_(None), Heartbeat.beat_at < before)
    return list((await session.execute(query.order_by(Heartbeat.started_at))).scalars())


async def processes(session: AsyncSession, identities: Collection[str] | None = None) -> list[Heartbeat]:
    """Every process that was heard of lately, the newest first; or these."""
    query = select(Heartbeat).order_by(Heartbeat.part, Heartbeat.started_at.desc(), Heartbeat.identity)
    if identities is not None:
        query = query.where(Heartbeat.identity.in_(identities))
    return list((await session.execute(query)).scalars())


async def laid_to_rest(session: AsyncSession, identities: Sequence[str], now: datetime) -> None:
    """Processes that died, and are missed no more."""
    query = update(Heartbeat).where(Heartbeat.identity.in_(identities), Heartbeat.stopped_at.is_(None))
    await session.execute(query.values(stopped_at=now))


async def forget_processes(session: AsyncSession, before: datetime) -> None:
    """Delete what stopped before an instant."""
    await session.execute(delete(Heartbeat).where(Heartbeat.stopped_at < before))
