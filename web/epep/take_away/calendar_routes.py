"""My meetings in my own calendar: a page that makes the secret address, and the feed at that address."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.meeting_event import feed_of
from store.calendar_feeds import end_feeds, feed_since, make_feed, owner_of_feed
from web.absent import nothing_here
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.take_away.my_meetings import my_meetings
from web.look.page import page

CALENDAR = "text/calendar; charset=utf-8"
router = APIRouter()


@router.get("/calendar")
async def about_my_calendar(request: Request, office: InOffice, visitor: InSession) -> Response:
    """What a feed is, whether there is one, and the buttons that make and end it."""
    async with office.database.transaction() as session:
        since = await feed_since(session, visitor.person_id)
    return await page(request, "take_away/calendar.html", since=since, address=None)


@router.post("/calendar")
async def make_my_address(request: Request, office: InOffice, visitor: InSession) -> Response:
    """A new secret address, shown once and kept nowhere; the one before shows nothing any more."""
    now = await office.clock.now()
    async with office.database.transaction() as session:
        secret = await make_feed(session, visitor.person_id, now)
    address = f"{office.site_url}/calendar/{secret}.ics"
    return await page(request, "take_away/calendar.html", since=now, address=address)


@router.post("/calendar/end")
async def end_my_address(office: InOffice, visitor: InSession) -> Response:
    """Nobody is shown anything at the address any more."""
    now = await office.clock.now()
    async with office.database.transaction() as session:
        await end_feeds(session, visitor.person_id, now)
    return RedirectResponse("/calendar", HTTPStatus.SEE_OTHER)


@router.get("/calendar/{secret}.ics")
async def my_feed(secret: str, office: InOffice) -> Response:
    """The meetings of whoever has this secret. Calendars cannot sign in: who knows the address sees the dates."""
    now = await office.clock.now()
    async with office.database.transaction() as session:
        person_id = await owner_of_feed(session, secret, now)
    if person_id is None:
        raise nothing_here()
    async with office.database.seen_by(person_id) as session:
        meetings = await my_meetings(session, person_id, office.site_url)
    return Response(feed_of(meetings), media_type=CALENDAR)
