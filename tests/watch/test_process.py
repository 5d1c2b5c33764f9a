"""`python -m watch`: one leads, the others stand by; whatever ends one, another takes over."""

import json
import os
import signal
from collections.abc import AsyncIterator

import pytest

from contracts.problems import ProblemKind
from deploy import watch_health
from local.ports import free_port
from local.postgres import EmbeddedPostgres
from store.clock import DatabaseClock
from store.database import Database
from store.listing import count_to_list
from store.migrate import upgrade
from store.service_counts import rounds
from tests.support.clock import FixedClock
from tests.support.database import fresh_database, running_postgres
from tests.support.sample import import_sample
from tests.watch.hook import listening
from tests.watch.running import environment_of, running, url_of
from tests.web.served import until

LEADS = '"says": "this watch leads"'


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database of its own: two leads would be seen."""
    async with fresh_database(postgres) as fresh:
        yield fresh


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
async def test_one_leads_and_another_takes_over(database: Database, by: signal.Signals) -> None:
    environment = environment_of(url_of(database))
    async with running(environment) as first:
        await first.until(LEADS)
        async with running(environment) as second:
            await second.until('"says": "this watch stands by"')
            assert LEADS not in second.said
            status = await first.ended(by)
            assert status == (-by if by is signal.SIGKILL else 0)
            await second.until(LEADS)
            assert await second.ended(signal.SIGTERM) == 0
    assert second.said.count(LEADS) == 1
    assert '"says": "the watch has stopped"' in second.said
    assert "Traceback" not in first.said + second.said


async def test_the_health_check_sees_whether_one_leads(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = environment_of(url_of(database))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert await watch_health.main() == "No watch leads: nobody looks for what is stuck."
    async with running(environment) as watch:
        await watch.until(LEADS)
        assert await watch_health.main() == ""
    monkeypatch.setenv("PEP_DATABASE_URL", f"postgresql+asyncpg://pep@127.0.0.1:{free_port()}/pep")
    assert (await watch_health.main()).startswith("PostgreSQL cannot be asked: ")


async def test_an_outage_of_the_database_is_told_and_outlived() -> None:
    async with running_postgres() as server, listening() as hook:
        url = await server.create_database("watched")
        await upgrade(url)
        async with running(environment_of(url, PEP_ALERT_WEBHOOK=hook.url)) as watch:
            await watch.until(LEADS)
            os.kill(server.pid, signal.SIGKILL)
            await server.died()
            await hook.has(1)
            await server.start()
            await hook.has(2)
            await watch.until(LEADS)
            assert await watch.ended(signal.SIGTERM) == 0
    events = [json.loads(body)["event"] for _, body in hook.posted]
    assert events == ["database_away", "database_back"]
    assert watch.said.count(LEADS) == 2, "it leads again"
    assert "Traceback" not in watch.said


BLIND = {"workflow_failing", "not_picked_up", "queue", "everything"}
"""Rounds that see nothing while Temporal is away. No step is under way, so none is asked for there."""


async def test_what_needs_no_temporal_is_walked_without_it(database: Database, clock: FixedClock) -> None:
    await import_sample(database, clock)
    async with running(environment_of(url_of(database))) as watch:
        await watch.until(LEADS)
        await until(lambda: everything_was_walked(database))
        assert await watch.ended(signal.SIGTERM) == 0
    seen = await walked(database)
    assert {name for name, error in seen.items() if error == "TemporalUnreachableError"} == BLIND
    assert {name for name, error in seen.items() if error is None} >= {kind.value for kind in ProblemKind} - BLIND
    async with database.transaction() as session:
        assert await count_to_list(session, await DatabaseClock(database).now()) == 0


async def everything_was_walked(database: Database) -> bool:
    seen = await walked(database)
    return {*BLIND, *ProblemKind, "alerts", "listing"} <= set(seen)


async def walked(database: Database) -> dict[str, str | None]:
    """The rounds that were walked, and why they could not see."""
    async with database.transaction() as session:
        return {one.name: one.error_type for one, _ in await rounds(session)}
