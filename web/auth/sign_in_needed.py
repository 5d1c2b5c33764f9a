"""What a request without a session is answered: the way to the door, and from there to the page that was wanted."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from web.auth import next_path
from web.auth.session import SignInNeeded
from web.epep.held import hold
from web.forms.reading import first
from web.forms.sent import is_form, typed_in, words_in
from web.look.page import page

_CHANGES_NOTHING = frozenset({"GET", "HEAD"})


async def show_the_door(request: Request, error: SignInNeeded) -> Response:
    """To the sign-in page. A form from a session that ran out is kept for its sender.

    Where nobody can say whose it is, because they signed out in another tab, its answers stay on the page that follows,
    to be sent from there.
    """
    if error.expired is not None and request.method not in _CHANGES_NOTHING:
        await hold(request, request.app.state.office, error.expired)
    elif request.method == "POST" and is_form(request) and "child_ref" in request.path_params:
        typed = await typed_in(request)
        if first(typed, "press") == "autosave":  # the page says that it is not kept
            return PlainTextResponse("Nobody is signed in.", HTTPStatus.FORBIDDEN)
        if words_in(typed):
            return await page(request, "auth/form_without_session.html", status=HTTPStatus.FORBIDDEN, typed=typed)
    way_back = urlencode({"next": next_path.wanted(request)})
    return RedirectResponse(f"/sign-in?{way_back}", HTTPStatus.SEE_OTHER)
