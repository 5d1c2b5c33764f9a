"""The health check of the worker's container, against a real Temporal."""

import base64
from collections.abc import AsyncIterator

import pytest
from temporalio import workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from deploy import worker_health, worker_version
from local import binaries
from starter.connect import connect, identity_of
from starter.encryption import KeyRing


@workflow.defn
class Nothing:
    @workflow.run
    async def run(self) -> None:
        return


@pytest.fixture
async def address(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(binaries.temporal()), dev_server_log_level="error"
    ) as environment:
        address = environment.client.service_client.config.target_host
        use(monkeypatch, address)
        yield address


def use(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    for name, value in {
        "DATABASE_URL": "postgresql+asyncpg://pep@localhost/pep",
        "TEMPORAL_ADDRESS": address,
        "ENCRYPTION_KEYS": f"k1:{key}",
        "SMTP_HOST": "localhost",
        "MAIL_FROM": "pep@example.org",
        "SITE_URL": "http://localhost:8700",
    }.items():
        monkeypatch.setenv(f"PEP_{name}", value)


async def test_it_is_well_when_a_worker_polls_and_not_before(address: str) -> None:
    assert await worker_health.main() == "No worker asks for the tasks of the queue pep."
    client = await connect(address, "default", KeyRing.generate(), identity=identity_of("worker"))
    async with Worker(client, task_queue="pep", workflows=[Nothing], workflow_runner=UnsandboxedWorkflowRunner()):
        await client.execute_workflow(Nothing.run, id="one", task_queue="pep")
        assert await worker_health.main() == ""


async def test_it_says_so_when_temporal_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "127.0.0.1:1")
    assert await worker_health.main() == "Temporal cannot be asked: TemporalUnreachableError."


async def test_a_version_that_no_worker_has_is_not_made_the_current_one(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await worker_version.main("v7")).endswith("has a worker of version v7 asked for work yet?")
    use(monkeypatch, "127.0.0.1:1")
    assert await worker_version.main("v7") == "Temporal cannot be asked: TemporalUnreachableError."
