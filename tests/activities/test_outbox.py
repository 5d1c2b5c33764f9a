"""The outbox: every letter is sent once, twice when a reply was lost, or visibly not (DESIGN.md, Money, mail, time)."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from store.outbox_tables import Letter
from store.tables import Authority
from tests.support.outbox import CHILD, Outbox
from tests.support.smtp_sink import Manner


async def test_each_reader_gets_one_letter_and_the_history_says_so(outbox: Outbox) -> None:
    assert await outbox.send() == 0
    assert sorted(mail.recipients for mail in outbox.sink.received) == [
        ("dt.900000@school.example",),
        ("sw0@council.example",),
    ]
    assert await outbox.send() == 0
    assert len(outbox.sink.received) == 2
    assert await outbox.told("letter") == 2


async def test_a_moved_meeting_updates_the_same_invitation(outbox: Outbox) -> None:
    await outbox.send()
    outbox.later(timedelta(hours=1))
    await outbox.arrange(date(2026, 10, 15), place="Room 4")
    await outbox.send()
    calendars = [_calendar(mail.content) for mail in outbox.sink.received]
    assert len({_line(calendar, "UID") for calendar in calendars}) == 1
    assert [_line(calendar, "SEQUENCE") for calendar in calendars] == ["1", "1", "2", "2"]
    assert ["LOCATION" in calendar for calendar in calendars] == [False, False, True, True]


async def test_an_invitation_that_was_overtaken_is_withdrawn(outbox: Outbox) -> None:
    outbox.later(timedelta(hours=1))
    await outbox.arrange(date(2026, 10, 15))
    await outbox.send()
    assert len(outbox.sink.received) == 2
    assert [state for _, state in await outbox.states()] == ["withdrawn", "sent", "withdrawn", "sent"]


async def test_while_the_server_is_down_letters_wait_and_then_go_out_once(outbox: Outbox) -> None:
    await outbox.sink.go_down()
    assert await outbox.send() == 2
    assert await outbox.send() == 2
    outbox.later(timedelta(minutes=1))
    await outbox.sink.come_back()
    assert await outbox.send() == 0
    assert len(outbox.sink.received) == 2


async def test_the_back_off_grows_to_half_an_hour(outbox: Outbox) -> None:
    await outbox.sink.go_down()
    pauses = []
    for _ in range(9):
        await outbox.send()
        async with outbox.database.transaction() as session:
            next_try = (await session.execute(select(Letter.next_try_at).limit(1))).scalar_one()
        pauses.append((next_try - outbox.clock.at).total_seconds())
        outbox.clock.set(next_try)
    assert pauses == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


async def test_after_five_days_a_letter_is_given_up_and_becomes_a_task(outbox: Outbox) -> None:
    await outbox.sink.go_down()
    outbox.later(timedelta(days=5, minutes=1))
    assert await outbox.send() == 0
    assert {state for _, state in await outbox.states()} == {"given_up"}
    assert await outbox.told("letter_refused") == 2


async def test_a_temporary_refusal_is_tried_again(outbox: Outbox) -> None:
    outbox.sink.plan(Manner.LATER_AT_MAIL, Manner.RECIPIENT_LATER)
    assert await outbox.send() == 2
    outbox.later(timedelta(minutes=1))
    assert await outbox.send() == 0
    assert len(outbox.sink.received) == 2


async def test_a_final_refusal_is_final_and_does_not_stop_the_other_letter(outbox: Outbox) -> None:
    outbox.sink.plan(Manner.NO_SUCH_RECIPIENT)
    assert await outbox.send() == 0
    assert sorted(state for _, state in await outbox.states()) == ["refused", "sent"]
    outbox.later(timedelta(days=1))
    await outbox.send()
    assert len(outbox.sink.received) == 1
    assert await outbox.told("letter_refused") == 1


@pytest.mark.parametrize("manner", [Manner.DROP_AFTER_DATA, Manner.SLOW_AFTER_DATA])
async def test_a_lost_reply_sends_the_same_bytes_once_more_and_then_counts_as_sent(
    outbox: Outbox, manner: Manner
) -> None:
    outbox.sink.plan(manner, Manner.ACCEPT)
    assert await outbox.send() == 1
    outbox.sink.plan(manner)
    outbox.later(timedelta(minutes=1))
    assert await outbox.send() == 0
    assert sorted(state for _, state in await outbox.states()) == ["maybe_sent", "sent"]
    first = outbox.sink.received[0]
    copies = [mail.content for mail in outbox.sink.received if mail.recipients == first.recipients]
    assert len(copies) == 2
    assert copies[0] == copies[1]


async def test_a_letter_claimed_by_a_sender_that_died_goes_out_again(outbox: Outbox) -> None:
    async with outbox.database.transaction() as session:
        for letter in (await session.execute(select(Letter))).scalars():
            letter.state, letter.claimed_at = "sending", outbox.clock.at
    assert await outbox.send() == 2
    outbox.later(timedelta(minutes=16))
    assert await outbox.send() == 0
    assert len(outbox.sink.received) == 2


async def test_a_letter_to_what_is_no_address_is_refused_at_once_and_does_not_stop_the_other(outbox: Outbox) -> None:
    """No door takes such an address; a row of an older release may have one."""
    async with outbox.database.transaction() as session:
        to_the_teacher = Letter.role == "designated_teacher"
        await session.execute(update(Letter).where(to_the_teacher).values(address="zoë@school.example"))
    assert await outbox.send() == 0
    assert await outbox.states() == [("designated_teacher", "refused"), ("social_worker", "sent")]
    assert await outbox.told("letter_refused") == 1


async def test_a_letter_whose_facts_cannot_be_read_is_refused_and_does_not_stop_the_other(outbox: Outbox) -> None:
    async with outbox.database.transaction() as session:
        to_the_teacher = Letter.role == "designated_teacher"
        await session.execute(update(Letter).where(to_the_teacher).values(facts={"missing": []}))
    assert await outbox.send() == 0
    assert await outbox.states() == [("designated_teacher", "refused"), ("social_worker", "sent")]
    assert await outbox.told("letter_refused") == 1


async def test_letters_wait_for_a_setting_to_be_mended_as_long_as_for_a_server(outbox: Outbox) -> None:
    await _call_the_authority(outbox, "x" * 81)
    await outbox.send()
    assert {state for _, state in await outbox.states()} == {"waiting"}
    await _call_the_authority(outbox, "Exampleshire")
    outbox.later(timedelta(minutes=1))
    await outbox.send()
    assert {state for _, state in await outbox.states()} == {"sent"}


async def test_a_setting_that_is_not_mended_in_five_days_makes_tasks_of_the_letters(outbox: Outbox) -> None:
    await _call_the_authority(outbox, "x" * 81)
    outbox.later(timedelta(days=5, minutes=1))
    await outbox.send()
    assert {state for _, state in await outbox.states()} == {"given_up"}
    assert await outbox.told("letter_refused") == 2


async def _call_the_authority(outbox: Outbox, name: str) -> None:
    async with outbox.database.transaction() as session:
        await session.execute(update(Authority).values(name=name))


async def test_no_letter_names_the_child_or_the_school(outbox: Outbox) -> None:
    await outbox.send()
    for mail in outbox.sink.received:
        text = mail.content.decode()
        assert CHILD in text
        assert not any(secret in text for secret in ("Ben", "Bello", "Oak Primary", "U860200028001"))


def _calendar(content: bytes) -> str:
    parts = message_from_bytes(content, policy=policy.default).walk()
    return str(next(part.get_content() for part in parts if part.get_content_type() == "text/calendar"))


def _line(calendar: str, name: str) -> str:
    return next(line.partition(":")[2] for line in calendar.splitlines() if line.startswith(f"{name}:"))
