"""The door: an address, a code that is mailed to it, and the way out again.

Whether anybody has an address is told to nobody: the answers are the same, in the same time, and the mail leaves after
them. An address that works on no case gets no mail either, or anybody could make us write to anybody. GET changes
nothing here, whoever opens the pages.
"""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask

from rules.addresses import NOT_ONE, is_address
from store import sessions, sign_ins
from store.sessions import Way
from store.sign_ins import HOLDS, Attempt, Step, Wrong
from web.auth import next_path
from web.auth.codes import DIGITS, digits_of, new_code
from web.auth.entering import ATTEMPT, WITH_AUTHENTICATOR, attempt_of, enter, fields_of, go_on, to
from web.auth.second_step import ask_for_more
from web.auth.session import cookie_name, give_cookie, take_cookie
from web.dependencies import InOffice, Office
from web.look.page import page

SIGN_IN, CODE = "/sign-in", "/sign-in/code"
_MINUTES = int(HOLDS.total_seconds() // 60)
_TOO_MANY_CODES = (
    "Too many codes were asked for with this address. Use one that has arrived, or wait 15 minutes and ask again."
)
_BUSY = "Too many people are signing in at this moment. Wait a minute and try again."
_WRONG = {
    Wrong.NOT_THE_CODE: "This is not the code of the newest mail. Check it and type it again.",
    Wrong.OVER: "This code cannot be used any more: it was used, has run out, was typed too often, or belongs to "
    "another browser. Ask for a new one.",
}
router = APIRouter(default_response_class=HTMLResponse)


@router.get(SIGN_IN)
async def ask_for_address(request: Request, office: InOffice) -> Response:
    """Who are you?"""
    return await _address_page(request, office, "", next_path.safe(request.query_params.get("next")))


@router.post(SIGN_IN)
async def send_code(request: Request, office: InOffice) -> Response:
    """Begin an attempt in this browser, and mail its code to who works on a case."""
    typed = await fields_of(request)
    given, wanted = typed.get("email", ""), next_path.safe(typed.get("next"))
    email, now, doorkeeper = given.lower(), await office.clock.now(), office.doorkeeper
    if not is_address(email):
        return await _address_page(request, office, given, wanted, f"This is {NOT_ONE}.")
    if doorkeeper.provider is not None and doorkeeper.provider.answers_for(email):
        elsewhere = f"People with this address sign in with {doorkeeper.provider.name}. Use that button."
        return await _address_page(request, office, given, wanted, elsewhere)
    if doorkeeper.asks.holds(now):
        return await _address_page(request, office, given, wanted, _BUSY, HTTPStatus.TOO_MANY_REQUESTS)
    doorkeeper.asks.count(now)
    code, owner = new_code(), await office.signboard.read()
    async with office.database.transaction() as session:
        if not await sign_ins.may_have_a_code(session, email, now):
            refusal = HTTPStatus.TOO_MANY_REQUESTS
            return await _address_page(request, office, given, wanted, _TOO_MANY_CODES, refusal)
        person_id, _ = await sign_ins.roles_of(session, email)
        secret = await sign_ins.begin(
            session, Step.CODE, now, next_path=wanted, email=email, person_id=person_id, code=code
        )
    answer = to(CODE)
    give_cookie(office, answer, secret, ATTEMPT)
    if person_id is not None:
        answer.background = BackgroundTask(doorkeeper.codes.send, email, code, owner, now)
    return answer


@router.get(CODE)
async def ask_for_code(request: Request, office: InOffice) -> Response:
    """What does the mail say? A browser without an attempt goes back to the beginning."""
    attempt = await _pending(request, office)
    return await _code_page(request, attempt) if attempt else to(SIGN_IN)


@router.post(CODE)
async def take_code(request: Request, office: InOffice) -> Response:
    """Sign in, or go on to the authenticator."""
    code, now = digits_of((await fields_of(request)).get("code", "")), await office.clock.now()
    attempt = await _pending(request, office)
    if attempt is not None and len(code) != DIGITS:  # plainly a slip, so it costs no try
        return await _code_page(request, attempt, f"Type the {DIGITS} digits of the code in the mail.")
    if office.doorkeeper.guesses.holds(now):
        return await _code_page(request, attempt, _BUSY, HTTPStatus.TOO_MANY_REQUESTS)
    async with office.database.transaction() as session:
        taken = await sign_ins.take_code(session, attempt_of(request, office), code, now)
        answer = await _go_on(session, office, request, taken) if isinstance(taken, Attempt) else None
    if answer is not None:
        return answer
    if taken is Wrong.NOT_THE_CODE and attempt is not None and attempt.person_id is not None:
        office.doorkeeper.guesses.count(now)  # what cannot be right is no guess, and must not keep others out
    why = _WRONG[taken] if isinstance(taken, Wrong) else _WRONG[Wrong.OVER]
    return await _code_page(request, attempt, why)


@router.post("/sign-out")
async def sign_out(request: Request, office: InOffice) -> Response:
    """End the session of this browser."""
    secret = request.cookies.get(cookie_name(office))
    if secret is not None:
        now = await office.clock.now()
        async with office.database.transaction() as session:
            await sessions.end(session, secret, now)
    answer = to(f"{SIGN_IN}?signed-out")
    take_cookie(office, answer)
    answer.headers["clear-site-data"] = '"storage"'
    return answer


async def _go_on(session: AsyncSession, office: Office, request: Request, attempt: Attempt) -> Response | None:
    """After the right code: in, or to the second step. None for who lost their last role meanwhile."""
    now = await office.clock.now()
    person_id, roles = await sign_ins.roles_of(session, attempt.email or "")
    if person_id is None:
        return None
    if roles & WITH_AUTHENTICATOR:
        return await ask_for_more(session, office, attempt, person_id, now)
    return go_on(office, await enter(session, office, request, person_id, Way.CODE, now), attempt.next_path)


async def _pending(request: Request, office: Office) -> Attempt | None:
    now = await office.clock.now()
    async with office.database.transaction() as session:
        return await sign_ins.pending(session, attempt_of(request, office), Step.CODE, now)


async def _address_page(
    request: Request, office: Office, email: str, wanted: str, fault: str = "", status: int = HTTPStatus.OK
) -> Response:
    """The first page, with what was typed. `fault` is a sentence about the address."""
    provider = office.doorkeeper.provider
    signed_out = "signed-out" in request.query_params
    return await page(
        request,
        "auth/sign_in.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault and status == HTTPStatus.OK else status,
        errors=[{"text": fault, "href": "#email"}] if fault else [],
        notice="You have signed out." if signed_out else None,
        fault=fault,
        email=email,
        next=wanted,
        provider=provider.name if provider else None,
        domains=sorted(provider.domains) if provider else [],
    )


async def _code_page(
    request: Request, attempt: Attempt | None, fault: str = "", status: int = HTTPStatus.OK
) -> Response:
    """The page for the code; the same whether or not a mail is on its way."""
    return await page(
        request,
        "auth/code.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault and status == HTTPStatus.OK else status,
        errors=[{"text": fault, "href": "#code"}] if fault else [],
        fault=fault,
        email=attempt.email if attempt else None,
        again=f"{SIGN_IN}?{urlencode({'next': attempt.next_path})}" if attempt else SIGN_IN,
        minutes=_MINUTES,
    )
