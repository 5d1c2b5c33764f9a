"""Traces say what was done and how it ended, to a real collector; nobody can be recognised in them, and Temporal holds
nothing more for it than an encrypted header."""

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from local.ports import free_port
from local.postgres import EmbeddedPostgres
from store.database import Database
from store.tables import Case, Person, Review, School
from tests.support.collector import collecting
from tests.support.database import fresh_database
from tests.watch.running import environment_of, running, url_of
from tests.web.served import until

ROOT = Path(__file__).parents[2]
WORDS = "Wilhelmina"


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    async with fresh_database(postgres) as fresh:
        yield fresh


async def played(database: Database, folder: Path, *collector: str) -> dict[str, Any]:
    program = str(Path(__file__).with_name("traced_house.py"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, program, url_of(database), str(folder), *collector, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def attributes_of(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


async def test_a_term_is_traced_without_anybody_and_costs_temporal_no_event(
    database: Database, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    async with collecting() as collector:
        traced = await played(database, tmp_path / "traced", collector.url)
    async with fresh_database(postgres) as another:
        plain = await played(another, tmp_path / "plain")
    assert traced["review"]["headers"] == ["binary/encrypted"]
    assert plain["review"]["headers"] == []
    assert of_the_process(traced) == of_the_process(plain)

    await the_workers_figures_are_there_and_name_nobody(database, traced["figures"])
    spans = list(collector.spans)
    names = {span.name for span in spans}
    assert {"act", "SignalWorkflow:part_completed", "RunActivity:release_grant", "RunActivity:open_review"} <= names
    assert any(name.startswith("RunWorkflow:") for name in names)
    acts = [attributes_of(span) for span in spans if span.name == "act"]
    assert {"pep.action": "sign_off", "pep.outcome": "accepted"} in acts
    assert not any(span.events for span in spans)
    sent = b"".join(collector.bodies)
    assert [word for word in await words_of_people(database) if word.encode() in sent] == []


def of_the_process(told: dict[str, Any]) -> Counter[str]:
    """The review's events, without the workflow tasks: how signals fall into those is chance."""
    return Counter(kind for kind in told["review"]["events"] if "_WORKFLOW_TASK_" not in kind)


async def the_workers_figures_are_there_and_name_nobody(database: Database, figures: str) -> None:
    dashboard = (ROOT / "deploy/grafana/pep.json").read_text(encoding="utf-8")
    asked = set(re.findall(r"temporal_[a-z_]+", dashboard))
    assert len(asked) > 3
    assert asked - set(re.findall(r"^(temporal_\w+)", figures, re.MULTILINE)) == set()
    async with database.alone() as session:
        ids = list((await session.execute(select(Case.id).union(select(Case.ref), select(Review.id)))).scalars())
    assert [word for word in (*ids, *await words_of_people(database)) if f"{word}" in figures] == []


async def words_of_people(database: Database) -> list[str]:
    """Names and addresses of whoever is in the record, at least one of each kind."""
    columns = (Case.given_name, Case.family_name, Person.email, School.name)
    async with database.alone() as session:
        found = [[word for word in (await session.execute(select(one))).scalars() if word] for one in columns]
    assert all(found)
    return [word for words in found for word in words]


async def test_requests_are_traced_by_route_and_refused_words_stay_here(database: Database) -> None:
    port = free_port()
    async with collecting() as collector:
        environment = environment_of(url_of(database), PEP_WEB_PORT=str(port), PEP_OTLP_ENDPOINT=collector.url)
        async with running(environment, "web"), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await until(lambda: answers(client))
            await client.get(f"/cases/{WORDS}?why={WORDS}", headers={"User-Agent": WORDS, "traceparent": WORDS})
            await client.request(WORDS.upper(), f"/{WORDS}")
            await collector.has("GET /cases/{child_ref}", "other no route")
        sent = b"".join(collector.bodies)
        (page,) = [span for span in collector.spans if span.name == "GET /cases/{child_ref}"]
    assert attributes_of(page) == {"http.route": "/cases/{child_ref}", "http.response.status_code": 303}
    assert WORDS.encode() not in sent
    assert WORDS.upper().encode() not in sent


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/live")).status_code == 200
    except httpx.ConnectError:
        return False
