"""Attempts to sign in. Each is bound to the browser that began it: its cookie has a secret, the table the SHA-256.

An attempt is counted before it is judged and used up in the statement that takes it, so that neither many guesses at
once nor the same code twice at once gains anything.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store.page_tables import SignIn
from store.sessions import hashed
from store.staff import roles_anywhere
from store.tables import Person

HOLDS = timedelta(minutes=10)
"""So long after it began an attempt is over (OWASP ASVS 5.0, 6.5.5)."""
TRIES = 5
"""Codes that may be typed into one attempt."""
CODES, WINDOW = 5, timedelta(minutes=15)
"""So many codes an address is sent within so long."""
TRIES_A_DAY, A_DAY = 30, timedelta(days=1)
"""After so many typed codes within a day an address gets no new one: guesses do not add up over the attempts."""
_BYTES = 32


class Step(StrEnum):
    """What an attempt waits for."""

    CODE = "code"
    AUTHENTICATOR = "authenticator"
    ENROLMENT = "enrolment"
    IDENTITY_PROVIDER = "identity_provider"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that is under way. `person_id` is None where nobody may sign in with that address."""

    person_id: int | None
    email: str | None
    next_path: str
    facts: dict[str, Any]


class Wrong(StrEnum):
    """Why a code was not taken. The same whether or not anybody has the address."""

    NOT_THE_CODE = "not_the_code"
    OVER = "over"
    """Used up, too old, typed too often, or begun in another browser."""


async def begin(
    session: AsyncSession,
    step: Step,
    now: datetime,
    *,
    next_path: str,
    email: str | None = None,
    person_id: int | None = None,
    code: str | None = None,
    facts: dict[str, Any] | None = None,
) -> str:
    """A new attempt: the secret for the cookie of the browser that began it. `now` is UTC."""
    secret = secrets.token_urlsafe(_BYTES)
    await session.execute(delete(SignIn).where(SignIn.created_at < now - 2 * A_DAY))
    session.add(
        SignIn(
            sha256=hashed(secret),
            email=email,
            person_id=person_id,
            code_sha256=_sealed(secret, code) if code is not None else None,
            step=step,
            tries=0,
            next_path=next_path,
            facts=facts or {},
            created_at=now,
            expires_at=now + HOLDS,
        )
    )
    await session.flush()
    return secret


async def may_have_a_code(session: AsyncSession, email: str, now: datetime) -> bool:
    """Whether this address may be sent another code. Two that ask for one address at once wait for each other."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(email))))
    of_address = select(func.count(), func.coalesce(func.sum(SignIn.tries), 0)).where(
        SignIn.email == email, SignIn.code_sha256.is_not(None)
    )
    codes, _ = (await session.execute(of_address.where(SignIn.created_at > now - WINDOW))).one()
    _, tries = (await session.execute(of_address.where(SignIn.created_at > now - A_DAY))).one()
    return bool(codes < CODES and tries < TRIES_A_DAY)


async def pending(session: AsyncSession, secret: str, step: Step, now: datetime) -> Attempt | None:
    """The attempt of a browser's cookie, if it waits for this."""
    row = (await session.execute(select(SignIn).where(_waiting(secret, step, now)))).scalar_one_or_none()
    return _attempt(row) if row else None


async def take_code(session: AsyncSession, secret: str, code: str, now: datetime) -> Attempt | Wrong:
    """Use an attempt up with the code that was mailed. Every try counts, the right one is taken once."""
    counted = update(SignIn).where(_waiting(secret, Step.CODE, now), SignIn.tries < TRIES)
    counted = counted.values(tries=SignIn.tries + 1).returning(SignIn)
    row = (await session.execute(counted)).scalar_one_or_none()
    if row is None:
        return Wrong.OVER
    if row.person_id is None or not hmac.compare_digest(row.code_sha256 or "", _sealed(secret, code)):
        return Wrong.NOT_THE_CODE if row.tries < TRIES else Wrong.OVER
    return await use(session, secret, Step.CODE, now) or Wrong.OVER


async def use(session: AsyncSession, secret: str, step: Step, now: datetime) -> Attempt | None:
    """Use an attempt up; None where there is none to use, for instance because it was used a moment ago."""
    used = update(SignIn).where(_waiting(secret, step, now)).values(used_at=now).returning(SignIn)
    row = (await session.execute(used)).scalar_one_or_none()
    return _attempt(row) if row else None


async def lock_open_of(session: AsyncSession, person_id: int) -> None:
    """Wait for whoever uses up one of a person's attempts just now; nobody does until this transaction ends."""
    query = select(SignIn.sha256).where(SignIn.person_id == person_id, SignIn.used_at.is_(None))
    await session.execute(query.order_by(SignIn.sha256).with_for_update())


async def end_all_of(session: AsyncSession, person_id: int, now: datetime) -> None:
    """Codes that were mailed to a person, and the steps after them, open nothing any more."""
    query = update(SignIn).where(SignIn.person_id == person_id, SignIn.used_at.is_(None))
    await session.execute(query.values(used_at=now))


async def roles_of(session: AsyncSession, email: str) -> tuple[int | None, frozenset[Role]]:
    """The person with an address and every role that they have anywhere. None for nobody, and for who has none left."""
    query = select(Person.id).where(func.lower(Person.email) == email)
    person_id = (await session.execute(query)).scalars().first()
    found = await roles_anywhere(session, person_id or 0)  # for nobody too: an unknown address takes as long
    return (person_id, found) if found else (None, found)


def _waiting(secret: str, step: Step, now: datetime) -> ColumnElement[bool]:
    this = SignIn.sha256 == hashed(secret)
    return this & (SignIn.step == step) & SignIn.used_at.is_(None) & (SignIn.expires_at > now)


def _sealed(secret: str, code: str) -> str:
    """A code as it is kept: with the secret of its browser, which is kept nowhere, so that six digits tell nothing."""
    return hashed(f"{secret}:{code}")


def _attempt(row: SignIn) -> Attempt:
    return Attempt(row.person_id, row.email, row.next_path, row.facts)
