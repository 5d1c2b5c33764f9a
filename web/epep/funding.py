"""The applications for additional funding that wait for the Virtual School, the first to be decided first (A12)."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from contracts.clock import london_date
from contracts.people import Role
from rules.funding import last_day_to_decide
from store.funding import undecided
from store.staff import roles_anywhere
from web.auth.session import InSession
from web.dependencies import InOffice
from web.look.page import page

router = APIRouter()
_FOR_OTHERS = "The Virtual School decides on additional funding, and nobody else."


@router.get("/funding")
async def funding_page(request: Request, office: InOffice, visitor: InSession) -> Response:
    """A short list: what is asked for whom, why, and by when it is decided."""
    now = await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        if Role.VIRTUAL_SCHOOL not in await roles_anywhere(session, visitor.person_id):
            facts: dict[str, Any] = {"heading": "This is not shown to you", "sentences": [_FOR_OTHERS]}
            return await page(request, "error.html", status=HTTPStatus.FORBIDDEN, **facts)
        waiting = [(one, last_day_to_decide(one.row.decide_by)) for one in await undecided(session)]
        return await page(request, "epep/funding.html", waiting=waiting, today=london_date(now))
