"""Connecting to Temporal: explicit settings only, bounded waits, an identity that names nobody, search attributes."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
    RemoveSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.common import HeaderCodecBehavior
from temporalio.testing import WorkflowEnvironment

from contracts.search import CASE, KIND, TERM, PepKind, search_attributes
from local import binaries
from starter.connect import (
    SearchAttributeKindError,
    TemporalUnreachableError,
    connect,
    identity_of,
    register_search_attributes,
)
from starter.encryption import KeyRing

SHORT = timedelta(seconds=1)


@pytest.fixture(scope="module")
async def development_server() -> AsyncIterator[str]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(binaries.temporal()), dev_server_log_level="error"
    ) as environment:
        yield environment.client.service_client.config.target_host


@pytest.fixture(scope="module")
async def time_skipping_server() -> AsyncIterator[str]:
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(binaries.temporal_test_server())
    ) as environment:
        yield environment.client.service_client.config.target_host


async def to(address: str) -> Client:
    return await connect(address, "default", KeyRing.generate(), identity=identity_of("test"))


async def test_a_client_encrypts_payloads_failures_and_headers(development_server: str) -> None:
    client = await to(development_server)
    config = client.config()
    assert config["header_codec_behavior"] == HeaderCodecBehavior.CODEC
    assert client.data_converter.payload_codec is not None
    assert client.data_converter.failure_converter_class.__name__ == "DefaultFailureConverterWithEncodedAttributes"


async def test_what_a_machine_has_set_for_temporal_changes_nothing(
    development_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text('[profile.default]\naddress = "127.0.0.1:1"\nnamespace = "elsewhere"\napi_key = "key"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(profile))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "elsewhere")
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    client = await to(development_server)
    assert client.namespace == "default"
    assert client.api_key is None
    assert await client.service_client.check_health()


async def test_a_refused_connection_is_reported_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(TemporalUnreachableError, match=address):
        await connect(address, "default", KeyRing.generate(), identity=identity_of("test"), patience=SHORT)


async def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        async with asyncio.timeout(5):
            with pytest.raises(TemporalUnreachableError, match="within 1 seconds"):
                await connect(address, "default", KeyRing.generate(), identity=identity_of("test"), patience=SHORT)


async def test_a_lazy_client_is_made_while_temporal_is_down() -> None:
    client = await connect("127.0.0.1:1", "default", KeyRing.generate(), identity=identity_of("web"), lazy=True)
    assert client.namespace == "default"


async def test_tls_and_an_api_key_are_used_when_they_are_given() -> None:
    client = await connect(
        "127.0.0.1:1", "ns", KeyRing.generate(), identity="pep-web-1", lazy=True, tls=True, api_key="key"
    )
    assert client.service_client.config.tls is True
    assert client.api_key == "key"


def test_an_identity_names_the_part_and_neither_host_nor_user() -> None:
    first, second = identity_of("worker"), identity_of("worker")
    assert first.startswith("pep-worker-")
    assert first != second


@pytest.mark.parametrize("identity", ["", "4711@a-host"])
async def test_the_identity_that_the_sdk_would_make_is_refused(identity: str) -> None:
    with pytest.raises(ValueError, match="names no host"):
        await connect("127.0.0.1:1", "default", KeyRing.generate(), identity=identity, lazy=True)


async def test_search_attributes_are_registered_and_again_without_effect(development_server: str) -> None:
    client = await to(development_server)
    await register_search_attributes(client)
    await register_search_attributes(client)
    known = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace="default"))
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    assert dict(known.custom_attributes) == {"PepCase": keyword, "PepTerm": keyword, "PepKind": keyword}
    await client.start_workflow(
        "Anything",
        id="case-1",
        task_queue="nobody",
        search_attributes=search_attributes("case-1", PepKind.REVIEW, "2026/27 autumn"),
    )
    found = (await client.get_workflow_handle("case-1").describe()).typed_search_attributes
    assert (found[CASE], found[KIND], found[TERM]) == ("case-1", "review", "2026/27 autumn")


async def test_the_time_skipping_server_takes_them_too(time_skipping_server: str) -> None:
    client = await to(time_skipping_server)
    await register_search_attributes(client)
    await register_search_attributes(client)
    handle = await client.start_workflow(
        "Anything", id="case-1", task_queue="nobody", search_attributes=search_attributes("case-1", PepKind.CYCLE)
    )
    assert (await handle.describe()).typed_search_attributes[CASE] == "case-1"


async def test_a_name_that_is_taken_by_another_kind_is_reported(development_server: str) -> None:
    client = await to(development_server)
    await register_search_attributes(client)
    await client.operator_service.remove_search_attributes(
        RemoveSearchAttributesRequest(namespace="default", search_attributes=["PepTerm"])
    )
    text = IndexedValueType.INDEXED_VALUE_TYPE_TEXT
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace="default", search_attributes={"PepTerm": text})
    )
    with pytest.raises(SearchAttributeKindError, match="PepTerm"):
        await register_search_attributes(client)


def test_a_search_attribute_says_nothing_without_a_term() -> None:
    pairs = search_attributes("case-1", PepKind.FUNDING).search_attributes
    assert {pair.key.name: pair.value for pair in pairs} == {"PepCase": "case-1", "PepKind": "funding"}


def test_a_short_command_ends_cleanly(development_server: str) -> None:
    """Without the pause at exit, one such process in ten dies of a segmentation fault after its work."""
    code = (
        "import asyncio\n"
        "from starter.connect import connect, identity_of\n"
        "from starter.encryption import KeyRing\n"
        f"asyncio.run(connect({development_server!r}, 'default', KeyRing.generate(), identity=identity_of('cli')))\n"
    )
    commands = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [command.wait(timeout=20) for command in commands] == [0, 0, 0]
