"""People who are asked to a meeting beside the two parties."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.cases import addresses_by_role
from store.tables import Attendee, Case


async def add_attendee(
    session: AsyncSession, review_id: str, kind: str, name: str | None, email: str | None
) -> Attendee:
    """Somebody is asked to come. The same address twice is one person, under the newest name."""
    found = await _with_address(session, review_id, email) if email else None
    if found is None:
        found = Attendee(review_id=review_id, kind=kind, name=name, email=email)
        session.add(found)
    found.kind, found.name = kind, name or found.name
    await session.flush()
    return found


async def attendees_of(session: AsyncSession, review_id: str) -> list[Attendee]:
    """Everybody who was asked to a review's meeting, in the order of asking."""
    query = select(Attendee).where(Attendee.review_id == review_id).order_by(Attendee.id)
    return list((await session.execute(query)).scalars())


async def answered(session: AsyncSession, review_id: str, kind: str, answer: str, at: datetime) -> None:
    """What the people of that kind answered; somebody who answers for a party is kept as one of its kind."""
    rows = [row for row in await attendees_of(session, review_id) if row.kind == kind]
    if not rows:
        rows = [Attendee(review_id=review_id, kind=kind)]
        session.add_all(rows)
    for row in rows:
        row.answer, row.answered_at = answer, at
    await session.flush()


async def takes_part(session: AsyncSession, case: Case, review_id: str, address: str) -> bool:
    """Whether whoever has this address plays a role on the case, or was asked to the review's meeting."""
    if any(address in found for found in (await addresses_by_role(session, case)).values()):
        return True
    return await was_asked_in_person(session, review_id, address)


async def was_asked_in_person(session: AsyncSession, review_id: str, address: str) -> bool:
    """Whether somebody with this address was asked to a review's meeting by it, whatever role they have."""
    return await _with_address(session, review_id, address) is not None


async def _with_address(session: AsyncSession, review_id: str, email: str) -> Attendee | None:
    query = select(Attendee).where(Attendee.review_id == review_id, Attendee.email == email)
    return (await session.execute(query)).scalars().first()
