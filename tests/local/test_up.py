"""`./pep up` runs everything under one supervisor, leaves nothing behind however it ends, and recovers what it kept."""

import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from local import run_file
from local.postgres import EmbeddedPostgres
from tests.local.processes import Service, descendants, eventually, five_free_ports, listened_addresses, lives, up

LOOPBACK_IN_HEX = "0100007F"
READY = "Ready after"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("running")


@pytest.fixture(scope="module")
def port() -> int:
    return five_free_ports()


@pytest.fixture(scope="module")
async def service(data: Path, port: int) -> AsyncIterator[Service]:
    """One service for the tests that leave it running."""
    async with up(data, port) as running:
        await running.until(READY)
        yield running


@pytest.fixture(scope="module")
async def external(postgres: EmbeddedPostgres) -> AsyncIterator[dict[str, str]]:
    """The settings that name a database and a Temporal which `up` does not start."""
    url = await postgres.create_database("external")
    yield {"PEP_DATABASE_URL": url, "TEMPORAL_ADDRESS": "temporal.example:7233"}
    await postgres.drop_database("external")


@pytest.fixture
def taken(port: int) -> Iterator[int]:
    free = five_free_ports()
    with socket.create_server(("127.0.0.1", free + 3)):
        yield free


async def kept(data: Path) -> list[str]:
    """What the stand-in product has in its database."""
    run = run_file.running(data)
    assert run
    connection = await asyncpg.connect(run.database_url.replace("+asyncpg", ""))
    try:
        return [row["what"] for row in await connection.fetch("SELECT what FROM kept")]
    finally:
        await connection.close()


async def test_it_says_where_everything_is_and_other_commands_find_it(data: Path, port: int, service: Service) -> None:
    assert f"  Pages     http://127.0.0.1:{port}\n" in service.said
    assert f"http://127.0.0.1:{port + 1} " in service.said
    run = run_file.running(data)
    assert run
    assert (run.pid, run.web_url, run.smtp_port) == (service.process.pid, f"http://127.0.0.1:{port}", port + 2)
    assert run.temporal_address == f"127.0.0.1:{port + 3}"
    assert await kept(data) == ["demonstration"]


async def test_only_its_user_reads_the_data_folder(data: Path, service: Service) -> None:
    private = {data: 0o700, data / "run.json": 0o600, data / "encryption.key": 0o600, data / "logs" / "web.log": 0o600}
    assert {path: path.stat().st_mode & 0o777 for path in private} == private


async def test_everything_listens_on_loopback_alone(service: Service) -> None:
    assert listened_addresses(descendants(service.process.pid)) == {LOOPBACK_IN_HEX}


async def test_a_second_service_in_the_same_folder_is_refused(data: Path, service: Service) -> None:
    async with up(data, five_free_ports()) as second:
        assert await second.rest() == 1
    assert second.said == (
        f"The service already runs in {data} (process {service.process.pid}). "
        "Stop it, or choose another folder with --data.\n"
    )


async def test_whatever_dies_is_started_again_at_the_same_address(data: Path, service: Service) -> None:
    postmaster = int((data / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
    worker, watch = (child_of(service, name) for name in ("worker", "watch"))
    for pid in (postmaster, worker, watch):
        os.kill(pid, signal.SIGKILL)
    await service.until("PostgreSQL was ended by SIGKILL. Starting it again in 0.25 s.")
    await service.until("worker was ended by SIGKILL. Starting it again in 0.25 s.")
    await service.until("PostgreSQL runs again.")
    await service.until("worker runs again.")
    await service.until("watch runs again.")
    assert await kept(data) == ["demonstration"]


def child_of(service: Service, ending: str) -> int:
    return next(pid for pid in descendants(service.process.pid) if command_of(pid).endswith(ending))


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()


async def test_nothing_outlives_sigkill_and_the_next_start_recovers(tmp_path: Path) -> None:
    port = five_free_ports()
    async with up(tmp_path, port, environment={"STAND_IN": "hang"}) as service:
        await service.until("Loading.")
        assert run_file.running(tmp_path) is None, "it is not ready"
        await killed_without_trace(service)

    # The demonstration was broken off: it is loaded anew, and whole.
    async with up(tmp_path, port) as service:
        await service.until(READY)
        key = (tmp_path / "encryption.key").read_text()
        assert await kept(tmp_path) == ["demonstration"]
        await killed_without_trace(service)
        assert run_file.running(tmp_path) is None

    async with up(tmp_path, port) as service:
        await service.until(READY)
        assert await kept(tmp_path) == ["demonstration"]
        assert (tmp_path / "encryption.key").read_text() == key
        await stopped_without_trace(service, tmp_path)


async def killed_without_trace(service: Service) -> None:
    children = descendants(service.process.pid)
    assert len(children) > 5
    service.process.kill()
    await eventually(lambda: not any(lives(pid) for pid in children))


async def stopped_without_trace(service: Service, data: Path) -> None:
    run = run_file.running(data)
    assert run
    socket_folder = Path(run.database_url.partition("host=")[2].partition("&")[0]).parent
    assert socket_folder.exists()
    children = descendants(service.process.pid)
    assert await service.stop() == 0
    assert [pid for pid in children if lives(pid)] == []
    assert service.said.rstrip().endswith("Stopped.")
    assert not (data / "run.json").exists()
    assert not socket_folder.exists()


async def test_a_taken_port_is_named_and_nothing_is_started(tmp_path: Path, taken: int) -> None:
    async with up(tmp_path, taken) as service:
        assert await service.rest() == 1
    assert service.said == (
        f"Port {taken + 3} (Temporal) is in use by another program. Stop that, or choose other ports with --port.\n"
    )
    assert not (tmp_path / "postgres").exists()


async def test_external_servers_are_used_and_get_no_demonstration(tmp_path: Path, external: dict[str, str]) -> None:
    async with up(tmp_path, five_free_ports(), environment=external) as service:
        await service.until(READY)
        run = run_file.running(tmp_path)
        assert run
        assert run.database_url == external["PEP_DATABASE_URL"]
        assert run.temporal_address == external["TEMPORAL_ADDRESS"]
        assert not (tmp_path / "postgres").exists()
        assert not (tmp_path / "temporal").exists()
        assert await kept(tmp_path) == []
        assert await service.stop() == 0


async def test_a_part_that_cannot_run_ends_the_start_with_a_sentence(tmp_path: Path, external: dict[str, str]) -> None:
    async with up(tmp_path, five_free_ports(), environment={**external, "STAND_IN": "hopeless"}) as service:
        assert await service.rest() == 1
    assert "worker stopped with exit code 3, 3 times before the service was ready." in service.said
    assert str(tmp_path / "logs" / "worker.log") in service.said


async def test_a_wrong_setting_ends_the_start_with_a_sentence(tmp_path: Path, external: dict[str, str]) -> None:
    async with up(tmp_path, five_free_ports(), environment={**external, "PEP_LOG_LEVEL": "chatty"}) as service:
        assert await service.rest() == 1
    assert service.said.startswith("PEP_LOG_LEVEL cannot be used: input should be 'DEBUG'")
    assert "Traceback" not in service.said
