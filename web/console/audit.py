"""The audit of what people did at the console: one case's chain or everything, the newest first, also as a file."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from contracts.clock import LONDON, london_date
from repairs.audit import with_words
from rules.grant import pounds
from store.audit_lists import AuditLine, audit_lines
from store.service_counts import rounds
from web.auth.session import InSession
from web.console.room import at_the_console
from web.dependencies import InOffice
from web.epep.take_away.downloads import download
from web.epep.take_away.sheets import CSV, Cell, as_csv
from web.look.page import page

A_PAGE, MOST = 100, 100_000
_HASH_SHOWN = 12
"""Signs of the hash of what was previewed; the record has the whole."""
VERIFYING = "audit"
"""The round of the watch that verifies the chains."""
_HEADER = ("At", "Case", "Line", "By", "What", "Facts", "Hash")
router = APIRouter()


@router.get("/console/audit")
async def audit_page(request: Request, office: InOffice, visitor: InSession, case: str = "", skip: int = 0) -> Response:
    """For operators and engineers. `case` is the authority's reference."""
    at_the_console(visitor)
    ref, skip, now = _ref(case), max(0, min(skip, 10_000_000)), await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        found = await audit_lines(session, ref=ref, limit=A_PAGE + 1, offset=skip)
        verified = next((one for one in await rounds(session) if one[0].name == VERIFYING), None)
    facts: dict[str, Any] = {
        "lines": [(line, said(line)) for line in found[:A_PAGE]],
        "case": ref or "",
        "following": _address(ref, skip + A_PAGE) if len(found) > A_PAGE else None,
        "before": _address(ref, max(0, skip - A_PAGE)) if skip else None,
        "file": f"/console/audit.csv?{urlencode({'case': ref})}" if ref else "/console/audit.csv",
        "verified": verified[0] if verified else None,
        "faults": verified[1].get("sentences", []) if verified else [],
        "now": now,
    }
    return await page(request, "console/audit.html", **facts)


@router.get("/console/audit.csv")
async def audit_as_csv(office: InOffice, visitor: InSession, case: str = "") -> Response:
    """The same as comma-separated values, whole: with every hash."""
    at_the_console(visitor)
    ref = _ref(case)
    async with office.database.seen_by(visitor.person_id) as session:
        found = await audit_lines(session, ref=ref, limit=MOST)
    rows: list[list[Cell]] = [
        [
            f"{line.at.astimezone(LONDON):%Y-%m-%d %H:%M:%S}",
            line.ref or "",
            line.number,
            line.by or "the watch",
            line.what,
            said(line),
            line.hash,
        ]
        for line in found
    ]
    name = f"PEP-audit-{london_date(await office.clock.now())}.csv"
    return download(await asyncio.to_thread(as_csv, _HEADER, rows), CSV, name)


def said(line: AuditLine) -> str:
    """The facts of a line in one line."""
    facts = with_words(line.facts, line.words)
    return "; ".join(f"{name.replace('_', ' ')}: {_word(name, value)}" for name, value in facts.items())


def _word(name: str, value: object) -> str:
    if name == "pence" and isinstance(value, int):
        return pounds(value)
    if name == "reason":
        return str(value)
    return str(value)[:_HASH_SHOWN] if name == "frozen" else str(value).replace("_", " ")


def _ref(text: str) -> str | None:
    return text.replace("\0", "").strip()[:100] or None


def _address(ref: str | None, skip: int) -> str:
    given = ({"case": ref} if ref else {}) | ({"skip": str(skip)} if skip else {})
    return f"/console/audit?{urlencode(given)}" if given else "/console/audit"
