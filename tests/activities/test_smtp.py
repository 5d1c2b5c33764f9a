"""What became of a letter is told exactly, whatever the mail server does (DESIGN.md, Money, mail, time)."""

import asyncio
import logging

import pytest

from post.smtp import Delivery, Outcome, Patience, SmtpPost
from tests.support.smtp_sink import Manner, SmtpSink

HURRY = {Manner.SLOW_BEFORE_DATA: Patience(step=0.2), Manner.SLOW_AFTER_DATA: Patience(last_reply=0.2)}
"""Only against a server that really is slow: a busy machine must not look like one."""
SENDER, RECIPIENT = "pep@council.example", "dt.900000@school.example"
LETTER = b"Subject: case C001\r\n\r\n.a line that begins with a dot\r\nthe end\r\n"


def post_to(sink: SmtpSink, patience: Patience | None = None) -> SmtpPost:
    return SmtpPost(sink.host, sink.port, patience=patience)


OUTCOMES = [
    (Manner.ACCEPT, Delivery(Outcome.ACCEPTED, 250), 1),
    (Manner.SLOW_BEFORE_DATA, Delivery(Outcome.TRY_AGAIN, None), 0),
    (Manner.DROP_AT_MAIL, Delivery(Outcome.TRY_AGAIN, None), 0),
    (Manner.LATER_AT_MAIL, Delivery(Outcome.TRY_AGAIN, 451), 0),
    (Manner.CLOSING_AT_MAIL, Delivery(Outcome.TRY_AGAIN, 421), 0),
    (Manner.RECIPIENT_LATER, Delivery(Outcome.TRY_AGAIN, 450), 0),
    (Manner.NO_SUCH_RECIPIENT, Delivery(Outcome.REFUSED_FOR_GOOD, 550), 0),
    (Manner.LATER_AFTER_DATA, Delivery(Outcome.TRY_AGAIN, 451), 0),
    (Manner.REFUSE_AFTER_DATA, Delivery(Outcome.REFUSED_FOR_GOOD, 554), 0),
    (Manner.SLOW_AFTER_DATA, Delivery(Outcome.MAYBE_ACCEPTED, None), 1),
    (Manner.DROP_AFTER_DATA, Delivery(Outcome.MAYBE_ACCEPTED, None), 1),
]


@pytest.mark.parametrize(("manner", "delivery", "stored"), OUTCOMES, ids=[m.value for m, _, _ in OUTCOMES])
async def test_every_way_a_server_can_behave_has_its_own_outcome(
    manner: Manner, delivery: Delivery, stored: int
) -> None:
    async with SmtpSink() as sink:
        sink.plan(manner)
        assert await post_to(sink, HURRY.get(manner)).deliver(SENDER, RECIPIENT, LETTER) == delivery
        assert len(sink.received) == stored


async def test_a_server_that_is_slow_at_every_step_is_given_up_before_the_message_is_sent() -> None:
    """Each step is in time, all together are not: a letter's claim must not run out while it is being sent."""
    async with SmtpSink() as sink:
        sink.plan(Manner.SLOW_BEFORE_DATA)
        async with asyncio.timeout(30):  # a single step may take longer
            delivery = await post_to(sink, Patience(until_sent=0.2)).deliver(SENDER, RECIPIENT, LETTER)
        assert (delivery, sink.received) == (Delivery(Outcome.TRY_AGAIN, None), [])


async def test_a_server_that_is_down_is_tried_again_and_takes_the_letter_when_it_is_back() -> None:
    async with SmtpSink() as sink:
        post = post_to(sink)
        await sink.go_down()
        assert await post.deliver(SENDER, RECIPIENT, LETTER) == Delivery(Outcome.TRY_AGAIN, None)
        await sink.come_back()
        assert await post.deliver(SENDER, RECIPIENT, LETTER) == Delivery(Outcome.ACCEPTED, 250)


async def test_the_letter_arrives_byte_for_byte_at_its_one_recipient() -> None:
    async with SmtpSink() as sink:
        await post_to(sink).deliver(SENDER, RECIPIENT, LETTER)
        (received,) = sink.received
        assert (received.sender, received.recipients, received.content) == (SENDER, (RECIPIENT,), LETTER)


async def test_a_message_cannot_end_early_and_smuggle_a_second_one_in() -> None:
    smuggling = b"Subject: one\n\nend\n.\nMAIL FROM:<x@evil.example>\r.\r\nRCPT TO:<y@evil.example>\n"
    async with SmtpSink() as sink:
        await post_to(sink).deliver(SENDER, RECIPIENT, smuggling)
        (received,) = sink.received
        assert b"\r\n.\r\nMAIL FROM:<x@evil.example>\r\n.\r\nRCPT" in received.content


async def test_letters_that_follow_each_other_share_one_connection() -> None:
    async with SmtpSink() as sink, post_to(sink).session() as session:
        for _ in range(3):
            assert (await session.deliver(SENDER, RECIPIENT, LETTER)).outcome is Outcome.ACCEPTED
        assert (len(sink.received), sink.connections) == (3, 1)


@pytest.mark.parametrize(
    "manner", [Manner.NO_SUCH_RECIPIENT, Manner.LATER_AT_MAIL, Manner.LATER_AFTER_DATA, Manner.REFUSE_AFTER_DATA]
)
async def test_a_refused_letter_does_not_spoil_the_next_one_on_the_same_connection(manner: Manner) -> None:
    async with SmtpSink() as sink, post_to(sink).session() as session:
        sink.plan(manner)
        await session.deliver(SENDER, RECIPIENT, LETTER)
        assert await session.deliver(SENDER, RECIPIENT, LETTER) == Delivery(Outcome.ACCEPTED, 250)
        assert (sink.connections, [r.recipients for r in sink.received]) == (1, [(RECIPIENT,)])


@pytest.mark.parametrize(
    "manner",
    [
        Manner.CLOSING_AT_MAIL,
        Manner.DROP_AT_MAIL,
        Manner.DROP_AFTER_DATA,
        Manner.SLOW_BEFORE_DATA,
        Manner.SLOW_AFTER_DATA,
    ],
)
async def test_a_lost_connection_does_not_spoil_the_next_letter(manner: Manner) -> None:
    async with SmtpSink() as sink, post_to(sink, Patience(step=0.4, last_reply=0.4)).session() as session:
        sink.plan(manner)
        await session.deliver(SENDER, RECIPIENT, LETTER)
        assert await session.deliver(SENDER, RECIPIENT, LETTER) == Delivery(Outcome.ACCEPTED, 250)
        assert sink.connections == 2


async def test_a_server_that_hung_up_between_two_letters_is_called_again() -> None:
    async with SmtpSink() as sink, post_to(sink).session() as session:
        await session.deliver(SENDER, RECIPIENT, LETTER)
        await sink.hang_up_on_all()
        assert await session.deliver(SENDER, RECIPIENT, LETTER) == Delivery(Outcome.ACCEPTED, 250)


async def test_a_cancelled_delivery_lets_the_cancellation_pass_and_leaves_the_session_usable() -> None:
    async with SmtpSink() as sink, post_to(sink).session() as session:
        sink.plan(Manner.SLOW_AFTER_DATA)
        delivery = asyncio.create_task(session.deliver(SENDER, RECIPIENT, LETTER))
        await sink.has_received(1)
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        async with asyncio.timeout(5):  # a reply that still comes must not be taken for the next letter's
            assert await session.deliver(SENDER, RECIPIENT, LETTER) == Delivery(Outcome.ACCEPTED, 250)


ODD_ADDRESSES = [
    "",
    "nobody",
    "Ben Bello <ben@home.example>",
    "ben(comment)@home.example",
    "a@b.example, c@d.example",
    "a@b.example> SIZE=1",
    "a@b.example\r\nRCPT TO:<c@d.example>",
    '"a b"@home.example',
    "bén@home.example",
    "a@home.example\n",
    "a@-home.example",
    "a" * 65 + "@home.example",
]


@pytest.mark.parametrize("address", ODD_ADDRESSES)
async def test_an_address_that_cannot_be_one_is_never_offered_to_a_server(address: str) -> None:
    async with SmtpSink() as sink:
        assert await post_to(sink).deliver(SENDER, address, LETTER) == Delivery(Outcome.REFUSED_FOR_GOOD, None)
        assert await post_to(sink).deliver(address, RECIPIENT, LETTER) == Delivery(Outcome.TRY_AGAIN, None)
        assert sink.connections == 0


@pytest.mark.parametrize("manner", list(Manner))
async def test_no_address_and_no_word_of_the_server_reaches_a_log(
    manner: Manner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, "mail")  # the sink's own log, which a council's server keeps too
    async with SmtpSink() as sink:
        sink.plan(manner)
        delivery = await post_to(sink, HURRY.get(manner)).deliver(SENDER, RECIPIENT, LETTER)
    for text in (caplog.text, repr(delivery)):
        assert RECIPIENT not in text
        assert "no such user" not in text
        assert "C001" not in text
