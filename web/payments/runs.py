"""The payment runs: one is made, approved by somebody else, exported; or cancelled with a reason."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.payment_runs import RunRefused, approve_run, cancel_run, export_run
from contracts.payments import RunState
from store.payment_runs import lines_as_made, seen_run, seen_runs
from web.absent import known, nothing_here
from web.auth.session import InSession, Visitor
from web.dependencies import InOffice, Office
from web.epep.take_away.downloads import download
from web.epep.take_away.sheets import CSV
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page
from web.payments.room import address_of, paying, reading
from web.payments.words import RUNS

_DONE = {
    "made": "The run is made. Somebody else of finance approves it.",
    "approved": "You approved the run. Take its file to the bank.",
    "cancelled": "The run is cancelled. Its payments are free for another run.",
}
router = APIRouter()


@router.get("/payments/runs")
async def runs(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The newest hundred runs."""
    pays = reading(visitor)
    async with office.database.seen_by(visitor.person_id) as session:
        found = await seen_runs(session)
    return await page(request, "payments/runs.html", runs=found, words=_words(), pays=pays)


@router.get("/payments/runs/{number}")
async def run(request: Request, number: int, office: InOffice, visitor: InSession) -> Response:
    """One run with its lines, and what this person may do with it."""
    return await _page(request, office, visitor, known(number))


@router.post("/payments/runs/{number}/approve")
async def approve(request: Request, number: int, office: InOffice, visitor: InSession) -> Response:
    """Agree to the very list that was shown."""
    paying(visitor)
    typed, now = await typed_in(request), await office.clock.now()
    try:
        async with office.database.transaction() as session:
            await approve_run(session, visitor.person_id, known(number), first(typed, "frozen"), now)
    except RunRefused as refused:
        return await _page(request, office, visitor, number, refused.sentence)
    return _back(number, "approved")


@router.post("/payments/runs/{number}/cancel")
async def cancel(request: Request, number: int, office: InOffice, visitor: InSession) -> Response:
    """Give a run up before it is exported."""
    paying(visitor)
    typed, now = await typed_in(request), await office.clock.now()
    because = first(typed, "because")
    try:
        async with office.database.transaction() as session:
            await cancel_run(session, visitor.person_id, known(number), because, now)
    except RunRefused as refused:
        return await _page(request, office, visitor, number, refused.sentence, because)
    return _back(number, "cancelled")


@router.post("/payments/runs/{number}/file")
async def take_file(request: Request, number: int, office: InOffice, visitor: InSession) -> Response:
    """The file for the bank. With the first time the run is exported."""
    paying(visitor)
    now = await office.clock.now()
    try:
        async with office.database.transaction() as session:
            content = await export_run(session, visitor.person_id, known(number), now)
    except RunRefused as refused:
        return await _page(request, office, visitor, number, refused.sentence)
    return download(content, CSV, f"payment-run-{number}.csv")


async def _page(
    request: Request, office: Office, visitor: Visitor, number: int, refused: str | None = None, because: str = ""
) -> Response:
    pays = reading(visitor)
    async with office.database.seen_by(visitor.person_id) as session:
        found = await seen_run(session, number)
        if found is None:
            raise nothing_here()
        lines = await lines_as_made(session, number)
    row = found.row
    live = row.state in (RunState.MADE, RunState.APPROVED)
    facts: dict[str, Any] = {
        "may_approve": pays and row.state == RunState.MADE and row.made_by != visitor.person_id,
        "waits_for_another": pays and row.state == RunState.MADE and row.made_by == visitor.person_id,
        "may_export": row.state in (RunState.APPROVED, RunState.EXPORTED)
        and visitor.person_id in (row.made_by, row.approved_by),
        "may_cancel": pays and live,
    }
    return await page(
        request,
        "payments/run.html",
        status=HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
        run=found,
        lines=lines,
        words=_words()[row.state],
        because=because,
        address_of=address_of,
        notice=_DONE.get(request.query_params.get("done", "")) if not refused else None,
        errors=[{"text": refused, "href": "#run"}] if refused else [],
        **facts,
    )


def _words() -> dict[str, Any]:
    return {state.value: words for state, words in RUNS.items()}


def _back(number: int, done: str) -> Response:
    return RedirectResponse(f"/payments/runs/{number}?done={done}", HTTPStatus.SEE_OTHER)
