"""How the service is as PostgreSQL last heard of it: for the console, on its pages and on the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.service import Beat, RoundSeen
from rules.service_state import Condition, condition_of
from store.service_counts import heartbeats, rounds


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """The condition, and what it is judged by."""

    beats: Sequence[Beat]
    rounds: Sequence[tuple[RoundSeen, Mapping[str, Any]]]
    """Each with what it measured."""
    condition: Condition


async def service_now(session: AsyncSession, now: datetime) -> ServiceSeen:
    """The processes, the watch's rounds, and whether Temporal, the worker and the watch are there."""
    beats, looked = await heartbeats(session), await rounds(session)
    return ServiceSeen(beats, looked, condition_of(beats, [one for one, _ in looked], now))


async def condition_now(session: AsyncSession, now: datetime) -> Condition:
    """Whether Temporal, the worker and the watch are there."""
    return (await service_now(session, now)).condition
