"""A letter that comes back is seen: whatever mail server says so, and however often (docs/operations.md, Letters)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from casework.undelivered import take_bounce
from post.bounces import MOST_BYTES, read_report
from store.letters import claim_letter
from store.outbox_tables import Letter
from store.tables import CaseEvent
from tests.support.outbox import Outbox

SAMPLES = Path(__file__).parents[1] / "data" / "bounces"
TEACHER = "designated_teacher"


def report(name: str, message_id: str = "<00ff@pep.invalid>") -> bytes:
    return (SAMPLES / f"{name}.eml").read_text().replace("{message_id}", message_id).encode()


async def the_teachers(outbox: Outbox) -> Letter:
    async with outbox.database.transaction() as session:
        return (await session.execute(select(Letter).where(Letter.role == TEACHER))).scalar_one()


async def comes_back(outbox: Outbox, name: str) -> bool:
    """What `./pep bounce` does with a report about the teacher's letter."""
    found = read_report(report(name, (await the_teachers(outbox)).message_id))
    if found is None:
        return False
    async with outbox.database.transaction() as session:
        return await take_bounce(session, found.message_ids, found.smtp_code, outbox.clock.at)


async def events(outbox: Outbox, what: str) -> list[Any]:
    async with outbox.database.transaction() as session:
        return list((await session.execute(select(CaseEvent).where(CaseEvent.what == what))).scalars())


@pytest.mark.parametrize(("name", "code"), [("exchange", 550), ("postfix", 552), ("gmail", 554), ("gave_up", 554)])
async def test_a_letter_that_a_server_sends_back_has_not_arrived(outbox: Outbox, name: str, code: int) -> None:
    await outbox.send()
    outbox.later(timedelta(minutes=20))
    assert await comes_back(outbox, name)
    letter = await the_teachers(outbox)
    assert (letter.state, letter.smtp_code, letter.settled_at) == ("bounced", code, outbox.clock.at)
    assert [(one.by, one.at, one.facts) for one in await events(outbox, "letter_bounced")] == [
        ("clock", outbox.clock.at, {"kind": "invitation", "to": TEACHER})
    ]
    assert dict(await outbox.states())["social_worker"] == "sent"


async def test_the_same_report_twice_is_one_letter_that_came_back(outbox: Outbox) -> None:
    await outbox.send()
    assert [await comes_back(outbox, "postfix"), await comes_back(outbox, "exchange")] == [True, False]
    assert await outbox.told("letter_bounced") == 1


@pytest.mark.parametrize("name", ["delayed", "delivered", "out_of_office"])
async def test_what_is_no_failure_changes_nothing(outbox: Outbox, name: str) -> None:
    await outbox.send()
    assert not await comes_back(outbox, name)
    assert {state for _, state in await outbox.states()} == {"sent"}


async def test_a_letter_that_was_never_tried_cannot_come_back(outbox: Outbox) -> None:
    assert not await comes_back(outbox, "postfix")
    assert await outbox.send() == 0
    assert len(outbox.sink.received) == 2


async def test_a_report_that_is_faster_than_the_sender_is_not_written_over(outbox: Outbox) -> None:
    """The server has it, our sender waits for the reply, and the letter is back already."""
    async with outbox.database.transaction() as session:
        for _ in range(2):
            await claim_letter(session, outbox.clock.at)
    assert await comes_back(outbox, "postfix")
    letters = outbox.of_a_worker()
    letter = await the_teachers(outbox)
    async with outbox.letters._post.session() as smtp:
        await letters._send(smtp, letter)
    assert dict(await outbox.states())[TEACHER] == "bounced"


async def test_the_list_of_cases_is_counted_anew_when_a_letter_comes_back(outbox: Outbox) -> None:
    await outbox.send()
    async with outbox.database.transaction() as session:
        await session.execute(text("DELETE FROM stale_listings"))
    assert await comes_back(outbox, "gmail")
    async with outbox.database.transaction() as session:
        stale = (await session.execute(text("SELECT case_id FROM stale_listings"))).scalars().all()
    assert set(stale) == {(await the_teachers(outbox)).case_id}


def test_the_letter_is_named_by_what_comes_back_before_what_the_report_answers() -> None:
    inner, outer = "<inner@pep.invalid>", "<outer@elsewhere.example>"
    raw = report("exchange", inner).replace(f"References: {inner}".encode(), f"References: {outer}".encode())
    found = read_report(raw)
    assert found
    assert (found.message_ids[0], outer in found.message_ids) == (inner, True)


def test_a_report_as_long_as_a_book_is_read_as_far_as_it_says_something() -> None:
    whole = report("exchange").replace(b"Please come to the meeting.", b"x" * (3 * MOST_BYTES))
    found = read_report(whole)
    assert found
    assert found.message_ids[0] == "<00ff@pep.invalid>"
    assert read_report(b"x" * (3 * MOST_BYTES)) is None
    too_far = report("postfix").replace(b"I'm sorry", b"x" * MOST_BYTES)
    assert read_report(too_far) is None


def test_one_reader_who_got_it_is_told() -> None:
    """An address that is a list: whom it reaches counts."""
    block = b"\nFinal-Recipient: rfc822;other@school.example\nAction: delivered\nStatus: 2.0.0\n"
    marker = b"\n--d1f2a3b4-0000-4c5d-8e6f-000000000001\nContent-Type: message/rfc822"
    assert read_report(report("exchange").replace(marker, block + marker)) is None


@given(st.binary(max_size=400))
def test_nothing_that_comes_in_can_make_it_raise(garbage: bytes) -> None:
    read_report(garbage)
    whole = report("exchange")
    for cut in (len(garbage), len(whole) // 2, -len(garbage) - 1):
        read_report(whole[:cut] + garbage + whole[cut:])


def test_a_report_inside_a_thousand_others_is_none_that_can_be_read() -> None:
    """Deeper than any interpreter follows."""
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (one, one) for one in range(4_000))
    assert read_report(nested + report("exchange")) is None


def test_an_address_or_name_of_the_report_is_nowhere_in_what_is_read() -> None:
    assert "school.example" not in repr(read_report(report("exchange")))
