"""The pages there are: what this is, where a letter's link leads, and how a system connects."""

import re

import httpx

from casework.authority import AuthorityDetails, set_up
from rules.decide import WHO_MAY
from store.database import Database
from tests.web.door import CHILD, FOREIGN
from tests.web.outline import assert_whole

PAGES = ("/about", "/api", "/accessibility", "/cookies", "/sign-in")


async def test_every_page_is_whole_and_harmless(stranger: httpx.AsyncClient) -> None:
    for path in PAGES:
        answer = await stranger.get(path)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert_whole(answer)


async def test_every_link_on_every_page_leads_somewhere(stranger: httpx.AsyncClient) -> None:
    for path in PAGES:
        links = re.findall(r'(?:href|src)="([^"]+)"', (await stranger.get(path)).text)
        assert links
        for link in links:
            assert link.startswith(("#", "https://")) or (await stranger.get(link)).status_code in (200, 303, 503), link


async def test_the_link_in_a_letter_leads_to_the_door_and_is_the_same_for_every_reference(
    stranger: httpx.AsyncClient,
) -> None:
    for ref in (CHILD, FOREIGN, "C999"):
        answer = await stranger.get(f"/cases/{ref}", headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=%2Fcases%2F{ref}")
        door = await stranger.get(answer.headers["location"])
        assert door.status_code == 200
        assert "set-cookie" not in door.headers


async def test_the_page_of_the_api_has_every_act(stranger: httpx.AsyncClient) -> None:
    text = (await stranger.get("/api")).text
    assert [action for action in WHO_MAY if f"<code>{action}</code>" not in text] == []


async def test_a_demonstration_says_that_it_is_one(stranger: httpx.AsyncClient, database: Database) -> None:
    assert "demonstration" not in (await stranger.get("/about")).text
    details = AuthorityDetails("Northmoor & District", "vs@council.example", demonstration=True)
    await set_up(database, details)
    for path in PAGES:
        text = (await stranger.get(path)).text
        assert "This is a demonstration." in text
        assert "Northmoor &amp; District" in text


async def test_the_accessibility_statement_has_what_the_regulations_ask_for(stranger: httpx.AsyncClient) -> None:
    text = (await stranger.get("/accessibility")).text
    for part in (
        "How accessible this service is",
        "Feedback and contact information",
        "Enforcement procedure",
        "Equality and Human Rights Commission",
        "Compliance status",
        "Web Content Accessibility Guidelines version 2.2",
        "Preparation of this accessibility statement",
        "Wednesday 25 November 2026",
    ):
        assert part in text, part


async def test_the_page_of_cookies_names_both(stranger: httpx.AsyncClient) -> None:
    text = (await stranger.get("/cookies")).text
    assert text.count('<th scope="row"') == 2
