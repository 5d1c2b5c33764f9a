"""Every error is answered with sentences that say what happened and what to do, never with an exception's text.

Below `/api/` the answer is JSON, everywhere else it is a page.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from casework.errors import UnknownCase
from rules.form_faults import sentence_of
from web.auth.session import SignInNeeded
from web.auth.sign_in_needed import show_the_door
from web.forms.sent import TooManyFields, is_form, typed_in, words_in
from web.look.page import page

OUTAGES = (DBAPIError, PoolTimeoutError, OSError)
"""How PostgreSQL is missed: refused, broken off, no connection free."""
_OUR_FAULT = (ProgrammingError, DataError)
_RETRY_AFTER = {"Retry-After": "5"}
_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address. Check it; / says what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take such a request. /api says which it takes.",
}
_ON_A_PAGE = {
    HTTPStatus.NOT_FOUND: (
        "Either it does not exist, or it is not shown to you.",
        "If you typed it, check it. If it came in a letter, you may no longer work with that child: ask the Virtual "
        "School.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "This address does not take what was sent to it, and nothing was changed.",
        "Go back, load the page again and send it from there.",
    ),
}
_OTHERWISE = "This request cannot be answered. Check it."
_HEADINGS = {
    HTTPStatus.FORBIDDEN: "This was not accepted",
    HTTPStatus.NOT_FOUND: "There is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "This cannot be done here",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is too large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something here is broken",
    HTTPStatus.SERVICE_UNAVAILABLE: "The service cannot answer just now",
}
_BROKEN = (
    "Something here is broken, and the operator can see it. Try again later; an act sent again with the same id "
    "counts once."
)
_BROKEN_PAGE = (
    "It is not your fault, and the operator can see it.",
    "If you sent something, it may not have been stored: go back and send it again in a few minutes. The same form "
    "sent twice counts once.",
)
_UNAVAILABLE = "The database does not answer now. Nothing is lost: try again in a moment."
_NO_CONSOLE = (
    "PostgreSQL does not answer, so the console has nothing to show. Nothing is lost: what was answered is stored, and "
    "the plans wait.",
    "Bring PostgreSQL back; the watch tells whoever keeps the service running. Then load this page again: what waited "
    "goes on by itself.",
)
_MAYBE_STORED = (
    "The database does not answer now, and we cannot tell whether your act was stored. Send it again with this id in a "
    "moment: the same id twice is one act."
)


class NotSignedIn(Exception):
    """No token, or none that holds."""

    def __init__(self, *, given: bool) -> None:
        super().__init__()
        self.given = given


def problem(status: int, *sentences: str, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """The shape of every error."""
    return JSONResponse({**more, "sentences": list(sentences)}, status, headers)


def is_for_api(path: str) -> bool:
    """Whether the one who asks is a system and reads JSON. `/api` itself is a page."""
    return path.startswith("/api/")


async def answered(
    request: Request, status: int, *sentences: str, headers: Mapping[str, str] | None = None, again: str | None = None
) -> Response:
    """An error in the form that whoever asked can read: JSON, or a page with these sentences as its paragraphs.

    `again` is an address of ours to be tried again.
    """
    if is_for_api(request.scope["path"]):
        return problem(status, *sentences, headers=headers)
    facts: dict[str, Any] = {
        "heading": _HEADINGS.get(HTTPStatus(status), "This cannot be answered"),
        "words": _typed_before(request),
        "again": again,
    }
    return await page(request, "error.html", status=status, headers=headers, sentences=sentences, **facts)


def _typed_before(request: Request) -> list[str]:
    """What the form of a case had in it when the answer turned out to be an error: nothing typed is lost."""
    typed = getattr(request.state, "typed", None)
    return words_in(typed) if typed and request.scope["path"].startswith("/cases/") else []


async def broken(request: Request) -> Response:
    """The answer when our own code failed. Where not even the page can be made, it is JSON."""
    if not is_for_api(request.scope["path"]):
        with suppress(Exception):
            return await answered(request, HTTPStatus.INTERNAL_SERVER_ERROR, *_BROKEN_PAGE)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN)


def is_outage(error: Exception) -> bool:
    """Whether trying again can help."""
    return isinstance(error, OUTAGES) and not isinstance(error, _OUR_FAULT)


def maybe_stored(act_id: str) -> JSONResponse:
    """PostgreSQL went away while an act was taken; the id makes it safe to send it again."""
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, _MAYBE_STORED, headers=_RETRY_AFTER, id=act_id)


def add_handlers(app: FastAPI) -> None:
    """Teach an app to answer what its routes raise."""
    handlers: list[tuple[type[Exception], Callable[[Request, Any], Awaitable[Response]]]] = [
        (NotSignedIn, _not_signed_in),
        (SignInNeeded, show_the_door),
        (UnknownCase, _unknown_case),
        (RequestValidationError, _wrong_query),
        (TooManyFields, _too_many_fields),
        (HTTPException, _http),
        *((outage, _unavailable) for outage in OUTAGES),
    ]
    for error, handler in handlers:
        app.add_exception_handler(error, handler)


async def _not_signed_in(_request: Request, error: NotSignedIn) -> Response:
    challenge = 'Bearer realm="pep"'
    sentence = "This needs a token: send the header `Authorization: Bearer pep_...`."
    if error.given:
        challenge += ', error="invalid_token"'
        sentence = "This token is not known here or was revoked."
    more = "The operator makes one with ./pep token."
    return problem(HTTPStatus.UNAUTHORIZED, sentence, more, headers={"WWW-Authenticate": challenge})


async def _unknown_case(request: Request, error: UnknownCase) -> Response:
    if is_for_api(request.scope["path"]):
        return problem(HTTPStatus.NOT_FOUND, str(error))
    return await _nothing_here(request)


async def _wrong_query(request: Request, error: RequestValidationError) -> Response:
    sentences = [sentence_of(fault, fault["loc"][-1:]) for fault in error.errors()]
    return await answered(request, HTTPStatus.UNPROCESSABLE_ENTITY, *sentences)


async def _too_many_fields(request: Request, _error: TooManyFields) -> Response:
    sentence = "This form has more answers than any form here asks for, and was not read. Nothing was changed."
    return await answered(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)


async def _http(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    if is_for_api(request.scope["path"]):
        return problem(status, _SENTENCES.get(status, _OTHERWISE), headers=error.headers)
    return await answered(request, status, *_ON_A_PAGE.get(status, (_OTHERWISE,)), headers=error.headers)


async def _nothing_here(request: Request) -> Response:
    """The same page whether something does not exist or is foreign to the visitor."""
    return await answered(request, HTTPStatus.NOT_FOUND, *_ON_A_PAGE[HTTPStatus.NOT_FOUND])


async def _unavailable(request: Request, error: Exception) -> Response:
    if not is_outage(error):
        raise error
    if request.method == "POST" and is_form(request):
        typed = await typed_in(request)
        return await page(request, "outage.html", status=503, headers=_RETRY_AFTER, typed=typed)
    is_console = f"{request.scope['path']}/".startswith("/console/")
    sentences = _NO_CONSOLE if is_console else (_UNAVAILABLE,)
    again = request.scope["path"] if is_console else None
    return await answered(request, HTTPStatus.SERVICE_UNAVAILABLE, *sentences, headers=_RETRY_AFTER, again=again)
