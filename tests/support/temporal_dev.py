"""The house on a real Temporal dev server: its parts come and go one by one, and its clock is set by hand.

A dev server cannot skip time. Its workflows are therefore started with the shift that makes their time the house's at
that moment; from then on it passes as it does for everybody, while the record's clock stands where it was set.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import or_, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.finance import FinanceSystem
from activities.finance_ledger import LedgerFinance
from casework.take import Casework
from contracts.ids import TASK_QUEUE, cycle_workflow_id, review_workflow_id
from local.ports import free_port
from local.temporal_server import TemporalServer
from post.smtp import SmtpPost
from rehearsal.acts_file import Played
from rehearsal.clock import ConductedClock
from rehearsal.house import House
from rehearsal.journal import journal
from rehearsal.play import Programme, begin
from starter.connect import connect, identity_of, register_search_attributes
from starter.encryption import KeyRing
from starter.relay import Relay
from starter.starting import Starter
from store.database import Database
from store.letters import LetterState, is_due
from store.outbox_tables import Letter
from store.quiet import is_quiet
from store.tables import Case, Review
from tests.support.smtp_sink import SmtpSink
from tests.support.temporal_played import ROLL, SENDER, TERMS, Row
from web.courier import Courier
from worker import Parts, build_worker, letters_of, sweeping

PATIENCE = 20.0
_SKEW = timedelta(hours=1)
"""The workflows' time runs on while the record's stands."""


async def until(what: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Come back as soon as it is so. TimeoutError when it does not become so."""
    async with asyncio.timeout(patience):
        while not await what():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.02)


def roll_of(*children: str) -> bytes:
    """The roll of tests/acts with these children only."""
    header, *rows = ROLL.decode().splitlines(keepends=True)
    return "".join([header, *(row for row in rows if row.split(",")[0] in children)]).encode()


class DevHouse:
    """`async with DevHouse(database, folder, start) as house`; nothing runs until it is started."""

    def __init__(self, database: Database, folder: Path, start: datetime) -> None:
        self.database, self.folder = database, folder
        self.clock = ConductedClock(start)
        self.sink = SmtpSink()
        self.finance_system: FinanceSystem = LedgerFinance(database, self.clock, folder / "payments")
        self.shift = 0.0
        self.temporal: TemporalServer | None = None
        self._is_working = False
        self.client: Client
        self._port, self._ring = free_port(), KeyRing.generate()
        self._casework = Casework(database, self.clock)

    async def __aenter__(self) -> Self:
        await self.sink.__aenter__()
        self.client = await connect(self._address, "default", self._ring, identity=identity_of("test"), lazy=True)
        self.set_workflows_to(self.clock.instant)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_temporal()
        await self.sink.__aexit__(kind, error, trace)

    @property
    def _address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def set_workflows_to(self, instant: datetime) -> None:
        """Workflows that are started from now on take this to be the present."""
        self.shift = instant.timestamp() - time.time()
        self._courier = Courier(self.relay)

    @property
    def starter(self) -> Starter:
        return Starter(self.client, TASK_QUEUE, self.shift)

    @property
    def relay(self) -> Relay:
        return Relay(self.database, self.clock, self.client, self.starter)

    async def start_temporal(self, name: str = "temporal") -> None:
        """A dev server at the house's address with the state of that name, which is fresh the first time."""
        self.temporal = TemporalServer(self.folder / f"{name}.db", port=self._port)
        await self.temporal.start()
        self._courier = Courier(self.relay)
        await register_search_attributes(self.client)

    async def stop_temporal(self) -> None:
        if self.temporal is not None:
            await self.temporal.stop()
            self.temporal = None

    @asynccontextmanager
    async def working(self, *, may_shift_time: bool = True) -> AsyncIterator[None]:
        """The worker and the sweeps of its outboxes, meanwhile."""
        client = await connect(self._address, "default", self._ring, identity=identity_of("worker"))
        parts = self._parts(client, may_shift_time=may_shift_time)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(build_worker(parts))
            await stack.enter_async_context(sweeping(parts, pause=0.1))
            self._is_working = True
            try:
                yield
            finally:
                self._is_working = False

    def _parts(self, client: Client, *, may_shift_time: bool) -> Parts:
        return Parts(
            client=client,
            starter=Starter(client, TASK_QUEUE, self.shift),
            database=self.database,
            clock=self.clock,
            post=SmtpPost(self.sink.host, self.sink.port, start_tls=False),
            finance=self.finance_system,
            mail_from=SENDER,
            site_url="https://pep.authority.example",
            task_queue=TASK_QUEUE,
            may_shift_time=may_shift_time,
            skew_allowed=_SKEW,
        )

    async def begin(self, *children: str) -> None:
        """Import the school's terms and these children, and tell their cycles."""
        environment = WorkflowEnvironment.from_client(self.client)
        letters = letters_of(self._parts(self.client, may_shift_time=True))
        shift = timedelta(seconds=self.shift)
        house = House(self.database, self.clock, environment, self.client, self.relay, letters, shift)
        await begin(house, Programme(TERMS, roll_of(*children), "2026/27"))

    async def take(self, acts: list[Played]) -> list[bool]:
        """Take acts, each at its instant; `told` of each, as a door answers it.

        The clock waits for letters that are due or being sent: where it jumped, their claims would be old at once, and
        another sender would take them as well.
        """
        told = []
        for played in acts:
            if self._is_working:
                await until(self._has_sent_its_letters)
            self.clock.instant = max(played.at, self.clock.instant)
            answer = await self._casework.take(played.child, played.act)
            told.append(await self._courier.tell(answer.to_tell))
        return told

    async def settled(self) -> None:
        """Wait until everything is done that is due by the record's clock."""
        await until(self._is_quiet)

    async def _is_quiet(self) -> bool:
        async with self.database.transaction() as session:
            return await is_quiet(session, self.clock.instant)

    async def _has_sent_its_letters(self) -> bool:
        async with self.database.transaction() as session:
            waits = or_(Letter.state == LetterState.SENDING, is_due(self.clock.instant))
            return (await session.execute(select(Letter.id).where(waits).limit(1))).first() is None

    async def rows(self, child: str, what: str) -> list[Row]:
        """The rows of one kind in a child's journal."""
        async with self.database.transaction() as session:
            return [row for row in await journal(session) if (row["child"], row["what"]) == (child, what)]

    async def cycle_of(self, child: str) -> str:
        """The id of a child's cycle."""
        async with self.database.transaction() as session:
            return cycle_workflow_id((await session.execute(select(Case.id).where(Case.ref == child))).scalar_one())

    async def review_of(self, child: str) -> str:
        """The workflow id of a child's only review."""
        query = select(Review.id).join(Case, Case.id == Review.case_id).where(Case.ref == child)
        async with self.database.transaction() as session:
            return review_workflow_id((await session.execute(query)).scalar_one())

    async def has_review(self, child: str) -> bool:
        query = select(Review.id).join(Case, Case.id == Review.case_id).where(Case.ref == child)
        async with self.database.transaction() as session:
            return (await session.execute(query)).first() is not None

    async def status(self, workflow_id: str, run_id: str | None = None) -> str:
        """`RUNNING`, `CONTINUED_AS_NEW`, ..."""
        described = await self.client.get_workflow_handle(workflow_id, run_id=run_id).describe()
        assert described.status is not None
        return described.status.name

    async def events(self, workflow_id: str, kind: "EventType.ValueType") -> list[Any]:
        """The events of one kind in a workflow's newest run."""
        handle = self.client.get_workflow_handle(workflow_id)
        return [event async for event in handle.fetch_history_events() if event.event_type == kind]

    async def signals(self, workflow_id: str) -> list[str]:
        """The names of the signals that a workflow has been sent, in order."""
        events = await self.events(workflow_id, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
        return [event.workflow_execution_signaled_event_attributes.signal_name for event in events]


MIDNIGHT_BEFORE_TERM = datetime(2026, 9, 2, 23, 0, tzinfo=UTC)
"""00:00 in London on 3 September 2026, the autumn term's first day: reviews open."""
