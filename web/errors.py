"""Every error is answered with sentences that say what happened and what to do, never with an exception's text."""

from collections.abc import Awaitable, Callable
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

OUTAGES = (DBAPIError, PoolTimeoutError, OSError)
"""How PostgreSQL is missed: refused, broken off, no connection free."""
_OUR_FAULT = (ProgrammingError, DataError)
_RETRY_AFTER = {"Retry-After": "5"}
_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address. Check it; / says what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take such a request. /api says which it takes.",
}
_UNAVAILABLE = "The database does not answer now. Nothing is lost: try again in a moment."
_MAYBE_STORED = (
    "The database does not answer now, and we cannot tell whether your act was stored. Send it again with this id in a "
    "moment: the same id twice is one act."
)


class NotSignedIn(Exception):
    """No token, or none that holds."""

    def __init__(self, *, given: bool) -> None:
        super().__init__()
        self.given = given


def problem(status: int, *sentences: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """The shape of every error."""
    return JSONResponse({**more, "sentences": list(sentences)}, status, headers)


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
        (UnknownCase, _unknown_case),
        (RequestValidationError, _wrong_query),
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


async def _unknown_case(_request: Request, error: UnknownCase) -> Response:
    return problem(HTTPStatus.NOT_FOUND, str(error))


async def _wrong_query(_request: Request, error: RequestValidationError) -> Response:
    sentences = [sentence_of(fault, fault["loc"][-1:]) for fault in error.errors()]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, *sentences)


async def _http(_request: Request, error: HTTPException) -> Response:
    sentence = _SENTENCES.get(HTTPStatus(error.status_code), "This request cannot be answered. Check it.")
    return problem(error.status_code, sentence, headers=dict(error.headers or {}))


async def _unavailable(_request: Request, error: Exception) -> Response:
    if not is_outage(error):
        raise error
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, _UNAVAILABLE, headers=_RETRY_AFTER)
