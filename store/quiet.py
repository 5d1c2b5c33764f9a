"""Is anything due and not done? A rehearsal waits for quiet; in operation store/overdue.py asks what is stuck."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import Stage
from store.funding import awaits_decision, is_unpaid, late_from
from store.money_tables import FundingRow
from store.outbox_tables import Letter, Message
from store.tables import Case, Review


@dataclass(frozen=True, slots=True)
class Stillness:
    """What is due and not done at an instant, and what comes next."""

    waits_for_temporal: bool
    """A step, a payment, an opening or a late decision: the workflows do it."""
    waits_for_relay: bool
    waits_for_post: bool
    first_wake: datetime | None
    """The next instant at which the clock has something to do in any case; of what is due now, when it was due."""

    @property
    def is_quiet(self) -> bool:
        """Nothing that was due by now is undone: no step, no payment, no opening, no message, no letter."""
        return not (self.waits_for_temporal or self.waits_for_relay or self.waits_for_post)


async def stillness(session: AsyncSession, now: datetime) -> Stillness:
    """How still it is at a UTC instant, in one statement."""
    return Stillness(*(await session.execute(_STILLNESS, {"now": now})).one())


async def is_quiet(session: AsyncSession, now: datetime) -> bool:
    """Nothing that was due by now is undone."""
    return (await stillness(session, now)).is_quiet


async def first_wake(session: AsyncSession) -> datetime | None:
    """The next instant at which the clock has something to do in any case."""
    wake: datetime | None = (await session.execute(_FIRST_WAKE)).scalar_one()
    return wake


_NOW = bindparam("now", type_=DateTime(timezone=True))
_FOR_TEMPORAL = or_(
    exists().where(Review.wake_at <= _NOW),
    exists().where(Review.stage == Stage.PAYING),
    exists().where(Case.opens_at <= _NOW, Case.in_care),
    exists().where(is_unpaid()),
    exists().where(late_from(_NOW)),
)
_FOR_RELAY = exists().where(Message.told_at.is_(None))
_FOR_POST = exists().where(Letter.settled_at.is_(None), Letter.next_try_at <= _NOW)
_FIRST = func.least(
    select(func.min(Review.wake_at)).scalar_subquery(),
    select(func.min(Case.opens_at)).where(Case.in_care).scalar_subquery(),
    select(func.min(Letter.next_try_at)).where(Letter.settled_at.is_(None)).scalar_subquery(),
    select(func.min(FundingRow.decide_by)).where(awaits_decision()).scalar_subquery(),
)
_FIRST_WAKE = select(_FIRST)
_STILLNESS = select(_FOR_TEMPORAL, _FOR_RELAY, _FOR_POST, _FIRST)
"""Built once: a rehearsal asks at every instant, and building such a query costs more than running it."""
