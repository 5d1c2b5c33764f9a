"""`./pep up`: the whole service on this machine, until it is told to stop."""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import settings
from local import first_start, ports, run_file
from local.errors import LocalError, StartFailedError
from local.postgres import EmbeddedPostgres
from local.program import Program
from local.supervisor import Say, Supervisor
from local.surroundings import DATABASE, FIRST_PORT, Ports, Surroundings, adopt, ensure_key
from local.temporal_server import TemporalServer

_DYING = 10.0
"""Seconds that the parts of a killed service have to give their ports back."""
_REMINDER = 30.0
"""Seconds after which a start that is not ready yet says what it waits for."""


async def _migrate(database_url: str) -> None:
    migrations = importlib.import_module("store.migrate")
    try:
        await migrations.upgrade(database_url)
    except migrations.TablesInUseError as error:
        raise StartFailedError(str(error)) from None


async def _load_demonstration(configured: settings.Settings, say: Say) -> None:
    await importlib.import_module("local.demonstration").load(configured, say)


async def _introduce_people(configured: settings.Settings, mailbox_url: str | None, say: Say) -> None:
    await importlib.import_module("local.demonstration_people").introduce_in(configured, mailbox_url, say)


@dataclass(frozen=True)
class Product:
    """What runs on PostgreSQL and Temporal. The parts are imported late: a start first starts what takes longest.

    The worker first starts every open workflow that Temporal does not have: the demonstration's, which were played
    elsewhere, and any that a power cut has cost the dev server (`local/temporal_server.py`).
    """

    worker: Sequence[str] = (sys.executable, "-m", "worker", "--rebuild")
    web: Sequence[str] = (sys.executable, "-m", "web")
    watch: Sequence[str] = (sys.executable, "-m", "watch")
    migrate: Callable[[str], Awaitable[None]] = _migrate
    load_demonstration: Callable[[settings.Settings, Say], Awaitable[None]] = _load_demonstration
    introduce_people: Callable[[settings.Settings, str | None, Say], Awaitable[None]] = _introduce_people


def tell(line: str) -> None:
    """A line to the person at the terminal, if there still is one."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more, for instance after `| head`. The service goes on; Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(
    data: Path | None = None,
    port: int = FIRST_PORT,
    empty: bool = False,
    *,
    product: Product = Product(),
    say: Say = tell,
) -> int:
    """Run the service in the foreground until SIGTERM, SIGINT or SIGHUP. The exit status: 1 when it could not start.

    `data` defaults to PEP_DATA_DIR, else `.pep-data` beside the code; a new one gets the demonstration unless `empty`.
    """
    folder = data or Path(os.environ.get("PEP_DATA_DIR") or settings.ROOT / ".pep-data")
    try:
        surroundings = Surroundings(folder.absolute(), Ports.from_first(port), dict(os.environ))
        with run_file.only_service(surroundings.data) as was_killed:
            asyncio.run(_run(surroundings, product, say, empty=empty, was_killed=was_killed))
    except (LocalError, settings.SettingsError) as error:
        say(str(error))
        return 1
    return 0


async def _run(surroundings: Surroundings, product: Product, say: Say, *, empty: bool, was_killed: bool) -> None:
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await ports.refuse_taken(surroundings.used_ports(), _DYING if was_killed else 0)
    service = Service(surroundings, product, say)
    work = [service.run(empty=empty), service.supervisor.given_up(), asked.wait()]
    tasks = [asyncio.create_task(coroutine) for coroutine in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        say("Stopping ...")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await service.supervisor.stop()
    say("Stopped.")


class Service:
    """The parts of one service and the order in which they start."""

    def __init__(self, surroundings: Surroundings, product: Product, say: Say) -> None:
        self.supervisor = Supervisor(say)
        self._surroundings, self._product, self._say = surroundings, product, say
        self._data, self._logs = surroundings.data, surroundings.data / "logs"

    async def run(self, *, empty: bool) -> None:
        """Start everything, say where it is, and stay."""
        clock = asyncio.get_running_loop().time
        began = clock()
        ensure_key(self._data)
        first = first_start.decide(self._data, wanted=self._surroundings.all_own and not empty)
        if first.clear:
            first_start.clear(self._data)
        mailbox = asyncio.create_task(self._start_mailbox())  # only a demonstration has to wait for it
        await self._start_stores(fresh=first.clear)
        configured = settings.load()
        if first.load:
            await mailbox
            await self._product.load_demonstration(configured, self._say)
            first_start.loaded(self._data)
        await self._start_product()
        await mailbox
        run = self._surroundings.run(configured)
        run_file.write(self._data, run)
        await self._until_ready()
        self.supervisor.ready()
        await self._start_watch()
        self._introduce(run)
        await self._product.introduce_people(configured, run.mailbox_url, self._say)
        self._say(f"Ready after {clock() - began:.1f} s. Ctrl-C stops everything.")
        await asyncio.Event().wait()

    async def _start_stores(self, *, fresh: bool) -> None:
        """PostgreSQL with its tables and Temporal, side by side; afterwards our environment names them."""
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(self._start_database(fresh=fresh))
                if self._surroundings.own_temporal:
                    together.create_task(self.supervisor.start(1, self._temporal()))
        except* (LocalError, settings.SettingsError) as group:
            raise group.exceptions[0] from None

    async def _start_mailbox(self) -> None:
        if self._surroundings.own_mailbox:
            await self.supervisor.start(1, self._mailbox())

    async def _start_database(self, *, fresh: bool) -> None:
        url = await self._own_database(fresh=fresh) if self._surroundings.own_database else None
        adopt(self._surroundings.environment(url))
        try:
            await self._product.migrate(settings.load().database_url)
        except OSError:
            raise StartFailedError(
                "The database did not answer. Check that it runs and that PEP_DATABASE_URL names it."
            ) from None

    async def _own_database(self, *, fresh: bool) -> str:
        postgres = EmbeddedPostgres(self._data / "postgres", log=self._log("postgres"))
        await self.supervisor.start(0, postgres)
        if fresh:
            await postgres.drop_database(DATABASE)
        if not await postgres.has_database(DATABASE):
            await postgres.create_database(DATABASE)
        return postgres.url(DATABASE)

    def _temporal(self) -> TemporalServer:
        where = self._surroundings.ports
        database = self._data / "temporal" / "temporal.db"
        return TemporalServer(database, port=where.temporal, ui_port=where.temporal_ui, log=self._log("temporal"))

    def _mailbox(self) -> Program:
        where = self._surroundings.ports
        command = [sys.executable, "-m", "local.mailbox", "--smtp-port", str(where.smtp)]
        command += ["--http-port", str(where.mailbox), "--folder", str(self._data / "mail")]
        return self._program("mailbox", command, partial(_all_listen, where.smtp, where.mailbox))

    async def _start_product(self) -> None:
        await self.supervisor.start(2, self._program("worker", self._product.worker))
        await self.supervisor.start(2, self._program("web", self._product.web))

    async def _start_watch(self) -> None:
        """Last: nobody waits for it, and it would take its part of the machine while everybody waits for the pages."""
        await self.supervisor.start(2, self._program("watch", self._product.watch))

    def _program(
        self, name: str, command: Sequence[str], ready: Callable[[], Awaitable[bool]] | None = None
    ) -> Program:
        environment, log = {**os.environ, "PYTHONUNBUFFERED": "1"}, self._log(name)
        return Program(name, command, environment=environment, folder=settings.ROOT, log=log, ready=ready)

    async def _until_ready(self) -> None:
        clock = asyncio.get_running_loop().time
        reminder = clock() + _REMINDER
        while not await ports.answers(self._surroundings.ports.web, "/ready"):
            if clock() > reminder:
                self._say(f"Not ready yet; {self._surroundings.web_url}/ready says what is missing. Still waiting.")
                reminder = clock() + _REMINDER
            await asyncio.sleep(0.1)

    def _introduce(self, run: run_file.Run) -> None:
        temporal = (
            f"{run.temporal_address}   pages {run.temporal_ui_url}" if run.temporal_ui_url else run.temporal_address
        )
        mailbox = f"{run.mailbox_url}   takes mail at {run.smtp_host}:{run.smtp_port}" if run.mailbox_url else "none"
        lines = {"Pages": run.web_url, "Mailbox": mailbox, "Temporal": temporal, "Data": self._data, "Logs": self._logs}
        self._say("\n" + "\n".join(f"  {name:<10}{where}" for name, where in lines.items()) + "\n")

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


async def _all_listen(*numbers: int) -> bool:
    return all([await ports.listens(number) for number in numbers])
