"""What the record itself says of how the service is: heartbeats, rounds, what waits, how the database is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.service import Beat, RoundSeen
from store.heartbeats import processes
from store.letters import is_due, not_told
from store.outbox_tables import Letter, Message
from store.watch_tables import Alert, Sweep

_REMEMBERED = timedelta(days=7)
_DATABASE = text(
    """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
           current_setting('max_connections')::integer AS most,
           pg_database_size(current_database()) AS bytes,
           (SELECT version_num FROM alembic_version) AS migration
    """
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for something, and since when the oldest has (UTC)."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class MailCounts:
    """`due` waits for a sender, whose turn it is; `failing` was tried at least once; `undelivered` will not arrive."""

    due: Waiting
    failing: int
    undelivered: int


@dataclass(frozen=True, slots=True)
class DatabaseCounts:
    connections: int
    most: int
    """Connections that the server allows, of everybody together."""
    bytes: int
    migration: str


async def heartbeats(session: AsyncSession) -> list[Beat]:
    """Every process that ever said that it lives and was not forgotten, by part, the newest first."""
    return [
        Beat(row.identity, row.part, row.queue, row.version, row.started_at, row.beat_at, row.stopped_at)
        for row in await processes(session)
    ]


async def rounds(session: AsyncSession) -> list[tuple[RoundSeen, dict[str, Any]]]:
    """Every round of the watch, and what it measured."""
    query = select(Sweep).order_by(Sweep.name)
    return [
        (RoundSeen(row.name, row.ended_at, row.tried_at, row.error_type), row.facts)
        for row in (await session.execute(query)).scalars()
    ]


async def mail(session: AsyncSession, now: datetime) -> MailCounts:
    """The outbox of letters at an instant (UTC)."""
    due = is_due(now)
    failing = (Letter.attempts > 0) & Letter.state.in_(("waiting", "sending"))
    waits = select(func.count().filter(due), func.min(Letter.dated).filter(due), func.count().filter(failing)).where(
        Letter.settled_at.is_(None)
    )
    undelivered = select(func.count()).select_from(Letter).where(not_told())
    count, oldest, failing_now = (await session.execute(waits)).one()
    return MailCounts(Waiting(count, oldest), failing_now, (await session.execute(undelivered)).scalar_one())


async def untold(session: AsyncSession) -> Waiting:
    """What Temporal was not told of yet."""
    query = select(func.count(), func.min(Message.stored_at)).where(Message.told_at.is_(None))
    return Waiting(*(await session.execute(query)).one())


async def database(session: AsyncSession) -> DatabaseCounts:
    """How PostgreSQL itself is."""
    return DatabaseCounts(*(await session.execute(_DATABASE)).one())


async def unsent_alerts(session: AsyncSession, now: datetime) -> dict[str, Waiting]:
    """Alerts by their channel that could not be sent so far, or were given up in the last week, with the oldest."""
    lost = (Alert.state == "given_up") & (Alert.settled_at > now - _REMEMBERED)
    failed = lost | ((Alert.state == "waiting") & (Alert.attempts > 0))
    query = select(Alert.channel, func.count(), func.min(Alert.at)).where(failed)
    rows = (await session.execute(query.group_by(Alert.channel).order_by(Alert.channel))).all()
    return {channel: Waiting(count, oldest) for channel, count, oldest in rows}
