"""Payments by state, with counts and pounds: each number is the list behind it, and the list is a file."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from contracts.calendar import TermName
from contracts.clock import london_date
from contracts.payments import MoneyState
from rules.financial_year import financial_year
from store.ledger import LedgerLine, ledger_lines, schools_in_ledger, sums_by_state, years_in_ledger
from web.auth.session import InSession, Visitor
from web.dependencies import InOffice, Office
from web.epep.take_away.downloads import download
from web.epep.take_away.sheets import CSV, XLSX, Cell, as_csv, as_xlsx
from web.look.page import page
from web.payments.asked import Looked, looked_for
from web.payments.room import address_of, reading
from web.payments.words import KINDS, STATES

_A_PAGE = 100
_YEARS = 6
"""Financial years that are offered: the present one and those before it."""
_PENCE = 100
HEADER = (
    "Payment key",
    "For",
    "State",
    "Pounds",
    "Pounds owed back",
    "School URN",
    "School",
    "Case",
    "Academic year",
    "Term",
    "Financial year",
    "Decided or settled on",
    "Payment run",
    "Evidence of payment by other means",
)
router = APIRouter()


@router.get("/payments")
async def payments(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The sums of every state, and the payments that are looked for, a hundred on a page."""
    pays = reading(visitor)
    looked, number = looked_for(request.query_params), _page_number(request)
    now = await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        sums = await sums_by_state(session, looked.ledger)
        lines = await ledger_lines(session, looked.ledger, limit=_A_PAGE + 1, offset=(number - 1) * _A_PAGE)
        schools, years = await schools_in_ledger(session), await years_in_ledger(session)
    facts: dict[str, Any] = {
        "sums": sums,
        "lines": lines[:_A_PAGE],
        "schools": schools,
        "years": years,
        "financial_years": _financial_years(london_date(now)),
        "before": looked.address(page=number - 1) if number > 1 else None,
        "after": looked.address(page=number + 1) if len(lines) > _A_PAGE else None,
    }
    return await page(request, "payments/payments.html", looked=looked, pays=pays, **_words(), **facts)


def _words() -> dict[str, Any]:
    return {
        "words": STATES,
        "kinds": KINDS,
        "terms": list(TermName),
        "address_of": address_of,
        "states": list(MoneyState),
    }


@router.get("/payments.csv")
async def payments_as_csv(request: Request, office: InOffice, visitor: InSession) -> Response:
    """Everything that is looked for, as comma-separated values."""
    now = await office.clock.now()
    rows = await _rows(office, visitor, looked_for(request.query_params))
    return download(await asyncio.to_thread(as_csv, HEADER, rows), CSV, _name("csv", now))


@router.get("/payments.xlsx")
async def payments_as_xlsx(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The same as a workbook."""
    now = await office.clock.now()
    rows = await _rows(office, visitor, looked_for(request.query_params))
    return download(await asyncio.to_thread(as_xlsx, HEADER, rows, now, "Payments"), XLSX, _name("xlsx", now))


async def _rows(office: Office, visitor: Visitor, looked: Looked) -> list[Sequence[Cell]]:
    reading(visitor)
    async with office.database.seen_by(visitor.person_id) as session:
        return [_row(line) for line in await ledger_lines(session, looked.ledger)]


def _row(line: LedgerLine) -> Sequence[Cell]:
    on = london_date(line.at) if line.at else None
    return (
        line.key,
        KINDS[line.kind],
        STATES[line.state].name,
        line.pence / _PENCE,
        line.owed_pence / _PENCE,
        line.school_urn,
        line.school,
        line.case_ref,
        line.academic_year,
        line.term,
        financial_year(on) if on else None,
        on,
        line.run_id,
        line.paid_otherwise,
    )


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _financial_years(today: date) -> list[str]:
    return [financial_year(date(today.year - back, today.month, min(today.day, 28))) for back in range(_YEARS)]


def _name(ending: str, now: datetime) -> str:
    return f"PEP-payments-{london_date(now)}.{ending}"
