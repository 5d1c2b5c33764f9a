"""The pages there are: what this is, where a letter's link leads, and how a system connects."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import httpx
import pytest

from casework.authority import AuthorityDetails, set_up
from rules.decide import WHO_MAY
from store.database import Database
from tests.support.clock import FixedClock
from tests.web.door import CHILD, FOREIGN, app_on

PAGES = ("/", "/api", f"/cases/{CHILD}")


@pytest.fixture
async def stranger(database: Database, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody who has signed in."""
    transport = httpx.ASGITransport(app_on(database, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as client:
        yield client


async def test_every_page_is_whole_and_harmless(stranger: httpx.AsyncClient) -> None:
    for path in PAGES:
        answer = await stranger.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert "set-cookie" not in answer.headers
        outline = Outline(answer.text)
        assert outline.open == []
        assert (outline.count["h1"], outline.count["main"], outline.count["title"]) == (1, 1, 1)
        assert outline.count.get("script", 0) == 0
        assert 'lang="en-GB"' in answer.text


async def test_every_link_on_every_page_leads_somewhere(stranger: httpx.AsyncClient) -> None:
    for path in PAGES:
        links = re.findall(r'(?:href|src)="([^"]+)"', (await stranger.get(path)).text)
        assert links
        for link in links:
            assert link.startswith("#") or (await stranger.get(link)).status_code in (200, 503), link


async def test_the_page_that_a_letter_links_to_is_the_same_for_every_reference(stranger: httpx.AsyncClient) -> None:
    texts = {(await stranger.get(f"/cases/{ref}")).text for ref in (CHILD, FOREIGN, "C999", "%3Cb%3E")}
    assert len(texts) == 1
    assert "./pep case REFERENCE" in texts.pop()


async def test_the_page_of_the_api_has_every_act(stranger: httpx.AsyncClient) -> None:
    text = (await stranger.get("/api")).text
    assert [action for action in WHO_MAY if f"<code>{action}</code>" not in text] == []


async def test_a_demonstration_says_that_it_is_one(stranger: httpx.AsyncClient, database: Database) -> None:
    assert "demonstration" not in (await stranger.get("/")).text
    details = AuthorityDetails("Northmoor & District", "vs@council.example", demonstration=True)
    await set_up(database, details)
    for path in PAGES:
        text = (await stranger.get(path)).text
        assert "This is a demonstration." in text
        assert "Northmoor &amp; District" in text


async def test_an_address_with_nothing_and_a_wrong_method_are_answered_too(
    stranger: httpx.AsyncClient,
) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/cases/", 404),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/../__main__.py", 404),
        ("GET", "/docs", 404),
        ("DELETE", "/api/v1/cases", 405),
        ("POST", "/", 405),
    ):
        answer = await stranger.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json"), path
        assert answer.json()["sentences"]


class Outline(HTMLParser):
    """Which elements a page has, and which it forgot to close."""

    VOID = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
