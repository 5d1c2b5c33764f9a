"""Several senders empty one outbox: none waits for another, and no letter has two (docs/adr/0004)."""

import asyncio
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from activities.letters import Letters
from post.smtp import Patience
from store.letters import CLAIM_LASTS
from store.tables import Review
from tests.support.outbox import Outbox
from tests.support.smtp_sink import Manner

OTHERS = ("C002", "C003", "C004", "C005", "C006", "C007", "C008")


async def test_many_senders_send_each_letter_once(outbox: Outbox) -> None:
    for child in OTHERS:
        await outbox.open(child)
        await outbox.arrange(child=child)
    workers = [outbox.of_a_worker(), outbox.of_a_worker()]
    taken = await asyncio.gather(*(worker.send_due() for worker in 3 * workers))
    assert sum(taken) == 2 * (1 + len(OTHERS))
    ids = Counter(mail.message["Message-ID"] for mail in outbox.sink.received)
    assert (len(ids), set(ids.values())) == (sum(taken), {1})
    assert {state for _, state in await outbox.states()} == {"sent"}


async def test_a_letter_that_a_slow_server_keeps_keeps_no_other_and_is_not_sent_again(outbox: Outbox) -> None:
    slow = outbox.of_a_worker()
    keeping = await _kept_by_the_server(outbox, slow)
    for sender in (slow, outbox.of_a_worker()):
        await sender.send_due()
    assert sorted(state for _, state in await outbox.states()) == ["sending", "sent"]
    assert not keeping.done()
    outbox.sink.release.set()
    await keeping
    assert sorted(state for _, state in await outbox.states()) == ["sent", "sent"]
    assert len(outbox.sink.received) == 2


async def test_a_letter_in_hand_is_not_taken_again_whatever_the_clock_does(outbox: Outbox) -> None:
    """A machine that slept wakes up days later with its letter still in hand."""
    worker = outbox.of_a_worker()
    keeping = await _kept_by_the_server(outbox, worker)
    outbox.later(timedelta(days=1))
    assert await worker.send_due() == 1, "the other letter"
    outbox.sink.release.set()
    await keeping
    assert len(outbox.sink.received) == 2
    assert await outbox.told("letter") == 2


def test_a_claim_outlasts_the_slowest_letter() -> None:
    assert timedelta(seconds=Patience().longest) < CLAIM_LASTS


async def test_a_worker_that_stops_finishes_the_letter_in_hand_and_begins_no_other(outbox: Outbox) -> None:
    worker = outbox.of_a_worker()
    keeping = await _kept_by_the_server(outbox, worker)
    worker.take_no_more()
    outbox.sink.release.set()
    assert await keeping == 1
    assert sorted(state for _, state in await outbox.states()) == ["sent", "waiting"]


async def test_a_workflow_of_an_older_release_that_asks_for_its_letters_does_not_wait_for_mail(outbox: Outbox) -> None:
    async with outbox.database.transaction() as session:
        review_id = (await session.execute(select(Review.id))).scalar_one()
    await outbox.letters.send_letters(review_id)
    assert outbox.sink.connections == 0
    assert await outbox.send() == 0


async def _kept_by_the_server(outbox: Outbox, sender: Letters) -> asyncio.Task[int]:
    """The first letter has arrived, and the server does not say so."""
    outbox.sink.plan(Manner.SLOW_AFTER_DATA)
    keeping = asyncio.create_task(sender.send_due())
    await outbox.sink.has_received(1)
    return keeping
