"""The way in through the authority's own identity provider, and back.

The way back is a GET, as OpenID Connect has it. It signs in only the browser that set out, once: its cookie has the
attempt's secret, the attempt its state and its nonce. The provider has asked for the second factor.
"""

import hmac
import logging
import secrets
from dataclasses import asdict
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from store import sign_ins
from store.sessions import Way
from store.sign_ins import Attempt, Step
from web.auth import next_path
from web.auth.entering import ATTEMPT, attempt_of, enter, fields_of, go_on, to
from web.auth.identity_provider import IdentityProvider, NotVouchedFor, ProviderAway, Ticket
from web.auth.session import give_cookie
from web.dependencies import InOffice, Office
from web.look.page import page

SET_OUT, BACK = "/sign-in/provider", "/sign-in/provider/back"
_BEGINNING = "/sign-in"
_AWAY = (
    "{name} does not answer just now.",
    "Nothing is wrong with your account here. Wait a few minutes and sign in again; if it lasts, tell your IT desk.",
)
_NOT_VOUCHED = (
    "{name} did not confirm who you are in a way that we can trust, so you are not signed in.",
    "Sign in again from the beginning. If it happens again, tell your own IT desk: they can see why at {name}.",
)
_UNKNOWN = (
    "{name} confirmed your address, but nobody with this address works on a case here.",
    "If you have just started with a child, ask the Virtual School whether they have entered you, and with which "
    "address.",
)
log = logging.getLogger(__name__)
router = APIRouter(default_response_class=HTMLResponse)


@router.post(SET_OUT)
async def set_out(request: Request, office: InOffice) -> Response:
    """Begin an attempt in this browser, and show the way to the provider.

    A page, not a redirect: browsers hold the rule that forms lead to this site only (`form-action`) against every
    redirect that follows, and where a provider redirects to is its own affair.
    """
    provider = office.doorkeeper.provider
    if provider is None:
        return to(_BEGINNING)
    wanted = next_path.safe((await fields_of(request)).get("next"))
    ticket, now = Ticket(*(secrets.token_urlsafe(32) for _ in range(3))), await office.clock.now()
    try:
        address = await provider.way_there(ticket)
    except ProviderAway:
        log.warning("the identity provider does not answer")
        return await _refusal(request, provider, _AWAY, HTTPStatus.BAD_GATEWAY)
    async with office.database.transaction() as session:
        secret = await sign_ins.begin(
            session, Step.IDENTITY_PROVIDER, now, next_path=wanted, facts={"ticket": asdict(ticket)}
        )
    answer = await page(request, "auth/to_provider.html", name=provider.name, address=address)
    give_cookie(office, answer, secret, ATTEMPT)
    return answer


@router.get(BACK)
async def come_back(request: Request, office: InOffice) -> Response:
    """Sign in who the provider vouches for."""
    provider, given = office.doorkeeper.provider, request.query_params
    if provider is None:
        return to(_BEGINNING)
    attempt = await _used(request, office, given.get("state", ""))
    if attempt is None:  # another browser's, an old one, or this one's for the second time
        return to(_BEGINNING)
    try:
        if "code" not in given:
            raise NotVouchedFor("the provider has refused")
        ticket = Ticket(**attempt.facts["ticket"])
        email = await provider.address_of(given["code"], ticket, await office.clock.now())
    except ProviderAway:
        log.warning("the identity provider does not answer")
        return await _refusal(request, provider, _AWAY, HTTPStatus.BAD_GATEWAY)
    except NotVouchedFor as error:
        log.warning("the identity provider's answer was refused", extra={"error_type": error.reason})
        return await _refusal(request, provider, _NOT_VOUCHED, HTTPStatus.FORBIDDEN)
    now = await office.clock.now()
    async with office.database.transaction() as session:
        person_id, _ = await sign_ins.roles_of(session, email)
        if person_id is not None:
            secret = await enter(session, office, request, person_id, Way.IDENTITY_PROVIDER, now)
            return go_on(office, secret, attempt.next_path)
    return await _refusal(request, provider, _UNKNOWN, HTTPStatus.FORBIDDEN)


async def _used(request: Request, office: Office, state: str) -> Attempt | None:
    """This browser's attempt with this state, from now on used up. A wrong state leaves it as it is."""
    secret, now = attempt_of(request, office), await office.clock.now()
    async with office.database.transaction() as session:
        attempt = await sign_ins.pending(session, secret, Step.IDENTITY_PROVIDER, now)
        if attempt is None or not hmac.compare_digest(attempt.facts["ticket"]["state"].encode(), state.encode()):
            return None
        return await sign_ins.use(session, secret, Step.IDENTITY_PROVIDER, now)


async def _refusal(request: Request, provider: IdentityProvider, sentences: tuple[str, str], status: int) -> Response:
    said = [sentence.format(name=provider.name) for sentence in sentences]
    return await page(request, "auth/not_signed_in.html", status=status, sentences=said)
