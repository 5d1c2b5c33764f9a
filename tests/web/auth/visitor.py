"""Somebody at the door: a browser with its cookies, the mail that arrives, and an authenticator app."""

import re
from dataclasses import dataclass

import httpx
from sqlalchemy import select

from contracts.people import Role
from store.database import Database
from store.staff import give_staff_role
from store.tables import Person
from tests.support.clock import FixedClock
from tests.support.smtp_sink import SmtpSink
from web.auth import authenticator
from web.auth.doorkeeper import Doorkeeper

TEACHER = "dt.900041@school.example"
SOCIAL_WORKER = "sw3@council.example"
NOBODY = "nobody@council.example"
OF_A_BROWSER = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html,*/*"}
_KEY = re.compile(r"<code>([A-Z2-7 ]+)</code>")
_CODE = re.compile(r"^ {4}(\d{6})\r?$", re.MULTILINE)


@dataclass
class Visitor:
    """One browser. `sink` has the mail of everybody."""

    database: Database
    clock: FixedClock
    sink: SmtpSink
    doorkeeper: Doorkeeper
    client: httpx.AsyncClient
    base: httpx.AsyncBaseTransport

    def another_browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self.base, base_url=self.client.base_url, headers=OF_A_BROWSER)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields)

    async def ask(self, email: str, wanted: str = "/work") -> httpx.Response:
        return await self.post("/sign-in", email=email, next=wanted)

    def code(self) -> str:
        """The code of the newest mail."""
        return code_in(self.sink.received[-1].message.get_body(("plain",)).get_content())  # type: ignore[union-attr]

    async def asked_and_got(self, email: str, wanted: str = "/work") -> str:
        answer = await self.ask(email, wanted)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
        return self.code()

    async def give(self, code: str) -> httpx.Response:
        return await self.post("/sign-in/code", code=code)

    async def set_up(self, email: str = SOCIAL_WORKER) -> str:
        """Sign in for the first time, as far as the new authenticator; gives its secret."""
        answer = await self.give(await self.asked_and_got(email))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/set-up")
        found = _KEY.search((await self.client.get("/sign-in/set-up")).text)
        assert found
        return found[1].replace(" ", "")

    def shown(self, secret: str, steps: int = 0) -> str:
        """What the app shows, so many steps of 30 seconds from now."""
        return authenticator.code_at(secret, self.clock.at + steps * authenticator.STEP)

    async def signed_in(self) -> bool:
        return (await self.client.get("/who")).status_code == 200

    async def staff(self, role: Role, email: str) -> None:
        async with self.database.transaction() as session:
            await give_staff_role(session, email, role)

    async def id_of(self, email: str) -> int:
        async with self.database.transaction() as session:
            return (await session.execute(select(Person.id).where(Person.email == email))).scalar_one()


def code_in(text: str) -> str:
    found = _CODE.search(text)
    assert found
    return found[1]


def wrong(code: str) -> str:
    """Six other digits."""
    return f"{(int(code) + 1) % 1_000_000:06}"
