"""Somebody who is signed in already: for tests of what comes after the door."""

import httpx

from contracts.clock import Clock
from store.cases import person_at
from store.database import Database
from store.sessions import Way, begin

COOKIE = "pep-session"
"""As `web/auth/session.py` names it on a site without TLS."""


async def sign_in_as(database: Database, clock: Clock, client: httpx.AsyncClient, email: str) -> int:
    """Put a session of the person with this address into a client, in place of any other; gives the person's id.

    The person must be known already, and have a role: `Door.put`, the sample's roll, or a staff role gives one.
    """
    now = await clock.now()
    async with database.transaction() as session:
        person_id = await person_at(session, email)
        assert person_id is not None, f"nobody has the address {email}"
        secret = await begin(session, person_id, Way.CODE, now)
    client.cookies.clear()
    client.cookies.set(COOKIE, secret, domain=_domain(client), path="/")
    return person_id


def _domain(client: httpx.AsyncClient) -> str:
    """As the library files the cookies that this host sets."""
    host = client.base_url.host
    return host if "." in host else f"{host}.local"
