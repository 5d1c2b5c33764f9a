"""Acts are taken whether Temporal is there or not; `told` says which, and nobody waits long to hear it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from temporalio.client import Client
from temporalio.worker import Worker

from casework.imports import ImportReport
from casework.take import Casework
from contracts.ids import review_workflow_id
from contracts.people import Role
from local.ports import free_port
from local.temporal_server import TemporalServer
from starter.connect import connect, identity_of, register_search_attributes
from starter.encryption import KeyRing
from starter.relay import Relay
from starter.starting import Starter
from starter.watching import POLLS_WITHIN, Watch
from store.clock import DatabaseClock
from store.database import Database
from store.outbox_tables import Message
from store.tables import Review
from tests.support.clock import FixedClock
from tests.web.door import CHILD, SITE, SOCIAL_WORKER, Door
from tests.web.keeper import keeper
from tests.web.served import until
from web.app import create_app
from web.dependencies import Dependencies
from web.readiness import MailServer, Observer
from worker import workflow_runner
from workflows.pep_cycle import PepCycle
from workflows.pep_review import PepReview

QUEUE = "pep"
NOT_TAKEN = "a workflow was not told yet; it will be"
"""What the relay logs of every try that Temporal did not take."""
NOT_IN_TIME = "Temporal was not told in time; it will be"
"""What the courier logs where it stops waiting for the relay."""


@dataclass(frozen=True)
class Street:
    """The door, with a Temporal and a mail server that come and go."""

    door: Door
    temporal: TemporalServer
    client: Client
    mail_port: int

    async def told(self, **act: str) -> bool:
        answer = (await self.door.arrange(**act)).json()
        assert answer["outcome"] == "accepted"
        return bool(answer["told"])

    async def parts(self) -> dict[str, str]:
        """What /ready says of each part, and that its status agrees."""
        answer = await self.door.client.get("/ready")
        body = answer.json()
        everything = all(state == "ready" for state in body["parts"].values())
        assert (answer.status_code, body["ready"]) == ((200, True) if everything else (503, False))
        assert len(body["sentences"]) == sum(state != "ready" for state in body["parts"].values())
        parts: dict[str, str] = body["parts"]
        return parts

    async def waiting(self) -> int:
        """How many messages Temporal was not told yet."""
        async with self.door.database.transaction() as session:
            return len((await session.execute(select(Message).where(Message.told_at.is_(None)))).all())


@pytest.fixture
async def street(database: Database, clock: FixedClock, roll: ImportReport, tmp_path: Path) -> AsyncIterator[Street]:
    """Everything is away but the database, which is as real as the rest will be."""
    temporal = TemporalServer(tmp_path / "temporal.db", port=free_port())
    client = await connect(temporal.address, "default", KeyRing.generate(), identity=identity_of("web"), lazy=True)
    relay = Relay(database, clock, client, Starter(client, QUEUE))
    mail_port = free_port()
    observer = Observer(database, DatabaseClock(database), Watch(client, QUEUE), MailServer("127.0.0.1", mail_port))
    app = create_app(Dependencies(database, clock, Casework(database, clock), relay, observer, keeper(), SITE))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(temporal.stop)
        transport = httpx.ASGITransport(app)
        web = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://pep.example"))
        door = Door(database, clock, web)
        await door.open(CHILD)
        await door.sign_in(Role.SOCIAL_WORKER, SOCIAL_WORKER)
        yield Street(door, temporal, client, mail_port)


async def test_told_is_false_while_temporal_is_down_and_true_once_it_is_up(street: Street) -> None:
    content = {"words": "Invented."}
    quiet = await street.door.act(action="submit", by="social_worker", section="about_child", content=content)
    assert quiet.json()["told"], "there is nothing to tell"
    assert not await street.told(id="first")
    assert not await street.told(id="second")
    assert await street.waiting() == 2

    await street.temporal.start()
    await register_search_attributes(street.client)
    await until(lambda: street.told(id="first"))
    assert await street.waiting() == 0, "telling the first also told what waited behind it"
    assert await street.told(id="third")
    async with street.door.database.transaction() as session:
        review_id = (await session.execute(select(Review.id))).scalar_one()
    described = await street.client.get_workflow_handle(review_workflow_id(review_id)).describe()
    assert described.status is not None
    assert described.status.name == "RUNNING"

    await street.temporal.stop()
    assert not await street.told(id="fourth")
    assert (await street.door.rows())["acts"] == 5

    await street.temporal.start()
    await until(lambda: street.told(id="fourth"))
    assert await street.waiting() == 0


async def test_nobody_waits_again_for_a_temporal_that_has_just_failed(
    street: Street, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.courier.PAUSE", 3600.0)
    assert not await street.told(id="first")
    assert caplog.messages == [NOT_TAKEN]
    assert not await street.told(id="second")
    assert caplog.messages == [NOT_TAKEN], "the second was not tried"


async def test_nobody_waits_for_a_temporal_that_never_answers(
    street: Street, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person's budget is what ends the waiting: the relay alone would wait far longer, and log that."""
    monkeypatch.setattr("starter.relay.PATIENCE", timedelta(seconds=20))
    port = int(street.temporal.address.rpartition(":")[2])
    async with await asyncio.start_server(_say_nothing, "127.0.0.1", port):
        assert not await street.told()
    assert caplog.messages == [NOT_IN_TIME]


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def test_ready_says_of_each_part_whether_it_can_work(street: Street) -> None:
    assert await street.parts() == {
        "database": "ready",
        "temporal": "unreachable",
        "worker": "unknown",
        "mail": "unreachable",
    }
    await street.temporal.start()
    async with await asyncio.start_server(_say_nothing, "127.0.0.1", street.mail_port):
        await until(lambda: _is(street, temporal="ready", worker="absent", mail="ready"))
        async with await a_worker(street):
            await until(lambda: _is(street, database="ready", temporal="ready", worker="ready", mail="ready"))
        await a_worker_that_has_stopped_asking_is_absent(street)
    await until(lambda: _is(street, mail="unreachable"))


async def a_worker(street: Street) -> Worker:
    """Its client is not a lazy one."""
    client = await connect(street.temporal.address, "default", KeyRing.generate(), identity=identity_of("worker"))
    return Worker(client, task_queue=QUEUE, workflows=[PepCycle, PepReview], workflow_runner=workflow_runner())


async def a_worker_that_has_stopped_asking_is_absent(street: Street) -> None:
    """Although Temporal goes on naming it for minutes."""
    watch, now = Watch(street.client, QUEUE), await DatabaseClock(street.door.database).now()
    for passed, state in ((POLLS_WITHIN * 0.9, "ready"), (POLLS_WITHIN * 1.1, "absent")):
        mail = MailServer("127.0.0.1", street.mail_port)
        seen = await Observer(street.door.database, FixedClock(now + passed), watch, mail).look()
        assert seen.parts["worker"] == state


async def _is(street: Street, **expected: str) -> bool:
    return expected.items() <= (await street.parts()).items()
