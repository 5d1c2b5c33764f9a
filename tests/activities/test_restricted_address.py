"""Where a child's address is restricted no mail says where the child can be found (PROCESS.md, Edge cases)."""

from collections.abc import AsyncIterator
from email import message_from_bytes, policy

import pytest
from sqlalchemy import update

from activities.letters import Letters
from casework.authority import AuthorityDetails, set_up
from casework.details import Details, set_details
from casework.imports import ImportReport
from post.smtp import SmtpPost
from store.database import Database
from store.outbox_tables import Letter
from tests.support.clock import FixedClock
from tests.support.reviews import SW, VS
from tests.support.smtp_sink import SmtpSink
from tests.support.taken import Desk, opened

PLACE = "Room 4, Invented House"
GONE, TEACHER = "sw0@council.example", "dt.900000@school.example"


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with SmtpSink() as running:
        yield running


@pytest.mark.parametrize("restricted", [True, False])
async def test_B4_a_place_is_in_no_invitation_while_the_address_is_restricted(
    database: Database, clock: FixedClock, roll: ImportReport, sink: SmtpSink, restricted: bool
) -> None:
    await set_up(database, AuthorityDetails("Exampleshire", "vs@council.example"))
    desk = await opened(Desk(database, clock))
    post = SmtpPost(sink.host, sink.port, start_tls=False)
    letters = Letters(database, clock, post, sender="vs@council.example", site_url="https://pep.council.example")
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on="2026-10-14", time="14:00", place=PLACE)
    async with database.transaction() as session:
        await set_details(session, desk.child, Details(address_restricted=restricted), clock.at)
    await letters.send_due()
    invitations = [mail for mail in sink.received if "BEGIN:VCALENDAR" in _whole(mail.content)]
    assert len(invitations) == 2
    assert ["LOCATION" in _whole(mail.content) for mail in invitations] == [not restricted] * 2
    assert any("Room 4" in _whole(mail.content) for mail in sink.received) is not restricted


async def test_B4_who_has_left_the_case_is_not_told_where_the_child_can_be_found(
    database: Database, clock: FixedClock, roll: ImportReport, sink: SmtpSink
) -> None:
    """A letter that was tried once keeps its reader; the place is not for them any more."""
    await set_up(database, AuthorityDetails("Exampleshire", "vs@council.example"))
    desk = await opened(Desk(database, clock))
    post = SmtpPost(sink.host, sink.port, start_tls=False)
    letters = Letters(database, clock, post, sender="vs@council.example", site_url="https://pep.council.example")
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on="2026-10-14", time="14:00", place=PLACE)
    async with database.transaction() as session:
        await session.execute(update(Letter).values(attempts=1))
    handover = {"role": "social_worker", "name": "Invented", "email": "new@council.example", "from": "2026-09-04"}
    await desk.does(VS, "change_person", **handover)
    await letters.send_due()
    whole = {mail.recipients[0]: _whole(mail.content) for mail in sink.received}
    told = {reader: "Room 4" in text for reader, text in whole.items() if "BEGIN:VCALENDAR" in text}
    assert told == {GONE: False, "new@council.example": True, TEACHER: True}


def _whole(content: bytes) -> str:
    """Every part of a letter as its reader's program reads it."""
    message = message_from_bytes(content, policy=policy.default)
    return "\n".join(
        (part.get_payload(decode=True) or b"").decode()  # type: ignore[union-attr]
        for part in message.walk()
        if not part.is_multipart()
    )
