"""The last step of every way in: a session with a secret of its own, and the page that was wanted."""

from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store import sessions
from store.sessions import Way
from web.auth.session import cookie_name, give_cookie, take_cookie
from web.dependencies import Office
from web.forms.sent import typed_in

ATTEMPT = "pep-sign-in"
"""The cookie that binds an attempt to the browser that began it."""
WITH_AUTHENTICATOR = frozenset(
    {
        Role.SOCIAL_WORKER,
        Role.TEAM_MANAGER,
        Role.VIRTUAL_SCHOOL,
        Role.FINANCE,
        Role.OPERATOR,
        Role.ENGINEER,
        Role.IRO,
        Role.VIRTUAL_SCHOOL_HEAD,
    }
)
"""The council's own roles: they see many children, and sign in with something they have beside their mail."""


async def enter(
    session: AsyncSession, office: Office, request: Request, person_id: int, way: Way, now: datetime
) -> str:
    """Begin a session and end the one that this browser had before; gives the new cookie's secret."""
    before = request.cookies.get(cookie_name(office))
    if before is not None:
        await sessions.end(session, before, now)
    return await sessions.begin(session, person_id, way, now)


def go_on(office: Office, secret: str, path: str) -> Response:
    """The answer of who is signed in: the session's cookie, and on to the page that was wanted."""
    answer = to(path)
    give_cookie(office, answer, secret)
    take_cookie(office, answer, ATTEMPT)
    return answer


def to(path: str) -> Response:
    """To a page of ours, with GET."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def attempt_of(request: Request, office: Office) -> str:
    """The secret of this browser's attempt; empty without one, which fits none."""
    return request.cookies.get(cookie_name(office, ATTEMPT), "")


async def fields_of(request: Request) -> dict[str, str]:
    """What was typed into a form, each field once, without the blanks around it."""
    return {name: texts[0].strip() for name, texts in (await typed_in(request)).items()}
