"""The stack of the browser tests, all of it real: record, workflows, worker, mail and web app, on one clock."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from playwright.async_api import Browser
from sqlalchemy.dialects.postgresql import insert
from starlette.types import ASGIApp, Receive, Scope, Send

from casework.take import Answer, Casework
from contracts.clock import at_london
from contracts.people import Role
from local.ports import free_port
from local.postgres import EmbeddedPostgres
from post.smtp import SmtpPost
from rehearsal.acts_file import Played
from rehearsal.conductor import Conductor
from rehearsal.house import House, Outlets, opened
from rehearsal.people import ActsFromFile
from rehearsal.play import Programme, begin, scene_of
from store.cases import find_case, person_with
from store.clock import DatabaseClock
from store.database import Database
from store.sessions import Way
from store.sessions import begin as begin_session
from store.staff import give_staff_role
from store.tables import CaseRole
from tests.browser.chromium import PATIENCE
from tests.browser.person import Person
from tests.support.database import fresh_database
from tests.support.smtp_sink import SmtpSink
from tests.web.keeper import SENDER, keeper
from tests.web.served import served
from tests.web.signed_in import COOKIE
from web.app import create_app
from web.dependencies import Dependencies
from web.readiness import MailServer, Observer

SITE = "http://pep.example"


@dataclass
class Stage:
    """Where a term is played. `house` has the record and the clock, `sink` the mail of everybody."""

    house: House
    sink: SmtpSink
    browser: Browser
    site: str
    people: list[Person] = field(default_factory=list)
    authenticators: dict[str, str] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    """Which route of the app has answered at an address."""
    looked_at: set[str] = field(default_factory=set)
    """The routes whose pages were checked (axe.py)."""

    async def person(self, email: str, *, width: int = 1280, **context: Any) -> Person:
        """Somebody sits down at a browser that nobody has used. `context` goes to Playwright's `new_context`."""
        window = await self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="en-GB", timezone_id="Europe/London", **context
        )
        window.set_default_timeout(PATIENCE)
        page = await window.new_page()
        clock = self.house.clock
        person = Person(email, self.site, window, page, self.sink, clock, self.authenticators)
        await person.listen()
        self.people.append(person)
        return person

    async def signed_in(self, email: str, **more: Any) -> Person:
        """Somebody who has been through the door already: for tests of what comes after it."""
        person = await self.person(email, **more)
        async with self.house.database.transaction() as session:
            secret = await begin_session(session, await person_with(session, email), Way.CODE, self.house.clock.instant)
        await person.context.add_cookies([{"name": COOKIE, "value": secret, "url": self.site}])
        return person

    async def all_leave(self) -> list[str]:
        """Close every window; gives what the browsers complained of."""
        complaints = [complaint for person in self.people for complaint in person.complaints]
        for person in self.people:
            await person.context.close()
        self.people.clear()
        return complaints

    async def plays(self, until: datetime, acts: list[Played] | None = None) -> None:
        """Let the time pass, with the reminders and all that follows; and with these acts of others, if any."""
        await Conductor(self.house, ActsFromFile(acts or []), lambda _: None).play(until)

    async def is_now(self, day: str, hour: int = 10, acts: list[Played] | None = None) -> None:
        """Let the time pass until that London day and hour."""
        await self.plays(at_london(date.fromisoformat(day), time(hour)), acts)

    def waits(self, minutes: int) -> None:
        """The same day, a little later."""
        self.house.clock.instant += timedelta(minutes=minutes)

    async def does(self, child: str, action: str, by: Role, **fields: Any) -> Answer:
        """An act through another door than the pages, which must be taken."""
        act = {"action": action, "by": by.value, **fields}
        answer = await Casework(self.house.database, self.house.clock).take(child, act)
        assert answer.accepted, answer.findings
        await self.house.relay.tell_all(answer.to_tell)
        return answer

    async def give_role(self, email: str, role: Role, name: str, child: str | None = None) -> None:
        """A role on one child's case, or on every one."""
        async with self.house.database.transaction() as session:
            if child is None:
                await give_staff_role(session, email, role, name)
                return
            case = await find_case(session, child)
            assert case
            person_id = await person_with(session, email, name)
            await session.execute(insert(CaseRole).values(case_id=case.id, role=role, person_id=person_id))


@asynccontextmanager
async def stage_on(postgres: EmbeddedPostgres, browser: Browser, programme: Programme) -> AsyncIterator[Stage]:
    """A stage whose time begins with the programme's first day, its children known and their cycles running."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="pep-browser-")))
        sink = await stack.enter_async_context(SmtpSink())
        database = await stack.enter_async_context(fresh_database(postgres))
        outlets = Outlets(SmtpPost(sink.host, sink.port, start_tls=False), SENDER, SITE, folder)
        url = database.engine.url.render_as_string(hide_password=False)
        house = await stack.enter_async_context(opened(scene_of(programme).start, url, outlets))
        await begin(house, programme)
        routes: dict[str, str] = {}
        web = Database(url)
        stack.push_async_callback(web.close)
        app = app_of(house, web, sink)
        app.add_middleware(_Noting, routes=routes)
        port = await stack.enter_async_context(served(app))
        stage = Stage(house, sink, browser, f"http://127.0.0.1:{port}", routes=routes)
        try:
            yield stage
        finally:
            await stage.all_leave()


class _Noting:
    """Notes which route answers at which address."""

    def __init__(self, app: ASGIApp, routes: dict[str, str]) -> None:
        self._app, self._routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            self._routes[scope["path"]] = getattr(scope.get("route"), "path", "no route")


def app_of(house: House, database: Database, sink: SmtpSink) -> FastAPI:
    """The web app as its composition root builds it: connections of its own, the house's clock, Temporal and mail."""
    observer = Observer(database, DatabaseClock(database), None, MailServer("127.0.0.1", free_port()))
    casework = Casework(database, house.clock)
    return create_app(Dependencies(database, house.clock, casework, house.relay, observer, keeper(sink), SITE))
