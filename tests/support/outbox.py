"""Open reviews whose social workers arrange meetings: two invitations for each wait in the outbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from activities.letters import Letters
from casework.authority import AuthorityDetails, set_up
from casework.cycles import open_review
from casework.take import Casework
from post.smtp import Patience, SmtpPost
from store.cases import find_case
from store.database import Database
from store.outbox_tables import Letter
from store.tables import CaseEvent
from tests.support.clock import FixedClock
from tests.support.smtp_sink import SmtpSink

CHILD = "C001"
OPENED = datetime(2026, 9, 3, 9, 0, tzinfo=UTC)
AUTHORITY = AuthorityDetails("Exampleshire", "vs@council.example", demonstration=True)
QUICK = Patience(opening=1.0, step=0.3, last_reply=0.3)


class Outbox:
    """The letters of one open review or of several, and the mail server to which they go."""

    def __init__(self, database: Database, clock: FixedClock, sink: SmtpSink) -> None:
        self.database, self.clock, self.sink = database, clock, sink
        self.letters = self.of_a_worker(QUICK)

    def of_a_worker(self, patience: Patience | None = None) -> Letters:
        """As a worker of its own has it."""
        post = SmtpPost(self.sink.host, self.sink.port, start_tls=False, patience=patience)
        site = "https://pep.council.example"
        return Letters(self.database, self.clock, post, sender="vs@council.example", site_url=site)

    async def open(self, child: str) -> None:
        async with self.database.transaction() as session:
            case = await find_case(session, child)
            assert case is not None
            await open_review(session, case.id, "2026/27 autumn", self.clock.at)

    async def arrange(self, on: date = date(2026, 10, 14), place: str | None = None, child: str = CHILD) -> None:
        act = {"action": "arrange_meeting", "by": "social_worker", "on": on.isoformat(), "time": "14:00"}
        answer = await Casework(self.database, self.clock).take(child, act | ({"place": place} if place else {}))
        assert answer.accepted, answer.findings

    async def send(self) -> int:
        """What the worker's sweep does; gives how many letters still wait."""
        await self.letters.send_due()
        async with self.database.transaction() as session:
            return len((await session.execute(select(Letter.id).where(Letter.settled_at.is_(None)))).all())

    async def states(self) -> list[tuple[str, str]]:
        async with self.database.transaction() as session:
            rows = (await session.execute(select(Letter).order_by(Letter.role, Letter.id))).scalars()
            return [(row.role, row.state) for row in rows]

    async def told(self, what: str) -> int:
        async with self.database.transaction() as session:
            return len((await session.execute(select(CaseEvent.id).where(CaseEvent.what == what))).all())

    def later(self, by: timedelta) -> None:
        self.clock.set(self.clock.at + by)


@asynccontextmanager
async def with_two_invitations(database: Database, clock: FixedClock) -> AsyncIterator[Outbox]:
    """One review of the sample roll is open, and its meeting was arranged just now."""
    clock.set(OPENED)
    await set_up(database, AUTHORITY)
    async with SmtpSink() as sink:
        outbox = Outbox(database, clock, sink)
        await outbox.open(CHILD)
        await outbox.arrange()
        yield outbox
