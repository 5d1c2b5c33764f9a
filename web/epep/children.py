"""The children that somebody works with, page by page: to be searched by reference or name, and by stage."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
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
from web.look.page import page

_A_PAGE = 50
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
    find: Annotated[str | None, Query(max_length=100)] = None,
    stage: str | None = None,
) -> Response:
    """My children; for the Virtual School every child. Fifty on a page."""
    wanted = Stage(stage) if stage in list(Stage) else None
    now, text = await office.clock.now(), (find or "").strip()
    async with office.database.seen_by(visitor.person_id) as session:
        rows = await _rows(session, visitor.person_id, after, wanted, text, now)
    more = rows[_A_PAGE - 1].case.ref if len(rows) > _A_PAGE else None
    asked = {"find": text, "stage": wanted.value if wanted else ""}
    following = f"/cases?{urlencode({**asked, 'after': more})}" if more else None
    facts: dict[str, Any] = {"rows": rows[:_A_PAGE], "following": following, "stages": list(Stage), **asked}
    return await page(request, "epep/children.html", **facts)


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
