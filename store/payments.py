"""The embedded finance system's book: one line a payment, written once."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.money_tables import Payment

_FILE_LOCK = 7_374_002
"""Any fixed number: the family of PostgreSQL's advisory locks for payment files; the day is the other half."""


async def book(session: AsyncSession, payment: Payment) -> Payment:
    """Write a line unless its key is there already, and return what is there. The caller compares.

    One arbitrated insert: of two at once the second waits for the first and then finds its line.
    """
    values = {column.name: getattr(payment, column.name) for column in Payment.__table__.columns}
    await session.execute(insert(Payment).values(**values).on_conflict_do_nothing(index_elements=[Payment.key]))
    return (await session.execute(select(Payment).where(Payment.key == payment.key))).scalar_one()


async def find(session: AsyncSession, key: str) -> Payment | None:
    """The line of a key."""
    return await session.get(Payment, key)


async def booked_between(session: AsyncSession, start: datetime, until: datetime) -> list[Payment]:
    """The lines of a span of time in the order of booking; `until` is exclusive."""
    lines = select(Payment).where(Payment.booked_at >= start, Payment.booked_at < until)
    return list((await session.execute(lines.order_by(Payment.booked_at, Payment.key))).scalars())


async def lock_payment_file(session: AsyncSession, day: date) -> None:
    """Wait until nobody else writes that day's payment file, and keep others waiting until this transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(_FILE_LOCK, day.toordinal())))
