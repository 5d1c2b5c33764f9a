"""Making a payment run: the payments that are in none, up to a day; what is ticked is left out."""

from datetime import date
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.payment_runs import RunRefused, make_run, waiting_for_run
from contracts.clock import london_date
from store.payment_runs import MOST
from web.auth.session import InSession
from web.dependencies import InOffice
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page
from web.payments.room import paying

_NO_DAY = "“Up to and with” must be a real date: day, month and year, such as 20 11 2026."
router = APIRouter()


@router.get("/payments/runs/new")
async def new_run(request: Request, office: InOffice, visitor: InSession) -> Response:
    """What a run up to a day would hold."""
    paying(visitor)
    parts = [request.query_params.get(f"until-{part}", "") for part in ("day", "month", "year")]
    today = london_date(await office.clock.now())
    until = _day(parts) if any(parts) else today
    errors = [] if until else [_NO_DAY]
    return await _page(request, office, until or today, parts if any(parts) else None, errors)


@router.post("/payments/runs/new")
async def make_new_run(request: Request, office: InOffice, visitor: InSession) -> Response:
    """Freeze that list. Another person approves it."""
    paying(visitor)
    typed, now = await typed_in(request), await office.clock.now()
    try:
        until = date.fromisoformat(first(typed, "until"))
    except ValueError:
        return await _page(request, office, london_date(now), None, [_NO_DAY])
    left_out = frozenset(typed.get("left_out", ()))
    try:
        async with office.database.transaction() as session:
            number = await make_run(session, visitor.person_id, until, first(typed, "frozen"), left_out, now)
    except RunRefused as refused:
        return await _page(request, office, until, None, [refused.sentence], left_out)
    return RedirectResponse(f"/payments/runs/{number}?done=made", HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    office: Any,
    until: date,
    parts: list[str] | None,
    errors: list[str],
    left_out: frozenset[str] = frozenset(),
) -> Response:
    async with office.database.seen_by(request.state.visitor.person_id) as session:
        waiting = await waiting_for_run(session, until)
    return await page(
        request,
        "payments/new_run.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        waiting=waiting,
        until=until,
        day_parts=parts or [str(until.day), str(until.month), str(until.year)],
        left_out=left_out,
        most=MOST,
        errors=[{"text": text, "href": "#until-day" if text == _NO_DAY else "#run"} for text in errors],
        wrong_day=_NO_DAY in errors,
    )


def _day(parts: list[str]) -> date | None:
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None
