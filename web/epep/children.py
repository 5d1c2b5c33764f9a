"""The children that somebody works with, page by page: to be searched by reference or name, and by stage."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from casework.which import shown
from contracts.clock import london_date
from contracts.people import Role
from contracts.review import Stage
from rules.deadlines import held_until
from rules.missing import everything_missing, held_by
from rules.progress import as_of
from store.caseload import NAMELESS, SeenCase, caseload
from store.tables import Case
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.searched import opened, sealed
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page

_A_PAGE = 50
_LONGEST_SEARCH = 100
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """One child in the list."""

    case: Case
    named: bool
    """Whether the visitor sees the child's name."""
    stage: Stage | None
    term: str | None
    holds: list[Role]
    until: date | None
    meeting_on: date | None
    missing: int


@router.get("/cases")
async def children(
    request: Request,
    office: InOffice,
    visitor: InSession,
    after: str | None = None,
    search: Annotated[str, Query(max_length=1000)] = "",
    stage: str | None = None,
) -> Response:
    """My children; for the Virtual School every child. Fifty on a page. `search` is what was looked for, sealed."""
    wanted = Stage(stage) if stage in list(Stage) else None
    now, text = await office.clock.now(), opened(office.doorkeeper.ring, visitor.person_id, search)
    async with office.database.seen_by(visitor.person_id) as session:
        rows = await _rows(session, visitor.person_id, after, wanted, text, now)
    more = rows[_A_PAGE - 1].case.ref if len(rows) > _A_PAGE else None
    asked = {"search": search if text else "", "stage": wanted.value if wanted else ""}
    facts: dict[str, Any] = {
        "rows": rows[:_A_PAGE],
        "following": _address(**asked, after=more) if more else None,
        "stages": list(Stage),
        "find": text,
        "stage": asked["stage"],
    }
    return await page(request, "epep/children.html", **facts)


@router.post("/cases")
async def find_children(request: Request, office: InOffice, visitor: InSession) -> Response:
    """Look for a reference or a name: on to the list, with what was typed sealed in its address."""
    typed = await typed_in(request)
    text, stage = first(typed, "find")[:_LONGEST_SEARCH], first(typed, "stage")
    search = sealed(office.doorkeeper.ring, visitor.person_id, text) if text else ""
    return RedirectResponse(_address(search=search, stage=stage), HTTPStatus.SEE_OTHER)


def _address(**asked: str) -> str:
    given = urlencode({name: value for name, value in asked.items() if value})
    return f"/cases?{given}" if given else "/cases"


async def _rows(
    session: AsyncSession, person_id: int, after: str | None, stage: Stage | None, text: str, now: datetime
) -> list[Row]:
    """The next fifty that are at the stage now, and one more where there are more."""
    rows: list[Row] = []
    today = london_date(now)
    while True:
        found = await caseload(session, person_id, after=after, limit=_A_PAGE + 1, stage=stage, today=today, like=text)
        rows += [row for row in (_row(seen, now) for seen in found) if stage is None or row.stage is stage]
        if len(rows) > _A_PAGE or len(found) <= _A_PAGE:
            return rows[: _A_PAGE + 1]
        after = found[-1].case.ref


def _row(seen: SeenCase, now: datetime) -> Row:
    review, named = shown(seen.reviews), not seen.roles <= NAMELESS
    if review is None:
        return Row(seen.case, named, None, None, [], None, None, 0)
    plan, standing = review.plan, as_of(review.plan, review.standing, now)
    until = held_until(plan, standing)
    return Row(
        case=seen.case,
        named=named,
        stage=standing.stage,
        term=plan.term.name.value,
        holds=held_by(plan, standing),
        until=until.on if until else None,
        meeting_on=standing.meeting_on,
        missing=len(everything_missing(plan, standing)),
    )
