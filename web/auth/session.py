"""The cookie of somebody who is signed in. What they may do is asked anew at every request."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from contracts.people import Role
from store import sessions
from web.dependencies import InOffice, Office

_NAME = "pep-session"
BY_ITSELF = "pep-by-itself"
"""The header of a page that asks for itself again because its case moved (web/static/live.js): nobody is using it."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who asks for a page."""

    person_id: int
    name: str
    email: str
    everywhere: frozenset[Role] = frozenset()
    """Their roles for the whole authority, as they were when this request began."""
    manages_team: bool = False
    """Whether they are the team manager of any child."""

    @property
    def offices(self) -> frozenset[Role]:
        """The roles that have pages about many children: those for the whole authority, and the team's manager."""
        return self.everywhere | ({Role.TEAM_MANAGER} if self.manages_team else frozenset())


class SignInNeeded(Exception):
    """Nobody is signed in. Answered by the way to the sign-in page and back.

    `expired` is who sent this from a session that ran out: what they typed is kept for them (web/epep/held.py).
    """

    def __init__(self, expired: Visitor | None = None) -> None:
        super().__init__()
        self.expired = expired


async def _visitor(request: Request, office: InOffice) -> Visitor:
    """Who is signed in. Raises SignInNeeded."""
    visitor = await whoever_is_signed_in(request, office, is_use=BY_ITSELF not in request.headers)
    request.state.visitor = visitor
    return visitor


async def whoever_is_signed_in(request: Request, office: Office, *, is_use: bool) -> Visitor:
    """As the session's cookie says at this moment. Without `is_use` the asking does not keep the session alive.

    Raises SignInNeeded.
    """
    secret = request.cookies.get(cookie_name(office))
    if secret is None:
        raise SignInNeeded
    now = await office.clock.now()
    async with office.database.transaction() as session:
        found = await sessions.find(session, secret, now, is_use=is_use)
    if found is None:
        raise SignInNeeded
    visitor = Visitor(found.person_id, found.name, found.email, found.everywhere, found.manages_team)
    if not found.live:
        raise SignInNeeded(visitor)
    return visitor


InSession = Annotated[Visitor, Depends(_visitor)]
"""The person who asks for a page; without one the sign-in page is shown."""


def cookie_name(office: Office, name: str = _NAME) -> str:
    """With the prefix that binds it to this host wherever the site has TLS (RFC 6265bis, `__Host-`)."""
    return f"__Host-{name}" if office.secure else name


def give_cookie(office: Office, response: Response, secret: str, name: str = _NAME) -> None:
    """Put a secret into the browser: for this site's own requests, out of reach of scripts, gone with the browser."""
    response.set_cookie(
        cookie_name(office, name), secret, path="/", httponly=True, secure=office.secure, samesite="lax"
    )


def take_cookie(office: Office, response: Response, name: str = _NAME) -> None:
    """Remove it again."""
    response.delete_cookie(cookie_name(office, name), path="/", httponly=True, secure=office.secure, samesite="lax")
