"""The second step of the council's people: their authenticator app, which they set up when they first sign in."""

from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from starter.encryption import KeyRing
from store import authenticators, sign_ins
from store.authenticators import Judged
from store.sessions import Way
from store.sign_ins import Attempt, Step
from web.auth import authenticator
from web.auth.codes import digits_of
from web.auth.entering import ATTEMPT, attempt_of, enter, fields_of, go_on, to
from web.auth.session import give_cookie
from web.dependencies import InOffice, Office
from web.look.page import page

AUTHENTICATOR, SET_UP = "/sign-in/authenticator", "/sign-in/set-up"
_BEGINNING = "/sign-in"
_WORDS = {
    Judged.WRONG: "This is not the code that your authenticator app shows now. Wait for the next one and type that.",
    Judged.USED: "This code was used a moment ago. Wait for the next one, half a minute at most, and type that.",
    Judged.LOCKED: "Too many wrong codes. Your authenticator is locked for 15 minutes; if it was not you, tell the "
    "operator of this service.",
}
_NOT_SET_UP = (
    "This is not the code that your authenticator app shows for this account. Check that the app has the account "
    "below, and that the telephone's clock is set automatically."
)
router = APIRouter(default_response_class=HTMLResponse)


async def ask_for_more(
    session: AsyncSession, office: Office, attempt: Attempt, person_id: int, now: datetime
) -> Response:
    """On from the right code: an attempt of its own, with a secret of its own, that waits for the authenticator."""
    facts = {}
    step, path = Step.AUTHENTICATOR, AUTHENTICATOR
    if await authenticators.sealed_secret(session, person_id) is None:
        step, path = Step.ENROLMENT, SET_UP
        facts["secret"] = authenticator.sealed(office.doorkeeper.ring, person_id, authenticator.new_secret())
    secret = await sign_ins.begin(
        session, step, now, next_path=attempt.next_path, email=attempt.email, person_id=person_id, facts=facts
    )
    answer = to(path)
    give_cookie(office, answer, secret, ATTEMPT)
    return answer


@router.get(AUTHENTICATOR)
async def ask_for_authenticator(request: Request, office: InOffice) -> Response:
    """What does the app show?"""
    attempt = await _pending(request, office, Step.AUTHENTICATOR)
    return await _authenticator_page(request) if attempt else to(_BEGINNING)


@router.post(AUTHENTICATOR)
async def take_authenticator(request: Request, office: InOffice) -> Response:
    """Sign in with the code of the app."""
    code, now = digits_of((await fields_of(request)).get("code", "")), await office.clock.now()
    ring = office.doorkeeper.ring
    async with office.database.transaction() as session:
        attempt = await sign_ins.pending(session, attempt_of(request, office), Step.AUTHENTICATOR, now)
        if attempt is None or attempt.person_id is None:
            return to(_BEGINNING)
        person_id = attempt.person_id

        def step_of(kept: str) -> int | None:
            return authenticator.step_of(authenticator.opened(ring, person_id, kept), code, now)

        judged = await authenticators.judge(session, person_id, step_of, now)
        if judged is Judged.RIGHT:
            await _keep_under_first_key(session, ring, person_id)
            return await _enter(session, office, request, attempt, Step.AUTHENTICATOR, now)
    return await _authenticator_page(request, _WORDS[judged])


@router.get(SET_UP)
async def ask_to_set_up(request: Request, office: InOffice) -> Response:
    """The new account for the app, as a picture and as text."""
    attempt = await _pending(request, office, Step.ENROLMENT)
    return await _set_up_page(request, office, attempt) if attempt else to(_BEGINNING)


@router.get(f"{SET_UP}/account.svg")
async def picture_of_account(request: Request, office: InOffice) -> Response:
    """The QR code of this browser's pending set-up."""
    attempt = await _pending(request, office, Step.ENROLMENT)
    if attempt is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    owner = (await office.signboard.read()).name or "Personal Education Plans"
    address = authenticator.address_for_app(_secret_of(office, attempt), attempt.email or "", owner)
    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", scale=5, light="white", xmldecl=False)
    return Response(picture.getvalue(), media_type="image/svg+xml")


@router.post(SET_UP)
async def set_up(request: Request, office: InOffice) -> Response:
    """Keep the new authenticator once it has shown a right code, and sign in."""
    code, now = digits_of((await fields_of(request)).get("code", "")), await office.clock.now()
    attempt = await _pending(request, office, Step.ENROLMENT)
    if attempt is None or attempt.person_id is None:
        return to(_BEGINNING)
    step = authenticator.step_of(_secret_of(office, attempt), code, now)
    if step is None:
        return await _set_up_page(request, office, attempt, _NOT_SET_UP)
    async with office.database.transaction() as session:
        if not await authenticators.enrol(session, attempt.person_id, attempt.facts["secret"], step, now):
            return to(_BEGINNING)  # another browser was quicker: from now on that one's counts
        return await _enter(session, office, request, attempt, Step.ENROLMENT, now)


async def _enter(
    session: AsyncSession, office: Office, request: Request, attempt: Attempt, step: Step, now: datetime
) -> Response:
    used = await sign_ins.use(session, attempt_of(request, office), step, now)
    if used is None or used.person_id is None:
        return to(_BEGINNING)
    secret = await enter(session, office, request, used.person_id, Way.AUTHENTICATOR, now)
    return go_on(office, secret, attempt.next_path)


async def _keep_under_first_key(session: AsyncSession, ring: KeyRing, person_id: int) -> None:
    """After a rotation of the keys everybody's secret moves to the new one when they next sign in."""
    kept = await authenticators.sealed_secret(session, person_id)
    if kept is not None and not authenticator.is_sealed_with_first(ring, kept):
        secret = authenticator.opened(ring, person_id, kept)
        await authenticators.seal_anew(session, person_id, authenticator.sealed(ring, person_id, secret))


async def _pending(request: Request, office: Office, step: Step) -> Attempt | None:
    now = await office.clock.now()
    async with office.database.transaction() as session:
        return await sign_ins.pending(session, attempt_of(request, office), step, now)


def _secret_of(office: Office, attempt: Attempt) -> str:
    return authenticator.opened(office.doorkeeper.ring, attempt.person_id or 0, attempt.facts["secret"])


async def _authenticator_page(request: Request, fault: str = "") -> Response:
    return await page(request, "auth/authenticator.html", **_with(fault))


async def _set_up_page(request: Request, office: Office, attempt: Attempt, fault: str = "") -> Response:
    secret = _secret_of(office, attempt)
    shown = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return await page(request, "auth/set_up.html", secret=shown, email=attempt.email, **_with(fault))


def _with(fault: str) -> dict[str, Any]:
    """What both pages show of a fault in the code."""
    return {
        "status": HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        "errors": [{"text": fault, "href": "#code"}] if fault else [],
        "fault": fault,
    }
