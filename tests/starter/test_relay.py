"""The relay waits for Temporal, and nobody waits for the relay but another of the same workflow (docs/adr/0001)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import text
from temporalio.client import Client

from casework.imports import ImportReport
from contracts.ids import review_workflow_id
from contracts.messages import ReviewTold
from starter.connect import connect, identity_of
from starter.encryption import KeyRing
from starter.relay import Relay
from starter.starting import Starter
from store.database import Database
from tests.support.clock import FixedClock
from tests.support.reviews import DT, SW
from tests.support.taken import Desk, with_a_meeting

QUEUE = "pep"
PATIENCE = 30.0
"""Who waits for the relay here would wait for ever."""


@pytest.fixture
async def desk(database: Database, clock: FixedClock, roll: ImportReport) -> Desk:
    """A meeting is arranged, which the review's workflow was not told yet."""
    return await with_a_meeting(Desk(database, clock))


@dataclass
class SilentTemporal:
    """Takes connections and says nothing; `called` is set once somebody has asked something."""

    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            self.called.set()
        writer.close()


@pytest.fixture
async def held_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator["asyncio.Task[bool]"]:
    """A relay that is telling the review's workflow and gets no answer."""
    monkeypatch.setattr("starter.relay.PATIENCE", timedelta(seconds=20))
    silent = SilentTemporal()
    async with await asyncio.start_server(silent.listen, "127.0.0.1", 0) as server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = await connect(address, "default", KeyRing.generate(), identity=identity_of("test"), lazy=True)
        telling = asyncio.create_task(_relay(desk, client).tell(await _workflow(desk)))
        await silent.called.wait()
        yield telling
        telling.cancel()
        await asyncio.wait([telling])


async def test_acts_on_the_same_child_are_taken_while_a_relay_waits_for_temporal(
    desk: Desk, held_up: "asyncio.Task[bool]"
) -> None:
    async with asyncio.timeout(PATIENCE):
        await desk.does(SW, "move_meeting", on="2026-10-15", reason="A hearing.")
        await desk.does(DT, "move_meeting", on="2026-10-16", reason="A school trip.")
    assert not held_up.done()
    assert (await desk.numbers())[await _workflow(desk)] == [1, 2, 3]


@dataclass
class Hearing:
    """A Temporal that answers when it is told to, and the messages that it was told."""

    numbers: list[int] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def get_workflow_handle(self, _workflow_id: str) -> "Hearing":
        return self

    async def signal(self, _name: str, told: ReviewTold, **_options: Any) -> None:
        self.numbers.append(told.number)
        self.called.set()
        await self.answers.wait()


async def test_two_relays_of_one_workflow_tell_each_message_once_and_in_order(desk: Desk) -> None:
    hearing = Hearing()
    await desk.does(SW, "move_meeting", on="2026-10-15", reason="A hearing.")
    relay, workflow_id = _relay(desk, cast(Client, hearing)), await _workflow(desk)
    first = asyncio.create_task(relay.tell(workflow_id))
    await hearing.called.wait()
    second = asyncio.create_task(relay.tell(workflow_id))
    async with asyncio.timeout(PATIENCE):
        while not await _one_waits(desk):  # noqa: ASYNC110 - the database does not say when it begins
            await asyncio.sleep(0.01)
    hearing.answers.set()
    assert [await first, await second] == [True, True]
    assert hearing.numbers == [1, 2]


async def test_a_message_that_is_stored_while_a_relay_sends_is_told_by_the_next(desk: Desk) -> None:
    hearing = Hearing()
    relay, workflow_id = _relay(desk, cast(Client, hearing)), await _workflow(desk)
    first = asyncio.create_task(relay.tell(workflow_id))
    await hearing.called.wait()
    async with asyncio.timeout(PATIENCE):
        await desk.does(SW, "move_meeting", on="2026-10-15", reason="A hearing.")
    hearing.answers.set()
    assert await first
    assert hearing.numbers == [1]
    assert await relay.tell(workflow_id)
    assert hearing.numbers == [1, 2]


def _relay(desk: Desk, client: Client) -> Relay:
    return Relay(desk.database, desk.clock, client, Starter(client, QUEUE))


async def _workflow(desk: Desk) -> str:
    return review_workflow_id((await desk.reviews())[0].plan.review_id)


async def _one_waits(desk: Desk) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    async with desk.database.transaction() as session:
        return bool((await session.execute(waiting)).scalar_one())
