"""Whoever has the old address is told that it was changed, by fixed words; whether that succeeds holds nothing up."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from contracts.problems import ProblemKind, RepairKind
from post.smtp import SmtpPost
from store.tables import Person
from store.watch_tables import AddressNotice
from tests.repairs.console import Console
from tests.repairs.post import letters_for
from tests.repairs.watching import parts_of, watch_of
from tests.support.smtp_sink import Manner, SmtpSink
from watch.telling_old_addresses import TellingOldAddresses

CHILD, RIGHT = "C007", "right@council.example"


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with SmtpSink() as running:
        yield running


async def _round(console: Console, sink: SmtpSink) -> TellingOldAddresses:
    parts = await parts_of(console.database, console.clock)
    return TellingOldAddresses(replace(parts, post=SmtpPost(sink.host, sink.port, start_tls=False)))


async def _corrected(console: Console) -> tuple[str, str]:
    """The old address, and the name of the person."""
    (letter,) = await letters_for(console, CHILD, 1)
    await console.change_letter(letter.id, state="bounced", settled_at=console.clock.at)
    problem = await console.stuck(
        ProblemKind.LETTER_NOT_DELIVERED, [{"subject": f"letter:{letter.id}", "case_id": letter.case_id}]
    )
    async with console.database.transaction() as session:
        name = (await session.execute(select(Person.name).where(Person.email == letter.address))).scalar_one()
    await console.begin(
        "operator",
        RepairKind.CORRECT_ADDRESS,
        second="officer",
        problem_id=problem.id,
        parameters={"address": RIGHT},
    )
    await (await watch_of(console)).walk()
    return letter.address, name


async def test_the_old_address_is_told_once_and_not_who_or_where(console: Console, sink: SmtpSink) -> None:
    old, name = await _corrected(console)
    (notice,) = await console.rows(AddressNotice)
    assert old not in notice.sealed_address
    telling = await _round(console, sink)
    await telling.walk()
    await telling.walk()
    (mail,) = sink.received
    assert (mail.sender, mail.recipients) == ("vs@council.example", (old,))
    assert mail.message["Subject"] == "The address of your account was changed"
    assert " ".join(mail.message.get_content().split()) == (
        "The address of your account was changed by the Virtual School; if you did not expect it, tell them."
    )
    whole = mail.content.decode()
    assert not any(word in whole for word in (RIGHT, name, CHILD))
    assert await console.rows(AddressNotice) == [], "no old address is kept"


async def test_what_is_not_taken_is_tried_again_and_given_up_after_five_days(console: Console, sink: SmtpSink) -> None:
    await _corrected(console)
    telling = await _round(console, sink)
    sink.plan(Manner.RECIPIENT_LATER, Manner.RECIPIENT_LATER)
    await telling.walk()
    await telling.walk()
    assert [one.attempts for one in await console.rows(AddressNotice)] == [1], "not before its time"
    console.clock.set(console.clock.at + timedelta(days=5))
    await telling.walk()
    assert sink.received == []
    assert await console.rows(AddressNotice) == []


@pytest.mark.parametrize("manner", [Manner.NO_SUCH_RECIPIENT, Manner.LATER_AT_MAIL])
async def test_a_mailbox_that_is_not_there_is_not_asked_again_and_one_that_is_away_is(
    console: Console, sink: SmtpSink, manner: Manner
) -> None:
    await _corrected(console)
    telling = await _round(console, sink)
    sink.plan(manner)
    await telling.walk()
    console.clock.set(console.clock.at + timedelta(seconds=30))
    await telling.walk()
    assert len(sink.received) == (manner is Manner.LATER_AT_MAIL)
    assert await console.rows(AddressNotice) == []
