"""On a real Temporal server: values arrive, nothing is readable in its database, keys rotate under open workflows."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.converter import DataConverter, PayloadConverter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from local import binaries
from starter.connect import connect, identity_of
from starter.converter import data_converter
from starter.encryption import EncryptionError, KeyRing
from tests.starter.test_encryption_shapes import Journey, example
from tests.starter.test_encryption_subject import (
    ACTIVITIES,
    PLACES,
    WORKFLOWS,
    Broken,
    Confider,
    Patient,
    Traveller,
    word,
)

PATIENCE_SECONDS = 15
TEMPORAL = str(binaries.temporal())
SANDBOX = SandboxedWorkflowRunner(
    SandboxRestrictions.default.with_passthrough_modules("contracts", "tests.starter.test_encryption_shapes")
)


@dataclass(frozen=True)
class Server:
    """A Temporal development server and the file that it keeps everything in."""

    address: str
    database: Path

    def holds(self, text: str) -> bool:
        """Whether the text stands anywhere in the database, its journal included."""
        files = self.database.parent.glob(self.database.name + "*")
        return any(text.encode() in file.read_bytes() for file in files)


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[Server]:
    database = folder / "temporal.db"
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=TEMPORAL,
        dev_server_database_filename=str(database),
        dev_server_log_level="error",
        dev_server_extra_args=[
            *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"'),
            *("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"'),
            *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"),
        ],
    ) as environment:
        yield Server(environment.client.service_client.config.target_host, database)


@pytest.fixture(scope="module")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with server(tmp_path_factory.mktemp("temporal")) as running:
        yield running


@asynccontextmanager
async def worker(client: Client, queue: str, cached_workflows: int = 100) -> AsyncIterator[None]:
    polling = Worker(
        client,
        task_queue=queue,
        workflows=WORKFLOWS,
        activities=ACTIVITIES,
        workflow_runner=SANDBOX,
        max_cached_workflows=cached_workflows,
    )
    async with asyncio.timeout(PATIENCE_SECONDS), polling:
        yield


async def client_of(temporal: Server, ring: KeyRing) -> Client:
    return await connect(temporal.address, "default", ring, identity=identity_of("test"))


def new_id() -> str:
    return f"case-{uuid.uuid4().hex}"


async def test_every_kind_of_value_arrives_by_every_way_through_the_sandbox(temporal: Server) -> None:
    client = await client_of(temporal, KeyRing.generate())
    on, at = date(2026, 10, 14), datetime(2026, 10, 14, 9, tzinfo=UTC)
    async with worker(client, "travel"):
        handle = await client.start_workflow(Traveller.run, Journey(example()), id=new_id(), task_queue="travel")
        assert await handle.query(Traveller.what, example()) == example()
        assert await handle.execute_update(Traveller.ask, example()) == example()
        await handle.signal(Traveller.told, example())
        await handle.signal(Traveller.moved, args=[on, at])
        journey = await handle.result()
    ways = {"argument", "signal", "update", "activity", "local_activity", "child", "continue_as_new"}
    assert journey.came_through == dict.fromkeys(ways, example())
    assert (journey.on, journey.at) == (on, at)


class HeaderOutbound(OutboundInterceptor):
    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        input.headers = {**input.headers, "note": PayloadConverter.default.to_payload(word("header"))}
        return await super().start_workflow(input)


class SendsAHeader(Interceptor):
    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return HeaderOutbound(next)


async def confide_everything(client: Client, queue: str) -> str:
    """Play the workflow that puts a word into every place; returns its id."""
    case = new_id()
    async with worker(client, queue):
        handle = await client.start_workflow(
            Confider.run,
            args=[word("argument"), 0],
            id=case,
            task_queue=queue,
            memo={"note": word("memo")},
            static_summary=word("static_summary"),
        )
        await handle.execute_update(Confider.ask, word("update_argument"))
        await handle.signal(Confider.told, word("signal"))
        await handle.result()
        broken = await client.start_workflow(Broken.run, id=f"{case}-broken", task_queue=queue)
        await first_event(broken, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
        await broken.terminate()
    return case


async def first_event(handle: WorkflowHandle[Any, Any], kind: EventType.ValueType) -> None:
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.event_type == kind:
            return


@pytest.fixture(scope="module")
async def confided(temporal: Server) -> tuple[Server, Client, str]:
    ring = KeyRing.generate()
    config = (await client_of(temporal, ring)).config()
    config["interceptors"] = [SendsAHeader()]
    client = Client(**config)
    return temporal, client, await confide_everything(client, "confide")


@pytest.fixture(scope="module")
async def plain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """The control: the same workflow on a server of its own without encryption."""
    async with server(tmp_path_factory.mktemp("plain")) as running:
        client = await Client.connect(
            running.address, data_converter=data_converter_without_codec(), interceptors=[SendsAHeader()]
        )
        await confide_everything(client, "confide")
        yield running


def data_converter_without_codec() -> DataConverter:
    return DataConverter(payload_converter_class=data_converter(KeyRing.generate()).payload_converter_class)


def test_no_word_of_anybody_stands_in_temporals_database(confided: tuple[Server, Client, str], plain: Server) -> None:
    encrypted, _client, case = confided
    assert [place for place in PLACES if not plain.holds(word(place))] == [], "the control must find every word"
    assert [place for place in PLACES if encrypted.holds(word(place))] == []
    assert encrypted.holds(case), "workflow ids stay readable, so they are opaque"


def test_no_stack_trace_stands_in_temporals_database(confided: tuple[Server, Client, str], plain: Server) -> None:
    encrypted, _client, _case = confided
    assert plain.holds(Path(__file__).parent.name + "/test_encryption_subject.py")
    assert not encrypted.holds("test_encryption_subject.py")


async def test_every_payload_in_a_history_belongs_to_a_workflow(confided: tuple[Server, Client, str]) -> None:
    _server, client, case = confided
    found: list[str] = []
    async for run in client.list_workflows(f"WorkflowId STARTS_WITH '{case}'"):
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        for event in history.events:
            if event.HasField("marker_recorded_event_attributes"):
                # The SDK's own count of a local activity: its name, number and times, in clear.
                del event.marker_recorded_event_attributes.details["data"]
            found += [payload.metadata["pep-workflow"].decode() for payload in payloads_of(event)]
    assert set(found) == {case, f"{case}-child", f"{case}-broken"}


def payloads_of(message: Message) -> Iterator[Payload]:
    """Every payload in a message but search attributes, never encrypted, and headers, which a client binds to none."""
    for field, value in message.ListFields():
        if field.message_type is None or field.name in ("search_attributes", "header"):
            continue
        is_map = field.message_type.GetOptions().map_entry
        repeated = value.values() if is_map else value if field.is_repeated else [value]
        for part in repeated:
            if isinstance(part, Payload):
                yield part
            elif isinstance(part, Message):
                yield from payloads_of(part)


async def test_no_host_and_no_user_is_named_in_a_history(confided: tuple[Server, Client, str]) -> None:
    _server, client, case = confided
    history = await client.get_workflow_handle(case).fetch_history()
    identities = set(re.findall(r'"identity": "([^"]+)"', history.to_json()))
    assert len(identities) == 1
    assert re.fullmatch(r"pep-test-[0-9a-f]{8}", identities.pop())


async def test_a_client_without_the_key_reads_nothing(confided: tuple[Server, Client, str]) -> None:
    server, _client, case = confided
    stranger = await client_of(server, KeyRing.generate())
    with pytest.raises(EncryptionError):
        await stranger.get_workflow_handle(case).result()


async def test_an_open_workflow_lives_through_a_rotation_and_stops_without_its_old_key(
    temporal: Server, caplog: pytest.LogCaptureFixture
) -> None:
    k1, k2 = b"1" * 32, b"2" * 32
    queue, case = "rotate", new_id()
    before = await client_of(temporal, KeyRing({"k1": k1}))
    rotated = await client_of(temporal, KeyRing({"k2": k2, "k1": k1}))
    too_early = await client_of(temporal, KeyRing({"k2": k2}))

    handle = await before.start_workflow(
        Patient.run, "first", id=case, task_queue=queue, task_timeout=timedelta(seconds=1)
    )
    async with worker(before, queue, cached_workflows=0):
        await before.get_workflow_handle(case).signal(Patient.told, "second")
        await first_event(handle, EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)

    await rotated.get_workflow_handle(case).signal(Patient.told, "third")
    async with worker(too_early, queue, cached_workflows=0):
        await first_event(handle, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    assert "A payload needs the key k1; the key ring has k2." in caplog.text

    async with worker(rotated, queue, cached_workflows=0):
        result = await rotated.get_workflow_handle(case).result()
    assert result == ["first", "second", "third"]


async def test_a_plain_text_signal_stops_the_workflow_and_is_not_believed(temporal: Server) -> None:
    client = await client_of(temporal, KeyRing.generate())
    careless = await Client.connect(temporal.address)
    case = new_id()
    handle = await client.start_workflow(Patient.run, "first", id=case, task_queue="plain")
    await careless.get_workflow_handle(case).signal("told", "forged")
    async with worker(client, "plain"):
        await first_event(handle, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    await handle.terminate()
