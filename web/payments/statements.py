"""Statements: a file is compared with the ledger, line by line, with what to do about each."""

from collections import Counter
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.statements import (
    DAYS_TO_APPEAR,
    NotWithdrawn,
    StatementRefused,
    import_statement,
    judged_statement,
    missing_from_statements,
    withdraw_statement,
)
from rules.statement import IN_WORDS, WHAT_TO_DO, Verdict
from store.statements import seen_statement, seen_statements
from web.absent import known, nothing_here
from web.auth.session import InSession, Visitor
from web.dependencies import InOffice, Office
from web.epep.attached.upload import UnreadableUpload, upload_in
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page
from web.payments.room import address_of, paying, reading

_NOTHING = "Choose a file: a statement as CSV, UTF-8."
_MOST_FAULTS = 100
_DONE = {
    "imported": "The statement is imported. Every line stands below, with what to do about it.",
    "withdrawn": "The statement is withdrawn. Its lines are counted no more, and its file can be imported again.",
    "again": "This very file was imported before. Nothing was changed; here is what it says.",
}
_TONES = {Verdict.MATCHED: "green", Verdict.WAS_UNSURE: "blue"}
router = APIRouter()


@router.get("/payments/statements")
async def statements(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The statements, and what is paid and stands on none."""
    return await _page(request, office, visitor, [])


@router.post("/payments/statements")
async def upload_statement(request: Request, office: InOffice, visitor: InSession) -> Response:
    """Import one, whole or not at all."""
    paying(visitor)
    now = await office.clock.now()
    try:
        upload = await upload_in(request)
        if not upload.content:
            return await _page(request, office, visitor, [_NOTHING])
        async with office.database.transaction() as session:
            done = await import_statement(session, upload.content, upload.name, visitor.person_id, now)
    except UnreadableUpload as error:
        return await _page(request, office, visitor, [str(error)])
    except StatementRefused as refused:
        faults = [str(fault) for fault in refused.faults[:_MOST_FAULTS]]
        return await _page(request, office, visitor, [*faults, "Nothing was imported. Correct the file and try again."])
    word = "again" if done.was_there else "imported"
    return RedirectResponse(f"/payments/statements/{done.number}?done={word}", HTTPStatus.SEE_OTHER)


@router.get("/payments/statements/{number}")
async def statement(request: Request, number: int, office: InOffice, visitor: InSession) -> Response:
    """One statement beside the ledger as it is now; what needs somebody stands first."""
    return await _of_one(request, office, visitor, known(number))


@router.post("/payments/statements/{number}/withdraw")
async def withdraw(request: Request, number: int, office: InOffice, visitor: InSession) -> Response:
    """What was imported by mistake counts no more."""
    paying(visitor)
    typed, now = await typed_in(request), await office.clock.now()
    because = first(typed, "because")
    try:
        async with office.database.transaction() as session:
            await withdraw_statement(session, visitor.person_id, known(number), because, now)
    except NotWithdrawn as refused:
        return await _of_one(request, office, visitor, number, refused.sentence, because)
    return RedirectResponse(f"/payments/statements/{number}?done=withdrawn", HTTPStatus.SEE_OTHER)


async def _of_one(
    request: Request, office: Office, visitor: Visitor, number: int, refused: str | None = None, because: str = ""
) -> Response:
    pays = reading(visitor)
    async with office.database.seen_by(visitor.person_id) as session:
        seen = await seen_statement(session, number)
        if seen is None:
            raise nothing_here()
        lines = await judged_statement(session, number)
    counts = Counter(one.verdict for one in lines)
    facts: dict[str, Any] = {
        "lines": sorted(lines, key=lambda one: (one.verdict is Verdict.MATCHED, one.line.number)),
        "counts": [(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]],
        "in_words": IN_WORDS,
        "to_do": WHAT_TO_DO,
        "tones": {verdict: _TONES.get(verdict, "red") for verdict in Verdict},
        "may_withdraw": pays and seen.row.withdrawn_at is None,
        "because": because,
    }
    return await page(
        request,
        "payments/statement.html",
        status=HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
        seen=seen,
        address_of=address_of,
        notice=_DONE.get(request.query_params.get("done", "")) if not refused else None,
        errors=[{"text": refused, "href": "#because"}] if refused else [],
        **facts,
    )


async def _page(request: Request, office: Office, visitor: Visitor, faults: list[str]) -> Response:
    pays, now = reading(visitor), await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        found, missing = await seen_statements(session), await missing_from_statements(session, now)
    return await page(
        request,
        "payments/statements.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        statements=found,
        missing=missing,
        days=DAYS_TO_APPEAR,
        pays=pays,
        address_of=address_of,
        errors=[{"text": fault, "href": "#file"} for fault in faults],
    )
