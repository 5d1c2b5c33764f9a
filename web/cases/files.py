"""The list as a file: exactly the lines that are asked for, in that order, and nothing that its reader does not see.

Read a thousand lines at a time, each in a transaction of its own, and written in a thread: other people's requests have
their turn between. That somebody takes a child's line with its name is noted before the line leaves.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from contracts.clock import london_date
from contracts.figures import area_of
from contracts.review import GrantState
from rules.wording import GRANTS
from store.listed import ids_in_order, lines_of
from store.record_reads import note_reads
from store.tracking_tables import CaseListing
from web.auth.session import InSession, Visitor
from web.cases.asked import from_query
from web.cases.eyes import Reading
from web.cases.gathered import freshen
from web.cases.shown import NO_SCHOOL, holders_in_words, plan_words, stage_words
from web.dependencies import InOffice, Office
from web.epep.take_away.downloads import disposition, download
from web.epep.take_away.sheets import CSV, XLSX, Cell, as_csv, as_xlsx, csv_rows

_AT_ONCE = 1000
_COLUMNS: dict[str, tuple[str, Callable[[CaseListing], Cell]]] = {
    "ref": ("Case", lambda line: line.ref),
    "child": ("Child", lambda line: f"{line.given_name} {line.family_name}"),
    "school": ("School", lambda line: line.school or NO_SCHOOL),
    "team": ("Team", lambda line: line.team),
    "worker": ("Social worker", lambda line: line.social_worker),
    "year": ("Year group", lambda line: line.year_group),
    "area": ("Area", lambda line: area_of(line.out_of_area).in_words.lower()),
    "term": ("Term", lambda line: line.term),
    "stage": ("Stage", stage_words),
    "plan": ("Plan", plan_words),
    "holder": ("Held by", holders_in_words),
    "due": ("Due", lambda line: line.due_on),
    "meeting": ("Meeting", lambda line: line.meeting_on),
    "missing": ("Parts missing", lambda line: line.missing),
    "grant": ("Grant", lambda line: GRANTS[GrantState(line.grant)]),
    "pounds": ("Grant in pounds", lambda line: line.grant_pence / 100),
    "money": ("Money not sent", lambda line: "yes" if line.money_waits else "no"),
    "letters": ("Letters that did not arrive", lambda line: line.not_told),
}
"""Which of them somebody takes away their eyes decide (web/cases/eyes.py)."""
router = APIRouter()


@router.get("/cases.csv")
async def list_as_csv(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The list as comma-separated values, written while it is read."""
    now = await office.clock.now()
    columns, steps = await _begun(request, office, visitor, "cases.csv", now)
    header = [_COLUMNS[name][0] for name in columns]

    async def parts() -> AsyncIterator[bytes]:
        yield as_csv(header, [])
        async for lines in steps:
            yield await asyncio.to_thread(_as_rows, columns, lines)

    return StreamingResponse(parts(), media_type=CSV, headers={"content-disposition": disposition(_name("csv", now))})


@router.get("/cases.xlsx")
async def list_as_xlsx(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The same as a workbook."""
    now = await office.clock.now()
    columns, steps = await _begun(request, office, visitor, "cases.xlsx", now)
    header, rows = [_COLUMNS[name][0] for name in columns], list[list[Cell]]()
    async for lines in steps:
        rows += _cells(columns, lines)
    return download(await asyncio.to_thread(as_xlsx, header, rows, now, "Children"), XLSX, _name("xlsx", now))


async def _begun(
    request: Request, office: Office, visitor: Visitor, what: str, now: datetime
) -> tuple[list[str], AsyncIterator[list[CaseListing]]]:
    """The columns for these eyes; and the lines, a thousand at a time, each noted as read."""
    reading = await Reading.of(office, visitor)
    wanted = reading.eyes.limited(from_query(request.url.query, office.doorkeeper.ring, visitor.person_id).wanted())
    await freshen(office.database, reading.reader, now)
    async with office.database.seen_by(visitor.person_id) as session:
        case_ids = await ids_in_order(session, reading.reader, wanted, london_date(now))
    return list(reading.eyes.taken_away), _steps(office, reading, case_ids, what, now)


async def _steps(
    office: Office, reading: Reading, case_ids: Sequence[str], what: str, now: datetime
) -> AsyncIterator[list[CaseListing]]:
    reader = reading.reader
    for begins in range(0, len(case_ids), _AT_ONCE):
        async with office.database.seen_by(reader.person_id) as session:
            lines = await lines_of(session, reader, case_ids[begins : begins + _AT_ONCE])
            if reader.sees_names:
                await note_reads(session, reader.person_id, [line.case_id for line in lines], what, now)
        yield lines


def _cells(columns: Sequence[str], lines: Sequence[CaseListing]) -> list[list[Cell]]:
    return [[_COLUMNS[name][1](line) for name in columns] for line in lines]


def _as_rows(columns: Sequence[str], lines: Sequence[CaseListing]) -> bytes:
    return csv_rows(_cells(columns, lines))


def _name(ending: str, now: datetime) -> str:
    return f"PEP-children-{london_date(now)}.{ending}"
