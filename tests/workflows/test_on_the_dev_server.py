"""What only a real server shows: outages, rebuilds, runs that outlive others, and what its database holds."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from temporalio.api.enums.v1 import EventType
from temporalio.service import RPCError

from casework.take import Casework
from rehearsal.acts_file import Played
from store.database import Database
from store.outbox_tables import Letter, Message
from tests.support.smtp_sink import Manner
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse, until
from tests.support.temporal_played import acts_of
from worker import LETTERS_AT_ONCE

SIGN_OFF = -2
"""Where the accepted sign-off stands in the acts of a prompt term; after it comes one too many."""


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[DevHouse]:
    async with DevHouse(database, tmp_path, MIDNIGHT_BEFORE_TERM) as house:
        yield house


async def test_a_timer_of_the_cycle_opens_the_review_which_outlives_the_run_that_opened_it(house: DevHouse) -> None:
    """The cycle continues as new after each review; on this server a child workflow would be terminated by that."""
    await house.start_temporal()
    house.set_workflows_to(MIDNIGHT_BEFORE_TERM - timedelta(seconds=4))
    await house.begin("C1")
    cycle = await house.cycle_of("C1")
    first_run = (await house.client.get_workflow_handle(cycle).describe()).run_id
    async with house.working():
        await until(lambda: house.has_review("C1"))
        review = await house.review_of("C1")
        await until(lambda: _is(house, cycle, "CONTINUED_AS_NEW", first_run))
        assert await house.status(cycle) == "RUNNING"
        assert await house.take(acts_of("prompt_term")[:1]) == [True]
        await house.settled()
        assert await house.status(review) == "RUNNING"
        assert await house.signals(review) == ["meeting_arranged"]


async def test_with_temporal_away_acts_are_taken_and_told_later_in_their_order(house: DevHouse) -> None:
    await _opened(house)
    review, acts = await house.review_of("C1"), acts_of("prompt_term")
    await house.stop_temporal()
    told = await house.take(acts[:SIGN_OFF])
    assert not told[0], "the date of the meeting is something that the workflow must hear"
    stored = await _messages(house, review)
    assert [number for number, _ in stored] == list(range(1, len(stored) + 1))

    await house.start_temporal()
    assert await house.relay.sweep() == 0
    assert await house.signals(review) == [signal for _, signal in stored]
    async with house.working():
        assert all(await house.take(acts[SIGN_OFF:]))
        await house.settled()
    assert len(await house.rows("C1", "grant")) == 1


async def test_with_the_workers_away_signals_wait_and_are_taken_up_when_one_comes_back(house: DevHouse) -> None:
    await _opened(house)
    review = await house.review_of("C1")
    assert all(await house.take(acts_of("prompt_term"))), "Temporal takes what nobody works on"
    assert await house.rows("C1", "grant") == []
    assert "signed_off" in await house.signals(review)
    async with house.working():
        await house.settled()
    assert [row["pence"] for row in await house.rows("C1", "grant")] == [45_000]
    assert [row["stage"] for row in await house.rows("C1", "stage")][-2:] == ["paying", "in_force"]


async def test_a_mail_server_that_hangs_keeps_no_message_from_its_workflow(house: DevHouse) -> None:
    await _opened(house)
    review, acts = await house.review_of("C1"), acts_of("prompt_term")
    house.sink.plan(*(LETTERS_AT_ONCE * [Manner.SLOW_BEFORE_DATA]))
    async with house.working():
        assert all(await house.take(acts[:1])), "both parties are invited"
        await until(lambda: _is_sending(house))
        before = await house.signals(review)
        assert (await Casework(house.database, house.clock).take("C1", _arranged_for("2026-10-15"))).accepted
        await until(lambda: _has_heard(house, review, [*before, "meeting_arranged"]))
        assert await _is_sending(house)
        house.sink.release.set()
        await house.settled()


async def test_every_open_cycle_and_review_is_rebuilt_after_the_temporal_database_is_gone(house: DevHouse) -> None:
    """C1 is signed off while Temporal is away, and C2 should have been reminded the day before."""
    acts = acts_of("prompt_term")
    await _opened(house, "C1", "C2", acts=acts[:SIGN_OFF])
    await house.stop_temporal()
    assert await house.take([acts[SIGN_OFF]]) == [False]

    await house.start_temporal("fresh")
    house.set_workflows_to(house.clock.instant)
    assert await house.starter.rebuild(house.database) == 4
    async with house.working():
        await house.relay.sweep()
        await house.settled()
        await _is_done_once(house)
        assert await house.starter.rebuild(house.database) == 4, "again without effect"
        for child in ("C1", "C2"):
            assert await house.status(await house.cycle_of(child)) == "RUNNING"
            assert await house.status(await house.review_of(child)) == "RUNNING"
        later = [Played(house.clock.instant + timedelta(hours=1), "C2", _arranged_for("2026-11-11"))]
        assert await house.take(later) == [True]
        await house.settled()
        await _is_done_once(house)
    assert [row["kind"] for row in await house.rows("C2", "letter")][-2:] == ["invitation", "invitation"]


async def _is_done_once(house: DevHouse) -> None:
    assert len(await house.rows("C1", "grant")) == 1
    for child in ("C1", "C2"):
        letters = Counter((row["at"], row["kind"], row["to"]) for row in await house.rows(child, "letter"))
        assert letters
        assert set(letters.values()) == {1}
    reminded = [row["kind"] for row in await house.rows("C2", "letter") if row["to"] == "social_worker"]
    assert sorted(reminded[:2]) == ["arrange_meeting", "review_due"], "at the same time, by different senders"
    sent = sum([len(await house.rows(child, "letter")) for child in ("C1", "C2")])
    assert len(house.sink.received) == sent


async def _opened(house: DevHouse, *children: str, acts: list[Played] | None = None) -> None:
    """A Temporal in which the children's reviews are open, these acts are done, and no worker runs any more."""
    children = children or ("C1",)
    await house.start_temporal()
    await house.begin(*children)
    async with house.working():
        await house.settled()
        for child in children:
            await until(lambda child=child: house.has_review(child))  # type: ignore[misc]
            review = await house.review_of(child)
            await until(lambda review=review: _waits(house, review))  # type: ignore[misc]
        assert all(await house.take(acts or []))


async def _waits(house: DevHouse, review: str) -> bool:
    """Whether a review's workflow runs, which the record starts a moment after it has the review."""
    try:
        return bool(await house.events(review, EventType.EVENT_TYPE_TIMER_STARTED))
    except RPCError:
        return False


async def _is_sending(house: DevHouse) -> bool:
    async with house.database.transaction() as session:
        return bool((await session.execute(select(Letter.id).where(Letter.state == "sending"))).first())


async def _has_heard(house: DevHouse, workflow_id: str, signals: list[str]) -> bool:
    return await house.signals(workflow_id) == signals


async def _is(house: DevHouse, workflow_id: str, status: str, run_id: str | None = None) -> bool:
    return await house.status(workflow_id, run_id) == status


async def _messages(house: DevHouse, workflow_id: str) -> list[tuple[int, str]]:
    query = select(Message.number, Message.signal).where(Message.workflow_id == workflow_id).order_by(Message.number)
    async with house.database.transaction() as session:
        return [(number, signal) for number, signal in (await session.execute(query)).all()]


def _arranged_for(on: str) -> dict[str, str]:
    return {"id": f"arranged for {on}", "action": "arrange_meeting", "by": "social_worker", "on": on}
