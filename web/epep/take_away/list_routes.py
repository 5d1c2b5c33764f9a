"""My list as a file: for a spreadsheet, a meeting, a morning without the network."""

import asyncio
from datetime import datetime

from fastapi import APIRouter, Response

from contracts.clock import london_date
from store.record_reads import note_reads
from web.auth.session import InSession, Visitor
from web.dependencies import InOffice, Office
from web.epep.take_away.downloads import download
from web.epep.take_away.my_list import HEADER, my_list
from web.epep.take_away.sheets import CSV, XLSX, Cell, as_csv, as_xlsx

router = APIRouter()


@router.get("/work.csv")
async def list_as_csv(office: InOffice, visitor: InSession) -> Response:
    """Every case that the person works with, a row each, as comma-separated values."""
    now = await office.clock.now()
    rows = await _rows(office, visitor, "work.csv", now)
    return download(await asyncio.to_thread(as_csv, HEADER, rows), CSV, _name("csv", now))


@router.get("/work.xlsx")
async def list_as_xlsx(office: InOffice, visitor: InSession) -> Response:
    """The same as a workbook."""
    now = await office.clock.now()
    rows = await _rows(office, visitor, "work.xlsx", now)
    return download(await asyncio.to_thread(as_xlsx, HEADER, rows, now), XLSX, _name("xlsx", now))


async def _rows(office: Office, visitor: Visitor, what: str, now: datetime) -> list[list[Cell]]:
    async with office.database.seen_by(visitor.person_id) as session:
        found = await my_list(session, visitor.person_id)
        await note_reads(session, visitor.person_id, found.named, what, now)
    return await asyncio.to_thread(found.rows, now)


def _name(ending: str, now: datetime) -> str:
    return f"PEP-my-list-{london_date(now)}.{ending}"
