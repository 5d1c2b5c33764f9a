"""Is anything due and not done? A rehearsal waits for quiet; in operation the same question finds what is stuck."""

from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import Stage
from store.tables import Case, Letter, Message, Review


async def is_quiet(session: AsyncSession, now: datetime) -> bool:
    """Nothing that was due by now is undone: no step, no payment, no opening, no message, no letter."""
    undone = or_(
        exists().where(Review.wake_at <= now),
        exists().where(Review.stage == Stage.PAYING),
        exists().where(Case.opens_at <= now, Case.in_care),
        exists().where(Message.told_at.is_(None)),
        exists().where(Letter.settled_at.is_(None)),
    )
    return not (await session.execute(select(undone))).scalar_one()


async def first_wake(session: AsyncSession) -> datetime | None:
    """The next instant at which the clock has something to do in any case."""
    reviews = select(func.min(Review.wake_at)).scalar_subquery()
    openings = select(func.min(Case.opens_at)).where(Case.in_care).scalar_subquery()
    wake: datetime | None = (await session.execute(select(func.least(reviews, openings)))).scalar_one()
    return wake
