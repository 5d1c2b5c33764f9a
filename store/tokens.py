"""Bearer tokens of the JSON API: shown once, kept as a hash, bound to one person."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import Clock
from contracts.people import ACTING_ROLES, STAFF_ROLES, Role
from store.database import Database
from store.staff import give_staff_role
from store.tables import CaseRole, Person, Token

PREFIX = "pep_"
"""By this a token that has leaked into a file is recognised as one."""
_BYTES = 32

AUTHORITY_WIDE = frozenset(STAFF_ROLES) & frozenset(ACTING_ROLES)
"""Roles that act on every case; a token for one of them gives it. Every other role comes from the cases."""


class RoleNotHeld(Exception):
    """A token was asked for somebody who does not have the role. Its text is a sentence for who asked."""


async def make_token(database: Database, clock: Clock, role: Role, email: str, name: str | None = None) -> str:
    """A new token for a person in a role, to be shown once.

    Virtual School, finance and operator are given the role for the whole authority with it (`name` is for somebody
    new); in the other roles the person must be on a case already. Raises RoleNotHeld.
    """
    now = await clock.now()
    async with database.transaction() as session:
        return await create(session, email, role, now, name=name)


async def create(session: AsyncSession, email: str, role: Role, now: datetime, *, name: str | None = None) -> str:
    """As `make_token`, in the caller's transaction. `now` is UTC."""
    person_id = await _person_in(session, email, role, name)
    plain = PREFIX + secrets.token_urlsafe(_BYTES)
    session.add(Token(sha256=_hashed(plain), person_id=person_id, created_at=now))
    await session.flush()
    return plain


async def find(session: AsyncSession, plain: str) -> int | None:
    """Whom a token is bound to; None for one that was never made or is revoked."""
    query = select(Token.person_id).where(Token.sha256 == _hashed(plain), Token.revoked_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def revoke(session: AsyncSession, plain: str, now: datetime) -> bool:
    """End a token at once; False where there is none to end."""
    query = update(Token).where(Token.sha256 == _hashed(plain), Token.revoked_at.is_(None)).values(revoked_at=now)
    return bool((await session.execute(query.returning(Token.sha256))).all())


async def revoke_all_of(session: AsyncSession, person_id: int, now: datetime) -> None:
    """End every token of a person at once."""
    query = update(Token).where(Token.person_id == person_id, Token.revoked_at.is_(None))
    await session.execute(query.values(revoked_at=now))


async def _person_in(session: AsyncSession, email: str, role: Role, name: str | None) -> int:
    if role not in ACTING_ROLES:
        raise RoleNotHeld(f"The {role.in_words} only receives letters; tokens are for roles that act.")
    if role in AUTHORITY_WIDE:
        return await give_staff_role(session, email, role, name)
    query = select(Person.id).where(func.lower(Person.email) == email.strip().lower())
    query = query.where(exists().where(CaseRole.person_id == Person.id, CaseRole.role == role))
    found = (await session.execute(query)).scalars().first()
    if found is None:
        raise RoleNotHeld(
            f"Nobody with this address is {role.in_words} on any case. Check the address, or import the roll first."
        )
    return found


def _hashed(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
