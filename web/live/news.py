"""News of a case for the page that shows it: that it moved, and to which revision. What changed, the page asks for."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response

from casework.errors import UnknownCase
from casework.which import shown
from store.caseload import find_seen
from web.auth.session import SignInNeeded, whoever_is_signed_in
from web.dependencies import InOffice, Office
from web.errors import is_outage
from web.live.stream import STILL_HERE, EventStream, event

BEAT = 20.0
"""Seconds after which a stream looks again whether its reader may still see the case."""
router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Look:
    """Who reads, what, and how far it is."""

    person_id: int
    case_id: str
    revision: int


@router.get("/cases/{child_ref}/news")
async def news(child_ref: str, request: Request, office: InOffice) -> Response:
    """Server-sent events: `now` with the revision at once, `moved` whenever the case moves, and `ended`
    once the reader may not see it any more. A stream that stops without a word is asked for again.

    A page that waits is not somebody at work: no session lives longer for it. 401 without a session, 404 for a foreign
    case, 429 where somebody has too many pages open.
    """
    try:
        look = await _look(office, request, child_ref)
    except SignInNeeded:
        raise HTTPException(HTTPStatus.UNAUTHORIZED) from None
    if not office.hub.has_room_for(look.person_id):
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS)
    return EventStream(_events(office, request, child_ref, look))


async def _events(office: Office, request: Request, child_ref: str, look: _Look) -> AsyncGenerator[bytes, None]:
    sent: int | None = None
    with office.hub.reading(look.person_id, look.case_id) as reader:
        name, told = "now", False
        while not reader.ended:
            try:
                look = await _look(office, request, child_ref)
            except (SignInNeeded, UnknownCase):
                yield event("ended", 0)
                return
            except Exception as error:
                if not is_outage(error):
                    raise
                return  # the page asks again by and by
            yield event(name, look.revision) if told or look.revision != sent else STILL_HERE
            name, sent = "moved", look.revision
            told = await reader.moved_within(BEAT)


async def _look(office: Office, request: Request, child_ref: str) -> _Look:
    """Raises SignInNeeded and UnknownCase, as any page would at this moment."""
    visitor = await whoever_is_signed_in(request, office, is_use=False)
    async with office.database.seen_by(visitor.person_id) as session:
        seen = await find_seen(session, visitor.person_id, child_ref)
    if seen is None:
        raise UnknownCase
    review = shown(seen.reviews)
    return _Look(visitor.person_id, seen.case.id, review.standing.revision if review else 0)
