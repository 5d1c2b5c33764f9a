"""What goes wrong on a page is answered by a page, with sentences and without anybody's words; the API has its JSON."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from casework.errors import UnknownCase
from store.cases import find_case
from store.database import Database
from tests.support.clock import FixedClock
from tests.web.door import app_on
from tests.web.outline import assert_whole
from web.look.page import page

AWAY = "postgresql+asyncpg://pep@127.0.0.1:1/pep"
WORDS = "Quackenbush"


def with_faults(app: FastAPI) -> FastAPI:
    """The app, and three pages that fail as pages do."""

    async def failing() -> None:
        raise ValueError(WORDS)

    async def foreign() -> None:
        raise UnknownCase

    async def reading(request: Request) -> None:
        async with request.app.state.office.database.transaction() as session:
            await find_case(session, "C010")

    async def unfinished(request: Request) -> HTMLResponse:
        return await page(request, "error.html")

    for path, what in (("bug", failing), ("foreign", foreign), ("reading", reading), ("unfinished", unfinished)):
        app.add_api_route(f"/probe/{path}", what, response_model=None)
    return app


@pytest.fixture
async def visitor(database: Database, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(with_faults(app_on(database, clock)))
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as client:
        yield client


async def test_an_address_with_nothing_and_a_wrong_method_have_a_page(visitor: httpx.AsyncClient) -> None:
    for method, path, status, heading in (
        ("GET", "/nothing", 404, "There is nothing at this address"),
        ("GET", "/docs", 404, "There is nothing at this address"),
        ("GET", "/static/nothing.css", 404, "There is nothing at this address"),
        ("GET", "/static/../__main__.py", 404, "There is nothing at this address"),
        ("POST", "/", 405, "This cannot be done here"),
    ):
        answer = await visitor.request(method, path)
        assert answer.status_code == status, path
        assert assert_whole(answer).title.startswith(heading)


async def test_a_foreign_child_and_no_child_look_the_same(visitor: httpx.AsyncClient) -> None:
    foreign, none = await visitor.get("/probe/foreign"), await visitor.get("/probe/nothing")
    assert (foreign.status_code, none.status_code) == (404, 404)
    assert without_nonce(foreign) == without_nonce(none)


async def test_what_is_too_large_has_a_page_that_names_the_limit(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/nothing", content=b"x" * (64 * 1024 + 1))
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert assert_whole(answer).title.startswith("This is too large")
    assert "64 KB" in answer.text


async def test_a_bug_has_a_page_without_its_text(visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/probe/bug", "/probe/unfinished"):
        answer = await visitor.get(path)
        assert answer.status_code == 500
        assert assert_whole(answer).title.startswith("Something here is broken")
        assert WORDS not in answer.text + caplog.text


async def test_without_the_database_a_page_says_that_nothing_is_lost(clock: FixedClock) -> None:
    away = Database(AWAY)
    transport = httpx.ASGITransport(with_faults(app_on(away, clock)))
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as visitor:
        answer = await visitor.get("/probe/reading")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert assert_whole(answer).title.startswith("The service cannot answer just now")
        assert "Nothing is lost" in answer.text
    await away.close()


async def test_below_the_api_the_answers_stay_json_under_the_strict_policy(visitor: httpx.AsyncClient) -> None:
    for method, path, status in (
        ("GET", "/api/v1/cases/", 404),
        ("GET", "/api/", 404),
        ("DELETE", "/api/v1/cases", 405),
    ):
        answer = await visitor.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json"), path
        assert answer.json()["sentences"]
        policy = answer.headers["content-security-policy"]
        assert "script-src" not in policy
        assert "form-action 'none'" in policy


def without_nonce(answer: httpx.Response) -> str:
    """The page's text without what is fresh on every one."""
    nonce = answer.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    assert nonce in answer.text
    return answer.text.replace(nonce, "")
