"""People at the console's pages, while work is stuck on the stage; and the watch that carries out what they ask for."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from fastapi import FastAPI

from casework.take import Casework
from contracts.people import Role
from contracts.problems import ProblemKind, ProblemState
from local.ports import free_port
from store.clock import DatabaseClock
from store.heartbeats import Process, beat
from store.staff import give_staff_role
from tests.console.stage import Stage
from tests.support.temporal_dev import until
from tests.web.door import SITE
from tests.web.epep.pages import Browser, Page
from tests.web.keeper import keeper
from tests.web.signed_in import sign_in_as
from watch.carrying_out import CarryingOut
from web.app import create_app
from web.dependencies import Dependencies
from web.readiness import MailServer, Observer

WHY = "The cause of it has been mended."
_A_MOMENT = timedelta(seconds=2)
_AT_ONE_TIME = 60.0
"""Seconds that a step on a busy machine may take until it succeeds."""


@dataclass
class Office:
    """The pages on the stage's record. Nobody is signed in but whom `somebody` gives."""

    stage: Stage
    stack: AsyncExitStack
    app: FastAPI
    sitting: dict[str, Browser] = field(default_factory=dict)

    async def somebody(self, role: Role, who: str = "") -> Browser:
        """Somebody with this role for the whole authority: the same one when asked for again."""
        name = f"{role.value}{who}"
        if name not in self.sitting:
            async with self.stage.database.transaction() as session:
                await give_staff_role(session, f"{name}@council.example", role, name)
            transport = httpx.ASGITransport(self.app)
            client = await self.stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=SITE))
            await sign_in_as(self.stage.database, self.stage.clock, client, f"{name}@council.example")
            self.sitting[name] = Browser(client)
        return self.sitting[name]

    async def shows(self, kind: ProblemKind, words: str) -> int:
        """The number of the problem, which the list names in these words to whoever is at the console."""
        number = (await self.stage.problem(kind)).id
        page = await (await self.somebody(Role.OPERATOR)).open("/console")
        assert f'href="/console/problems/{number}"' in page.html
        assert words in page.text, page.text
        return number

    async def asks(self, browser: Browser, number: int, repair: str, **typed: str) -> Page:
        """Somebody asks for a repair of everything in a problem, and confirms what was previewed."""
        await self.all_beat()
        page = await browser.open(f"/console/problems/{number}")
        assert f"kind={repair}" in page.html or f'value="{repair}"' in page.html, f"{repair} is not offered"
        path = f"/console/repairs/new?problem={number}&kind={repair}&which=all"
        shown = await browser.send(path, {"reason": WHY, **typed})
        assert shown.status == 200, shown.errors
        confirmed = await browser.press(shown.form(f"{shown.path}/confirm"))
        assert confirmed.status == 200, confirmed.errors
        return confirmed

    async def agrees(self, browser: Browser, asked: Page) -> Page:
        """A second person agrees to what somebody has asked for."""
        path = asked.path.partition("?")[0]
        agreed = await browser.press((await browser.open(path)).form(f"{path}/approve"))
        assert agreed.status == 200, agreed.errors
        return agreed

    async def is_resolved(self, kind: ProblemKind) -> None:
        """The watch carries out, looks, and says that it is over; TimeoutError if it does not."""
        await until(lambda: self._is_over(kind), _AT_ONE_TIME)

    async def carries_out(self) -> None:
        """The watch does what was asked for and agreed to."""
        await CarryingOut(self.stage.watch).walk()

    async def all_beat(self) -> None:
        """Every part of the service has said just now that it lives."""
        now = await self.stage.clock.now()
        async with self.stage.database.transaction() as session:
            for part in ("worker", "web", "watch"):
                await beat(session, Process(f"pep-{part}-1", part, "code-1", "pep"), now, now)

    async def _is_over(self, kind: ProblemKind) -> bool:
        await self.carries_out()
        self.stage.clock.instant += _A_MOMENT
        await self.stage.looks(kind.value, "steps_in_temporal")
        (problem,) = await self.stage.problems(kind)
        return problem.state == ProblemState.RESOLVED


@asynccontextmanager
async def office_on(stage: Stage) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        observer = Observer(stage.database, DatabaseClock(stage.database), None, MailServer("127.0.0.1", free_port()))
        casework = Casework(stage.database, stage.clock)
        app = create_app(Dependencies(stage.database, stage.clock, casework, stage.relay, observer, keeper(), SITE))
        yield Office(stage, stack, app)
