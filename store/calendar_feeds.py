"""The secret address at which somebody's calendar asks for their meetings. Only the SHA-256 of the secret is kept."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.page_tables import CalendarFeed
from store.sessions import hashed, still_has_a_role

_BYTES = 32
_NOTED = timedelta(hours=1)
"""That it is used is written down only so often: calendars ask many times a day."""


async def make_feed(session: AsyncSession, person_id: int, now: datetime) -> str:
    """A new secret for a person, to be shown once. One that they had before ends. `now` is UTC."""
    await end_feeds(session, person_id, now)
    secret = secrets.token_urlsafe(_BYTES)
    session.add(CalendarFeed(sha256=hashed(secret), person_id=person_id, created_at=now))
    await session.flush()
    return secret


async def end_feeds(session: AsyncSession, person_id: int, now: datetime) -> None:
    """Whoever has this person's address is shown nothing any more."""
    query = update(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
    await session.execute(query.values(ended_at=now))


async def feed_since(session: AsyncSession, person_id: int) -> datetime | None:
    """When the address that a person has now was made; None without one."""
    query = select(CalendarFeed.created_at)
    query = query.where(CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
    return (await session.execute(query)).scalars().first()


async def owner_of_feed(session: AsyncSession, secret: str, now: datetime) -> int | None:
    """Whose meetings are asked for; None for a secret that was never made or has ended.

    Who has no role on any case any more has left: their feed ends here, before it shows anything.
    """
    feed = await session.get(CalendarFeed, hashed(secret))
    if feed is None or feed.ended_at is not None:
        return None
    if not await still_has_a_role(session, feed.person_id):
        feed.ended_at = now
        return None
    if feed.used_at is None or now - feed.used_at >= _NOTED:
        feed.used_at = now
    return feed.person_id
