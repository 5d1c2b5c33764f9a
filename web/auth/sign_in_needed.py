"""What a request without a session is answered: the way to the door, and from there to the page that was wanted."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from web.auth import next_path
from web.auth.session import SignInNeeded
from web.epep.held import hold

_CHANGES_NOTHING = frozenset({"GET", "HEAD"})


async def show_the_door(request: Request, error: SignInNeeded) -> Response:
    """To the sign-in page. A form from a session that ran out is kept for its sender."""
    if error.expired is not None and request.method not in _CHANGES_NOTHING:
        await hold(request, request.app.state.office, error.expired)
    way_back = urlencode({"next": next_path.wanted(request)})
    return RedirectResponse(f"/sign-in?{way_back}", HTTPStatus.SEE_OTHER)
