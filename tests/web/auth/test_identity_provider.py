"""An authority's own provider: the real protocol over loopback, and every answer of it that must be refused."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from casework.imports import ImportReport
from local.ports import free_port
from store.database import Database
from store.page_tables import SessionRow
from tests.support.clock import FixedClock
from tests.support.identity_provider import Claims, OpenIdProvider
from tests.support.smtp_sink import SmtpSink
from tests.web.auth.visitor import OF_A_BROWSER, SOCIAL_WORKER, TEACHER
from tests.web.door import SITE, app_on
from tests.web.keeper import keeper
from tests.web.served import served
from web.auth.identity_provider import IdentityProvider
from web.auth.session import InSession

PASSWORD, SECRET = "correct horse", "a-secret-of-this-service-that-is-long-enough"
BACK = f"{SITE}/sign-in/provider/back"
ELSEWHERE = "somebody@elsewhere.example"
STRANGER = "new@council.example"


@dataclass
class Desk:
    """A browser, the provider it can log in at, and our service."""

    database: Database
    clock: FixedClock
    provider: OpenIdProvider
    client: httpx.AsyncClient
    app: Any
    sink: SmtpSink

    async def set_out(self, wanted: str = "/cases/C010") -> str:
        """The address to which our page leads."""
        answer = await self.client.post("/sign-in/provider", data={"next": wanted})
        assert answer.status_code == 200, answer.text
        found = re.search(r'content="0; url=([^"]+)"', answer.text)
        assert found
        return found[1].replace("&amp;", "&")

    async def log_in(self, address: str, email: str = SOCIAL_WORKER, password: str = PASSWORD) -> str:
        """Log in at the provider; gives the way back, as path and query."""
        async with httpx.AsyncClient() as browser:
            form = await browser.get(address)
            assert form.status_code == 200, form.text
            hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form.text))
            answer = await browser.post(
                f"{self.provider.issuer}/authorize", data={**hidden, "email": email, "password": password}
            )
        back = answer.headers["location"]
        assert back.startswith(BACK)
        return str(back.removeprefix(SITE))

    async def come_back(self, email: str = SOCIAL_WORKER) -> httpx.Response:
        return await self.client.get(await self.log_in(await self.set_out(), email))

    async def signed_in_as(self) -> str | None:
        answer = await self.client.get("/who")
        return str(answer.json()) if answer.status_code == 200 else None


@pytest.fixture
async def desk(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Desk]:
    people = dict.fromkeys((SOCIAL_WORKER, STRANGER, ELSEWHERE, TEACHER), PASSWORD)
    provider = OpenIdProvider(clock, "pep", SECRET, BACK, people)
    async with served(provider.app()) as port, SmtpSink() as sink:
        provider.issuer = f"http://127.0.0.1:{port}"
        ours = IdentityProvider(provider.issuer, "pep", SECRET, "Council account", frozenset({"council.example"}), BACK)
        app = app_on(database, clock, doorkeeper=keeper(sink, ours))

        @app.get("/who")
        async def who(visitor: InSession) -> str:
            return visitor.email

        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=SITE, headers=OF_A_BROWSER) as client:
            yield Desk(database, clock, provider, client, app, sink)


async def test_a_social_worker_signs_in_there_and_needs_no_other_step(desk: Desk) -> None:
    page = (await desk.client.get("/sign-in")).text
    assert "Sign in with Council account" in page
    answer = await desk.come_back()
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/C010")
    assert await desk.signed_in_as() == SOCIAL_WORKER
    async with desk.database.transaction() as session:
        assert (await session.execute(select(SessionRow.way))).scalar_one() == "identity_provider"
    assert desk.sink.received == []


async def test_what_is_asked_of_the_provider(desk: Desk) -> None:
    first, second = [parse_qs(urlsplit(await desk.set_out()).query) for _ in range(2)]
    assert first["redirect_uri"] == [BACK]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 43
        assert first[name] != second[name]


async def test_people_of_its_domains_get_no_code(desk: Desk) -> None:
    for email in (SOCIAL_WORKER, STRANGER, SOCIAL_WORKER.upper()):
        answer = await desk.client.post("/sign-in", data={"email": email})
        assert (answer.status_code, "sign in with Council account" in answer.text) == (422, True)
    assert desk.sink.received == []
    assert (await desk.client.post("/sign-in", data={"email": TEACHER})).status_code == 303
    assert len(desk.sink.received) == 1


async def test_who_works_on_no_case_is_told_whom_to_ask(desk: Desk) -> None:
    answer = await desk.come_back(STRANGER)
    assert (answer.status_code, await desk.signed_in_as()) == (403, None)
    assert "nobody with this address works on a case here" in answer.text
    assert "ask the Virtual School" in answer.text


async def test_an_address_of_another_domain_is_refused_even_of_somebody_we_know(desk: Desk) -> None:
    for email in (TEACHER, ELSEWHERE):
        assert (await desk.come_back(email)).status_code == 403
        assert await desk.signed_in_as() is None


def changed(**claims: Any) -> Any:
    return lambda given: {**given, **claims}


def without(name: str) -> Any:
    return lambda given: {key: claim for key, claim in given.items() if key != name}


def aged(seconds: int) -> Any:
    def age(given: Claims) -> Claims:
        return {**given, "iat": given["iat"] - seconds, "exp": given["exp"] - seconds}

    return age


@pytest.mark.parametrize(
    "spoil",
    [
        changed(nonce="another"), without("nonce"), changed(aud="somebody-else"), changed(aud=["somebody-else"]),
        changed(aud=["pep", "another"]), changed(azp="another"), changed(iss="https://evil.example"), without("iss"),
        without("exp"), without("sub"), aged(400), aged(-400), changed(email_verified=False),
        changed(email_verified="false"), without("email"), changed(email=["sw3@council.example"]),
        changed(email="sw3@council.example.evil.example"), changed(email=None),
    ],
)  # fmt: skip
async def test_an_id_token_that_is_wrong_in_one_thing_signs_nobody_in(desk: Desk, spoil: Any) -> None:
    desk.provider.spoil = spoil
    answer = await desk.come_back()
    assert (answer.status_code, await desk.signed_in_as()) == (403, None)
    assert "did not confirm who you are" in answer.text
    desk.provider.spoil = lambda claims: claims
    assert (await desk.come_back()).status_code == 303, "only that was wrong"


@pytest.mark.parametrize("key", ["other", "secret"])
async def test_an_id_token_that_the_published_key_did_not_sign_is_refused(desk: Desk, key: str) -> None:
    desk.provider.sign_with = key
    assert (await desk.come_back()).status_code == 403
    assert await desk.signed_in_as() is None


async def test_a_provider_that_says_nothing_about_verified_is_believed_for_its_own_domains(desk: Desk) -> None:
    desk.provider.spoil = without("email_verified")
    assert (await desk.come_back()).status_code == 303


async def test_the_way_back_is_for_the_browser_that_set_out(desk: Desk) -> None:
    """Somebody's answer of the provider, opened in another browser, signs nobody in: neither them nor the victim."""
    back = await desk.log_in(await desk.set_out())
    transport = httpx.ASGITransport(desk.app)
    async with httpx.AsyncClient(transport=transport, base_url=SITE, headers=OF_A_BROWSER) as victim:
        assert (await victim.get(back)).headers["location"] == "/sign-in"
        await victim.post("/sign-in/provider", data={})
        assert (await victim.get(back)).headers["location"] == "/sign-in"
        assert (await victim.get("/who")).status_code == 303
    assert (await desk.client.get(back)).headers["location"] == "/cases/C010"


async def test_a_wrong_state_is_refused_and_leaves_the_right_one(desk: Desk) -> None:
    back = await desk.log_in(await desk.set_out())
    code = parse_qs(urlsplit(back).query)["code"][0]
    for state in ("", "another"):
        answer = await desk.client.get("/sign-in/provider/back", params={"code": code, "state": state})
        assert answer.headers["location"] == "/sign-in"
    assert await desk.signed_in_as() is None
    assert (await desk.client.get(back)).headers["location"] == "/cases/C010"


async def test_a_way_back_is_gone_once(desk: Desk) -> None:
    back = await desk.log_in(await desk.set_out())
    assert (await desk.client.get(back)).headers["location"] == "/cases/C010"
    await desk.client.post("/sign-out")
    assert (await desk.client.get(back)).headers["location"] == "/sign-in"
    assert await desk.signed_in_as() is None


async def test_a_code_of_the_provider_that_is_not_for_us_is_refused(desk: Desk) -> None:
    """A code that was got with another verifier: injected into the victim's own way back."""
    foreign = parse_qs(urlsplit(await desk.log_in(await desk.set_out())).query)["code"][0]
    address = await desk.set_out()
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = await desk.client.get("/sign-in/provider/back", params={"code": foreign, "state": state})
    assert (answer.status_code, await desk.signed_in_as()) == (403, None)


async def test_whoever_waits_longer_than_ten_minutes_begins_again(desk: Desk) -> None:
    back = await desk.log_in(await desk.set_out())
    desk.clock.set(desk.clock.at + timedelta(minutes=10))
    assert (await desk.client.get(back)).headers["location"] == "/sign-in"


async def test_who_may_not_log_in_there_is_not_signed_in_here(desk: Desk) -> None:
    back = await desk.log_in(await desk.set_out(), password="wrong")
    assert (await desk.client.get(back)).status_code == 403


async def test_while_the_provider_is_away_a_page_says_so(desk: Desk, database: Database, clock: FixedClock) -> None:
    back = await desk.log_in(await desk.set_out())
    desk.provider.away = True
    for answer in (await desk.client.post("/sign-in/provider", data={}), await desk.client.get(back)):
        assert (answer.status_code, "Council account does not answer just now" in answer.text) == (502, True)
    nowhere = IdentityProvider(
        f"http://127.0.0.1:{free_port()}", "pep", SECRET, "Council account", frozenset({"council.example"}), BACK
    )
    transport = httpx.ASGITransport(app_on(database, clock, doorkeeper=keeper(provider=nowhere)))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        assert (await client.post("/sign-in/provider", data={})).status_code == 502


async def test_without_a_provider_there_is_no_such_way(database: Database, clock: FixedClock) -> None:
    transport = httpx.ASGITransport(app_on(database, clock))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        assert (await client.get("/sign-in/provider/back?code=x&state=y")).headers["location"] == "/sign-in"
        assert (await client.post("/sign-in/provider", data={})).headers["location"] == "/sign-in"
        assert "Sign in with" not in (await client.get("/sign-in")).text
