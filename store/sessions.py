"""Who is signed in. The cookie has a secret of 256 bits, the table its SHA-256; time and the caseload end a session."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store.page_tables import SessionRow
from store.tables import CaseRole, Person, StaffRole

IDLE = timedelta(hours=1)
"""After so long without a request a session is over."""
LONGEST = timedelta(hours=12)
"""So long after signing in it is over in any case."""
HELD = timedelta(hours=24)
"""So long after it ran out, what its browser sends is still kept for the person, who signs in again to see it."""
_NOTED = timedelta(minutes=1)
"""A request writes down that the session is used only so often."""
_BYTES = 32


class Way(StrEnum):
    """How somebody signed in."""

    CODE = "code"
    AUTHENTICATOR = "authenticator"
    IDENTITY_PROVIDER = "identity_provider"


@dataclass(frozen=True, slots=True)
class Found:
    """The session of a cookie. Not `live`: it ran out by itself, and who sends still is known."""

    person_id: int
    name: str
    email: str
    everywhere: frozenset[Role]
    """The roles that they have for the whole authority."""
    manages_team: bool
    """Whether they are the team manager of any child."""
    live: bool


async def begin(session: AsyncSession, person_id: int, way: Way, now: datetime) -> str:
    """Sign somebody in: the secret for the cookie of their browser. `now` is UTC."""
    secret = secrets.token_urlsafe(_BYTES)
    row = SessionRow(sha256=hashed(secret), person_id=person_id, way=way, created_at=now, used_at=now)
    session.add(row)
    await session.flush()
    return secret


async def find(session: AsyncSession, secret: str, now: datetime, *, is_use: bool = True) -> Found | None:
    """Whose cookie it is. None for one that was never made, was ended, or ran out a day ago or longer.

    `is_use` is false where a page asks by itself: that keeps no session alive.
    Who has no role on any case any more has left: their session ends here, before it shows anything.
    """
    everywhere = select(func.array_agg(StaffRole.role)).where(StaffRole.person_id == SessionRow.person_id)
    manages = exists().where(CaseRole.person_id == SessionRow.person_id, CaseRole.role == Role.TEAM_MANAGER)
    query = select(SessionRow, Person, _has_a_role(), everywhere.scalar_subquery(), manages)
    query = query.join(Person, Person.id == SessionRow.person_id)
    row = (await session.execute(query.where(SessionRow.sha256 == hashed(secret)))).first()
    if row is None:
        return None
    kept, person, has_a_role, roles, manages_team = row
    over_at = min(kept.used_at + IDLE, kept.created_at + LONGEST)
    if kept.ended_at is not None or now >= over_at + HELD:
        return None
    if not has_a_role:
        kept.ended_at, kept.ended_because = now, "left"
        return None
    live = now < over_at
    if is_use and live and now - kept.used_at >= _NOTED:
        kept.used_at = now
    return Found(person.id, person.name, person.email, frozenset(map(Role, roles or ())), manages_team, live)


async def end(session: AsyncSession, secret: str, now: datetime) -> None:
    """Sign a browser out."""
    await _end(session, SessionRow.sha256 == hashed(secret), "signed_out", now)


async def end_all_of(session: AsyncSession, person_id: int, now: datetime) -> None:
    """Sign a person out everywhere: a lost telephone, a leaver."""
    await _end(session, SessionRow.person_id == person_id, "by_operator", now)


def hashed(secret: str) -> str:
    """As a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def _end(session: AsyncSession, which: ColumnElement[bool], because: str, now: datetime) -> None:
    query = update(SessionRow).where(which, SessionRow.ended_at.is_(None))
    await session.execute(query.values(ended_at=now, ended_because=because))


async def still_has_a_role(session: AsyncSession, person_id: int) -> bool:
    """Whether a person plays any role, on a case or for the whole authority."""
    on_a_case = exists().where(CaseRole.person_id == person_id)
    anywhere = or_(on_a_case, exists().where(StaffRole.person_id == person_id))
    return bool((await session.execute(select(anywhere))).scalar_one())


def _has_a_role() -> ColumnElement[bool]:
    on_a_case = exists().where(CaseRole.person_id == SessionRow.person_id)
    return or_(on_a_case, exists().where(StaffRole.person_id == SessionRow.person_id))
