"""My work: what I must do, by when, the most urgent first, with the sentence that says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from casework.duties import Duty, by_urgency, duties_of
from casework.which import shown
from contracts.clock import in_words, london_date
from contracts.people import AT_THE_CONSOLE, Role
from contracts.review import MissingPart, Section
from store.caseload import SeenCase, caseload, held_by_the_virtual_school, roles_everywhere
from store.cases import sections_delegated_to
from store.tables import Case
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.done import sentence_of
from web.epep.ways import way_to
from web.look.page import page

MOST = 200
"""Cases that are looked through for one page. A social worker has fifteen, a large school perhaps forty."""
_AT_A_TIME = 50
_SOON = 7
_FAMILY = frozenset({Role.CARER, Role.YOUNG_PERSON})
_NOTHING: frozenset[Section] = frozenset()
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Errand:
    """One entry of the list."""

    case: Case
    parts: Sequence[tuple[str, str]]
    """What to do, and where."""
    when: str
    tone: str
    """The tag's colour: red when it is late, yellow when it is soon."""
    why: str | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that is to come."""

    case: Case
    on: date
    time: str | None


@router.get("/work")
async def work(request: Request, office: InOffice, visitor: InSession) -> Response:
    """Where everybody begins. Who only reads, or has one child's page for everything, is led there."""
    now, person_id = await office.clock.now(), visitor.person_id
    async with office.database.seen_by(person_id) as session:
        everywhere = await roles_everywhere(session, person_id)
        officer = Role.VIRTUAL_SCHOOL in everywhere
        if everywhere and not officer:
            return _see(_elsewhere(everywhere))
        cases = await _cases(session, person_id, officer=officer)
        if len(cases) == 1 and cases[0].roles <= _FAMILY:
            return _see(f"/cases/{cases[0].case.ref}")
        delegated = await sections_delegated_to(session, person_id)
    today = london_date(now)
    duties = [duty for seen in cases for duty in duties_of(seen, delegated.get(seen.case.id, _NOTHING), now)]
    return await page(
        request,
        "epep/work.html",
        notice=sentence_of(request),
        errands=[_errand(duty, today) for duty in by_urgency(duties)],
        meetings=[] if officer else _meetings(cases, today),
        officer=officer,
        manages=any(Role.TEAM_MANAGER in seen.roles for seen in cases),
        at_most=_AT_A_TIME,
    )


async def _cases(session: AsyncSession, person_id: int, *, officer: bool) -> list[SeenCase]:
    """An officer has what waits for the Virtual School, and not every child."""
    if officer:
        return await held_by_the_virtual_school(session, person_id, limit=_AT_A_TIME)
    return await caseload(session, person_id, limit=MOST)


def _elsewhere(everywhere: frozenset[Role]) -> str:
    """Where somebody begins who does nothing on a plan."""
    if everywhere <= AT_THE_CONSOLE:
        return "/console"
    return "/payments" if everywhere == {Role.FINANCE} else "/cases"


def _see(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def _errand(duty: Duty, today: date) -> Errand:
    days = duty.days_left(today)
    parts = [_to_do(duty, part) for part in duty.parts]
    tone = "grey" if days is None else "red" if days < 0 else "yellow" if days <= _SOON else "blue"
    return Errand(duty.case, parts, _when(days, duty), tone, duty.until.sentence if duty.until else None)


def _to_do(duty: Duty, part: MissingPart) -> tuple[str, str]:
    return part.sentence, way_to(duty.case.ref, part.part)


def _when(days: int | None, duty: Duty) -> str:
    if days is None or duty.until is None:
        return "When you can"
    if days < 0:
        return "1 day late" if days == -1 else f"{-days} days late"
    if days <= 1:
        return "Today" if days == 0 else "Tomorrow"
    return f"In {days} days" if days <= 2 * _SOON else f"By {in_words(duty.until.on)}"


def _meetings(cases: Sequence[SeenCase], today: date) -> list[Meeting]:
    found = []
    for seen in cases:
        review = shown(seen.reviews)
        on = review.standing.meeting_on if review and review.standing.held_on is None else None
        if review and on and on >= today:
            found.append(Meeting(seen.case, on, review.standing.meeting_time))
    return sorted(found, key=lambda meeting: (meeting.on, meeting.time or ""))
