"""The frame of every page: its scripts, its files, its navigation, and how it writes days, money and roles."""

from datetime import UTC, date, datetime

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from casework.authority import AuthorityDetails, set_up
from store.database import Database
from tests.support.clock import FixedClock
from tests.web.door import app_on
from tests.web.outline import assert_whole
from web.auth.session import Visitor
from web.look.environment import TEMPLATES
from web.look.page import page
from web.look.static import FOLDER, NoSuchFile, static

YEAR = "public, max-age=31536000, immutable"


def with_probe(app: FastAPI) -> FastAPI:
    """The app, and a page whose visitor has signed in and left a field empty."""

    async def probe(request: Request) -> HTMLResponse:
        request.state.visitor = Visitor(1, "Ada & Co", "ada@council.example")
        errors = [{"text": "Say what <b>they</b> need", "href": "#need"}]
        return await page(
            request, "error.html", heading="Targets", sentences=["One"], errors=errors, notice="Saved at 10:00."
        )

    app.add_api_route("/cases/{child_ref}/targets", probe)
    return app


def asking(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pep.example")


async def test_no_two_answers_have_the_same_nonce(stranger: httpx.AsyncClient) -> None:
    policies = {(await stranger.get("/about")).headers["content-security-policy"] for _ in range(5)}
    assert len(policies) == 5


async def test_whoever_has_signed_in_sees_their_doors_and_their_faults(database: Database, clock: FixedClock) -> None:
    async with asking(with_probe(app_on(database, clock))) as client:
        answer = await client.get("/cases/X02/targets")
    assert assert_whole(answer).title.startswith("Error: Targets - ")
    assert "Ada &amp; Co" in answer.text
    assert '<form method="post" action="/sign-out">' in answer.text
    assert '<a class="govuk-service-navigation__link" href="/cases" aria-current="true">' in answer.text
    assert "Say what &lt;b&gt;they&lt;/b&gt; need" in answer.text
    assert "Saved at 10:00." in answer.text


async def test_a_stranger_has_nothing_to_sign_out_of(stranger: httpx.AsyncClient) -> None:
    text = (await stranger.get("/about")).text
    assert "/sign-out" not in text
    assert "Error: " not in text


async def test_a_file_is_kept_for_a_year_under_the_hash_of_its_content_and_else_asked_again(
    stranger: httpx.AsyncClient,
) -> None:
    for name in ("epep.css", "epep.js", "supported.js", "icon.svg", "govuk/govuk-frontend.min.css"):
        answer = await stranger.get(static(name))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, YEAR)
        assert answer.content == (FOLDER / name).read_bytes()
        for other in ("", "?v=", "?v=0123456789abcdef", f"?v=0&{static(name).split('?')[1]}"):
            old = await stranger.get(f"/static/{name}{other}")
            assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    with pytest.raises(NoSuchFile):
        static("nothing.css")


async def test_the_authority_is_asked_for_once_in_half_a_minute(database: Database, clock: FixedClock) -> None:
    await set_up(database, AuthorityDetails("Northmoor", "vs@council.example"))
    async with asking(app_on(database, clock)) as client:
        assert "Northmoor" in (await client.get("/about")).text
        await set_up(database, AuthorityDetails("Southmoor", "vs@council.example"))
        assert "Northmoor" in (await client.get("/about")).text, "half a minute has not passed"


async def test_a_site_under_https_tells_browsers_to_stay_there(database: Database, clock: FixedClock) -> None:
    plain, safe = app_on(database, clock), app_on(database, clock, site="https://pep.example")
    for app, stated in ((plain, None), (safe, "max-age=31536000; includeSubDomains")):
        async with asking(app) as client:
            assert (await client.get("/about")).headers.get("strict-transport-security") == stated


def test_days_instants_money_and_roles_are_in_words() -> None:
    text = TEMPLATES.from_string("{{ d | day }}, {{ at | day }}, {{ at | moment }}, {{ p | pounds }}, {{ r | role }}")
    facts = {"d": date(2026, 10, 14), "at": datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "p": 1250, "r": "virtual_school"}
    assert text.render(facts) == (
        "Wednesday 14 October 2026, Thursday 2 July 2026, Thursday 2 July 2026 at 00:30, £12.50, Virtual School"
    )


def test_a_section_says_in_words_whose_it_is() -> None:
    text = TEMPLATES.from_string(
        '{% from "parts/section_tag.html" import section_tag %}{{ section_tag("red") }}, {{ section_tag("purple") }}'
    ).render()
    assert text == (
        '<strong class="epep-tag epep-tag--red">Red: designated teacher</strong>, '
        '<strong class="epep-tag epep-tag--purple">Purple: designated teacher and social worker</strong>'
    )
