"""The pages there are: what this is, where a letter's link leads, and how a system connects."""

import re
from html.parser import HTMLParser

import pytest

from casework.authority import AuthorityDetails, set_up
from rules.decide import WHO_MAY
from tests.web.door import CHILD, FOREIGN, Door

PAGES = ("/", "/api", f"/cases/{CHILD}")


@pytest.fixture
def stranger(door: Door) -> Door:
    """Nobody who has signed in."""
    del door.client.headers["Authorization"]
    return door


async def test_every_page_is_whole_and_harmless(stranger: Door) -> None:
    for path in PAGES:
        answer = await stranger.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert "set-cookie" not in answer.headers
        outline = Outline(answer.text)
        assert outline.open == []
        assert (outline.count["h1"], outline.count["main"], outline.count["title"]) == (1, 1, 1)
        assert outline.count.get("script", 0) == 0
        assert 'lang="en-GB"' in answer.text


async def test_every_link_on_every_page_leads_somewhere(stranger: Door) -> None:
    for path in PAGES:
        links = re.findall(r'(?:href|src)="([^"]+)"', (await stranger.client.get(path)).text)
        assert links
        for link in links:
            assert link.startswith("#") or (await stranger.client.get(link)).status_code in (200, 503), link


async def test_the_page_that_a_letter_links_to_is_the_same_for_every_reference(stranger: Door) -> None:
    texts = {(await stranger.client.get(f"/cases/{ref}")).text for ref in (CHILD, FOREIGN, "C999", "%3Cb%3E")}
    assert len(texts) == 1
    assert "./pep case REFERENCE" in texts.pop()


async def test_the_page_of_the_api_has_every_act(stranger: Door) -> None:
    text = (await stranger.client.get("/api")).text
    assert [action for action in WHO_MAY if f"<code>{action}</code>" not in text] == []


async def test_a_demonstration_says_that_it_is_one(stranger: Door) -> None:
    assert "demonstration" not in (await stranger.client.get("/")).text
    details = AuthorityDetails("Northmoor & District", "vs@council.example", demonstration=True)
    await set_up(stranger.database, details)
    for path in PAGES:
        text = (await stranger.client.get(path)).text
        assert "This is a demonstration." in text
        assert "Northmoor &amp; District" in text


async def test_an_address_with_nothing_and_a_wrong_method_are_answered_with_sentences(stranger: Door) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/cases/", 404),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/../__main__.py", 404),
        ("GET", "/docs", 404),
        ("DELETE", "/api/v1/cases", 405),
        ("POST", "/", 405),
    ):
        answer = await stranger.client.request(method, path)
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
