"""My meetings in my own calendar: a secret address, shown once, that tells dates and no names (PROCESS.md B4, M6)."""

import logging
import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import delete, select, update

from contracts.clock import LONDON
from store.page_tables import CalendarFeed
from store.tables import Case, CaseRole
from tests.support.reviews import SW
from tests.support.taken import Desk
from tests.web.door import Door
from tests.web.signed_in import sign_in_as
from tests.web.take_away.people import CHILD, FINANCE, OPERATOR, SOCIAL_WORKER, TEACHER, VIRTUAL_SCHOOL


async def address_for(door: Door, email: str) -> str:
    """The path of a new feed of this person."""
    await sign_in_as(door.database, door.clock, door.client, email)
    answer = await door.client.post("/calendar", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 200
    (address,) = re.findall(r'value="http://pep\.example(/calendar/[\w-]{43}\.ics)"', answer.text)
    return str(address)


async def events_at(door: Door, path: str) -> list[Any]:
    """What a calendar reads there; it has no session."""
    door.client.cookies.clear()
    answer = await door.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


async def test_B4_M6_the_entry_is_the_invitations_and_follows_the_meeting(visiting: Door, desk: Desk) -> None:
    path = await address_for(visiting, SOCIAL_WORKER)
    (before,) = [one for one in await events_at(visiting, path) if one.decoded("DTSTART") == date(2027, 1, 20)]
    spring = (await desk.reviews())[1].plan.review_id
    assert before["UID"] == f"{spring}@pep.invalid", "as in the invitations"
    assert before["SUMMARY"] == f"PEP meeting (case {CHILD})"
    assert before["URL"] == f"http://pep.example/cases/{CHILD}"
    assert before.decoded("DTEND") == date(2027, 1, 21), "without a time it is for the whole day"
    moved = {"on": "2027-01-27", "time": "14:30", "place": "Room 4"}
    await desk.does(SW, "arrange_meeting", **moved)
    (after,) = [one for one in await events_at(visiting, path) if one["UID"] == before["UID"]]
    assert after.decoded("DTSTART") == datetime.combine(date(2027, 1, 27), time(14, 30), LONDON)
    assert after.decoded("DTEND") - after.decoded("DTSTART") == timedelta(hours=1)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LOCATION"] == "Room 4"
    answer = await visiting.client.get(path)
    assert "TZID:Europe/London" in answer.text
    case = await desk.case()
    assert not re.search(f"{case.given_name}|{case.family_name}|@council|@school", answer.text)


async def test_B4_no_place_where_the_address_is_restricted_and_none_for_who_sees_no_words(
    visiting: Door, desk: Desk
) -> None:
    await desk.does(SW, "arrange_meeting", on="2027-01-27", place="Room 4")
    assert "LOCATION" in str(await events_at(visiting, await address_for(visiting, VIRTUAL_SCHOOL)))
    assert "LOCATION" not in str(await events_at(visiting, await address_for(visiting, OPERATOR)))
    assert await events_at(visiting, await address_for(visiting, FINANCE)) == []
    async with visiting.database.transaction() as session:
        await session.execute(update(Case).values(address_restricted=True))
    assert "LOCATION" not in str(await events_at(visiting, await address_for(visiting, TEACHER)))


async def test_the_secret_is_shown_once_kept_as_a_hash_and_never_logged(
    visiting: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = await address_for(visiting, SOCIAL_WORKER)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    shown = await visiting.client.get("/calendar")
    assert "Stop the feed" in shown.text
    assert secret not in shown.text
    await events_at(visiting, path)
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert "GET /calendar/{secret}.ics 200" in [record.getMessage() for record in ours]
    assert secret not in str([vars(record) for record in ours])
    async with visiting.database.transaction() as session:
        rows = (await session.execute(select(CalendarFeed))).scalars().all()
        assert secret not in str([vars(row) for row in rows])


async def test_a_new_address_ends_the_old_and_a_button_ends_it_altogether(visiting: Door) -> None:
    first = await address_for(visiting, SOCIAL_WORKER)
    second = await address_for(visiting, SOCIAL_WORKER)
    assert (await visiting.client.get(first)).status_code == 404
    assert (await visiting.client.get(second)).status_code == 200
    others = await address_for(visiting, TEACHER)
    await sign_in_as(visiting.database, visiting.clock, visiting.client, SOCIAL_WORKER)
    answer = await visiting.client.post("/calendar/end", headers={"sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/calendar")
    assert (await visiting.client.get(second)).status_code == 404
    assert (await visiting.client.get(others)).status_code == 200
    assert (await visiting.client.get("/calendar/nothing.ics")).status_code == 404


async def test_a_feed_shows_the_cases_of_today_and_ends_with_the_last_role(visiting: Door) -> None:
    path = await address_for(visiting, TEACHER)
    assert await events_at(visiting, path)
    async with visiting.database.transaction() as session:
        person_id = (await session.execute(select(CalendarFeed.person_id))).scalar_one()
    await visiting.put(TEACHER, SW, "C001")
    await _leave(visiting, person_id, but=await visiting_case(visiting, "C001"))
    assert await events_at(visiting, path) == [], "the other child's review has not opened"
    await _leave(visiting, person_id)
    assert (await visiting.client.get(path)).status_code == 404
    await visiting.put(TEACHER, SW, "C001")
    assert (await visiting.client.get(path)).status_code == 404, "it has ended for good"


async def visiting_case(door: Door, child: str) -> str:
    async with door.database.transaction() as session:
        return await door.id_of(session, child)


async def _leave(door: Door, person_id: int, but: str = "") -> None:
    async with door.database.transaction() as session:
        await session.execute(delete(CaseRole).where(CaseRole.person_id == person_id, CaseRole.case_id != but))
