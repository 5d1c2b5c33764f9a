"""When something is broken, people read what happened and what to do, and logs hold nobody's words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import pytest

from casework.take import Casework
from contracts.clock import Clock
from store.clock import DatabaseClock
from store.database import Database
from tests.web.door import CHILD, SITE, Door
from tests.web.keeper import keeper
from web.app import create_app, undressed_app
from web.dependencies import Dependencies
from web.readiness import MailServer, Observer

AWAY = "postgresql+asyncpg://pep@127.0.0.1:1/pep"
MAIL = MailServer("127.0.0.1", 1)
WORDS = "Quackenbush"


class BrokenClock:
    """A bug whose exception repeats what somebody typed."""

    async def now(self) -> datetime:
        raise ValueError(WORDS)


BROKEN = f"a request failed in test_outages.py:{BrokenClock.now.__code__.co_firstlineno + 1}"


@asynccontextmanager
async def at(database: Database, casework: Casework, clock: Clock, like: Door) -> AsyncIterator[Door]:
    """A door with the same token on other parts."""
    observer = Observer(database, DatabaseClock(database), None, MAIL)
    app = create_app(Dependencies(database, clock, casework, None, observer, keeper(), SITE))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pep.example")
    client.headers = like.client.headers
    async with client:
        yield Door(database, like.clock, client)
    await database.close()


async def test_without_the_database_every_request_is_answered_503_and_the_pages_stay(door: Door) -> None:
    away = Database(AWAY)
    async with at(away, Casework(away, door.clock), door.clock, door) as shut:
        for answer in (
            await shut.client.get("/api/v1/cases"),
            await shut.client.get(f"/api/v1/cases/{CHILD}"),
            await shut.arrange(),
        ):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert answer.json() == {
                "sentences": ["The database does not answer now. Nothing is lost: try again in a moment."]
            }
        assert (await shut.client.get("/about")).status_code == 200
        assert (await shut.client.get("/live")).json() == {"live": True}
        ready = await shut.client.get("/ready")
        assert (ready.status_code, ready.json()["parts"]["database"]) == (503, "unreachable")


async def test_a_database_that_goes_away_while_an_act_is_taken_leaves_the_id_to_try_again_with(door: Door) -> None:
    """Whether it was stored nobody can say; the same id twice is one act."""
    away = Database(AWAY)
    async with at(door.database, Casework(away, door.clock), door.clock, door) as shut:
        answer = await shut.arrange()
        assert answer.status_code == 503
        act_id = answer.json()["id"]
        assert (await shut.arrange(id="mine")).json()["id"] == "mine"
    await away.close()
    assert (await door.arrange(id=act_id)).json()["id"] == act_id


async def test_a_database_without_tables_is_not_ready(door: Door) -> None:
    empty = Database(door.database.engine.url.set(database="postgres").render_as_string(hide_password=False))
    seen = await Observer(empty, door.clock, None, MAIL).look()
    await empty.close()
    assert (seen.parts["database"], seen.ready) == ("not_migrated", False)


async def test_a_bug_is_answered_with_a_sentence_and_its_text_reaches_nobody(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    clock = BrokenClock()
    async with at(door.database, Casework(door.database, clock), clock, door) as broken:
        answer = await broken.arrange(place=WORDS)
        listed = await broken.client.get(f"/api/v1/cases?after={WORDS}")
    for failed in (answer, listed):
        assert failed.status_code == 500
        assert failed.json()["sentences"][0].startswith("Something here is broken, and the operator can see it.")
        assert WORDS not in failed.text
        assert failed.headers["x-content-type-options"] == "nosniff"
    ours = [record for record in caplog.records if record.name == "web"]
    assert [record.message for record in ours] == [
        BROKEN,
        "POST /api/v1/cases/{child_ref}/acts 500",
        BROKEN,
        "GET /api/v1/cases 500",
    ]
    assert WORDS not in str([vars(record) for record in ours])


def test_the_frameworks_telemetry_is_off_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would export addresses and exceptions' texts."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    given = dict(undressed_app()._telemetry)
    assert {name: given[name] for name in ("tracing", "metrics", "logs", "operation_spans", "auto_configure")} == {
        "tracing": False,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
    }
