"""Old addresses that are to be told that they were corrected. What was told, or given up, is kept no longer."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.watch_tables import AddressNotice


def add_notice(session: AsyncSession, repair_id: int, sealed_address: str, now: datetime) -> None:
    """Have an old address told, in the transaction that corrects it. `now` is UTC."""
    notice = AddressNotice(repair_id=repair_id, sealed_address=sealed_address, at=now, attempts=0, next_try_at=now)
    session.add(notice)


async def notices_due(session: AsyncSession, now: datetime) -> list[AddressNotice]:
    """Those that were not told yet and may be tried, the oldest first."""
    query = select(AddressNotice).where(AddressNotice.next_try_at <= now).order_by(AddressNotice.repair_id)
    return list((await session.execute(query)).scalars())


async def end_notice(session: AsyncSession, repair_id: int) -> None:
    """Nothing more is done about it."""
    await session.execute(delete(AddressNotice).where(AddressNotice.repair_id == repair_id))


async def put_off_notice(session: AsyncSession, repair_id: int, until: datetime) -> None:
    """Count an attempt that failed; the next is not before `until`."""
    query = update(AddressNotice).where(AddressNotice.repair_id == repair_id)
    await session.execute(query.values(attempts=AddressNotice.attempts + 1, next_try_at=until))
