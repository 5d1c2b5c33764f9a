"""Letters that wait go to whoever plays the role when they leave (PROCESS.md, People), and none to who has left."""

import asyncio
from datetime import timedelta
from typing import Any

from casework.take import Casework
from tests.support.outbox import CHILD, Outbox
from tests.support.smtp_sink import Manner, Received

SOCIAL_WORKER, TEACHER = "sw0@council.example", "dt.900000@school.example"
NEW_ONE = {"action": "change_person", "by": "virtual_school", "name": "A B", "from": "2026-09-03"}
NEW_SCHOOL = {
    "action": "change_school",
    "by": "virtual_school",
    "school": "New Hall",
    "calendar": "phsg",
    "designated_teacher": "A B",
    "email": "dt@new.example",
    "from": "2026-09-03",
}


async def takes(outbox: Outbox, **act: Any) -> None:
    answer = await Casework(outbox.database, outbox.clock).take(CHILD, act)
    assert answer.accepted, answer.findings


async def hands_over(outbox: Outbox, email: str, role: str = "social_worker") -> None:
    await takes(outbox, **NEW_ONE, role=role, email=email)


def to(outbox: Outbox, address: str) -> list[Received]:
    return [mail for mail in outbox.sink.received if mail.recipients == (address,)]


async def test_what_was_not_tried_yet_goes_to_the_new_social_worker_and_only_once(outbox: Outbox) -> None:
    await hands_over(outbox, "new@council.example")
    assert await outbox.send() == 0
    assert sorted(mail.recipients for mail in outbox.sink.received) == [(TEACHER,), ("new@council.example",)]


async def test_nobody_is_invited_twice_or_not_at_all_however_often_a_role_changes_hands(outbox: Outbox) -> None:
    for email in ("one@council.example", "two@council.example", "one@council.example", "two@council.example"):
        await hands_over(outbox, email)
    assert await outbox.send() == 0
    assert sorted(mail.recipients for mail in outbox.sink.received) == [(TEACHER,), ("two@council.example",)]


async def test_a_letter_that_was_tried_keeps_its_address_and_its_bytes(outbox: Outbox) -> None:
    outbox.sink.plan(Manner.DROP_AFTER_DATA, Manner.DROP_AFTER_DATA)
    assert await outbox.send() == 2
    await hands_over(outbox, "new@council.example")
    outbox.later(timedelta(minutes=1))
    assert await outbox.send() == 0
    first, second = to(outbox, SOCIAL_WORKER)
    assert first.content == second.content
    assert len(to(outbox, "new@council.example")) == 1


async def test_a_letter_in_hand_keeps_its_address(outbox: Outbox) -> None:
    outbox.sink.plan(Manner.SLOW_AFTER_DATA)
    keeping = asyncio.create_task(outbox.of_a_worker().send_due())
    await outbox.sink.has_received(1)
    ((kept,),) = [mail.recipients for mail in outbox.sink.received]
    role = "social_worker" if kept == SOCIAL_WORKER else "designated_teacher"
    await hands_over(outbox, "new@council.example", role)
    outbox.sink.release.set()
    await keeping
    assert len(to(outbox, kept)) == 1
    assert len(to(outbox, "new@council.example")) == 1


async def test_another_school_takes_the_meeting_from_the_old_teacher_and_tells_them_no_place(outbox: Outbox) -> None:
    outbox.later(timedelta(days=7))
    await outbox.arrange(place="Room 4, Invented House")
    outbox.later(timedelta(minutes=1))
    await takes(outbox, **NEW_SCHOOL)
    assert await outbox.send() == 0
    (cancelled,), (invited,) = to(outbox, TEACHER), to(outbox, "dt@new.example")
    assert ("METHOD:CANCEL" in _calendar(cancelled), "LOCATION" in _calendar(cancelled)) == (True, False)
    assert ("METHOD:REQUEST" in _calendar(invited), "LOCATION" in _calendar(invited)) == (True, True)


def _calendar(mail: Received) -> str:
    parts = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
    return str(parts[0].get_content())
