"""Where stuck work is made to happen: real PostgreSQL, Temporal, mail, finance and worker, and the watch's rounds.

`async with Stage(database, folder, start) as stage`; nothing runs until it is started, as in DevHouse. A test walks the
rounds itself and sets the clock, so nothing waits for minutes to pass. What is measured by Temporal's own time, which a
test cannot set, has no patience here; tests/console/test_patience.py says what it has in service.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import select
from temporalio.client import Client

from activities.finance_http import HttpFinance
from contracts.ids import TASK_QUEUE
from contracts.problems import ProblemKind
from post.smtp import SmtpPost
from rehearsal.acts_file import Played
from settings import ROOT, Settings
from starter.connect import connect, identity_of
from starter.encryption import KeyRing
from starter.hands import Hands
from starter.sight import Sight
from store.database import Database
from store.watch_tables import Attempt, Finding, ProblemRow, Sweep
from tests.support.finance_server import TOKEN, FinanceServer
from tests.support.temporal_dev import DevHouse, until
from tests.support.temporal_played import acts_of
from watch.looks import rounds_of
from watch.looks.patience import AS_IN_SERVICE
from watch.parts import Parts

NONE_FOR_TEMPORAL = replace(AS_IN_SERVICE, taken_up=timedelta(days=-100_000), unpolled=timedelta(days=100_000))
"""Whatever Temporal says waits has waited long enough, and whoever asked for work has asked just now."""
A_MINUTE = timedelta(seconds=61)
SIGN_OFF = -2
"""Where the accepted sign-off stands in the acts of a prompt term (C1); after it comes one too many."""
KEY = b"k" * 32


class Stage(DevHouse):
    """A house whose finance system is behind HTTP, and which is watched."""

    def __init__(self, database: Database, folder: Path, start: datetime) -> None:
        super().__init__(database, folder, start)
        self._ring = KeyRing({"test": KEY})
        self.finance = FinanceServer()
        self._pays: HttpFinance
        self.patience = NONE_FOR_TEMPORAL

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.finance.__aenter__()
        self.finance_system = self._pays = HttpFinance(self.finance.url, TOKEN, timeout_seconds=5.0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pays.close()
        await self.finance.__aexit__(kind, error, trace)
        await super().__aexit__(kind, error, trace)

    @property
    def watch(self) -> Parts:
        """What the watch is built from."""
        return Parts(
            settings=self.settings,
            database=self.database,
            clock=self.clock,
            sight=Sight(self.client, TASK_QUEUE),
            hands=Hands(self.client, TASK_QUEUE),
            starter=self.starter,
            relay=self.relay,
            post=SmtpPost(self.sink.host, self.sink.port, start_tls=False),
        )

    @property
    def settings(self) -> Settings:
        """As the environment of a process of this house would give them."""
        return Settings(
            database_url=self.database.engine.url.render_as_string(hide_password=False),
            temporal_address=self._address,
            encryption_keys={"test": KEY},
            smtp_host=self.sink.host,
            smtp_port=self.sink.port,
            smtp_use_tls=False,
            mail_from="pep@authority.example",
            site_url="https://pep.authority.example",
            finance_url=self.finance.url,
            finance_token=TOKEN,
            data_dir=self.folder,
        )

    async def looks(self, *names: str) -> list[str]:
        """Walk every round once, or these; gives the names of those that could not see."""
        blind = []
        for one in rounds_of(self.watch, self.patience):
            if one.name in names or not names:
                try:
                    await one.walk()
                except Exception:  # as the watch itself: the next round goes on
                    blind.append(one.name)
        return blind

    def pass_by(self, time: timedelta = A_MINUTE) -> None:
        """The record's clock goes on, and Temporal's does not."""
        self.clock.instant += time

    async def problems(self, *kinds: ProblemKind) -> list[ProblemRow]:
        """The problems that there are, resolved or not, the oldest first; of these kinds."""
        query = select(ProblemRow).order_by(ProblemRow.id)
        async with self.database.transaction() as session:
            rows = list((await session.execute(query)).scalars())
        return [row for row in rows if not kinds or row.kind in kinds]

    async def problem(self, kind: ProblemKind) -> ProblemRow:
        """The only problem of a kind."""
        (row,) = await self.problems(kind)
        return row

    async def findings(self, kind: ProblemKind, *, still: bool | None = None) -> list[Finding]:
        """What was seen stuck of a kind: all of it, what is `still` stuck, or what is not any more."""
        query = select(Finding).join(ProblemRow, ProblemRow.id == Finding.problem_id).where(ProblemRow.kind == kind)
        async with self.database.transaction() as session:
            rows = list((await session.execute(query.order_by(Finding.id))).scalars())
        return [row for row in rows if still is None or (row.gone_at is None) == still]

    async def finding(self, kind: ProblemKind) -> Finding:
        """The only thing of a kind that is still stuck."""
        (row,) = await self.findings(kind, still=True)
        return row

    async def sweep(self, name: str) -> Sweep:
        async with self.database.transaction() as session:
            return await session.get_one(Sweep, name)

    async def attempts(self, *, succeeded: bool) -> list[Attempt]:
        """What the worker has noted."""
        query = select(Attempt).where(Attempt.succeeded == succeeded, ~Attempt.at_once).order_by(Attempt.id)
        async with self.database.transaction() as session:
            return list((await session.execute(query)).scalars())

    async def open_reviews(self, *children: str, acts: Sequence[Played] = ()) -> None:
        """A Temporal in which these children's reviews are open and these acts are done; no worker runs any more."""
        await self.start_temporal()
        await self.begin(*children)
        async with self.working():
            await self.settled()
            for child in children:
                await until(lambda child=child: self.has_review(child))  # type: ignore[misc]
                await until(lambda child=child: self.has_nothing_to_do(child))  # type: ignore[misc]
            assert all(await self.take(list(acts)))

    async def signed_off(self) -> str:
        """C1's plan is signed off and nobody has paid yet, as no worker runs; gives the review's workflow."""
        await self.open_reviews("C1", acts=acts_of("prompt_term")[:SIGN_OFF])
        await self.take([acts_of("prompt_term")[SIGN_OFF]])
        return await self.review_of("C1")

    async def connected(self) -> Client:
        """A client that a worker can use."""
        return await connect(self._address, "default", self._ring, identity=identity_of("worker"))

    async def has_nothing_to_do(self, child: str) -> bool:
        """Whether a child's cycle and review have nothing to do now; the record starts the review a moment later."""
        runs = await self.watch.sight.runs([await self.cycle_of(child), await self.review_of(child)])
        return all(run is not None and run.taken_up and not run.task_attempt for run in runs.values())

    @asynccontextmanager
    async def worker_process(self, part: str = "worker") -> AsyncIterator[asyncio.subprocess.Process]:
        """The worker, or another part, as a process of its own, by real time; killed at the end where it still runs."""
        given = self.settings
        environment = {
            "PATH": "/usr/bin:/bin",
            "PEP_DATABASE_URL": given.database_url,
            "PEP_TEMPORAL_ADDRESS": given.temporal_address,
            "PEP_ENCRYPTION_KEYS": "test:" + "a2tr" * 10 + "a2s=",
            "PEP_SMTP_HOST": given.smtp_host,
            "PEP_SMTP_PORT": str(given.smtp_port),
            "PEP_SMTP_USE_TLS": "false",
            "PEP_MAIL_FROM": given.mail_from,
            "PEP_SITE_URL": given.site_url,
            "PEP_DATA_DIR": str(self.folder),
            "PEP_LOG_LEVEL": "ERROR",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", part, cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
