"""The service that a command talks to: found by its data folder, or by the PEP_ settings of a production stack."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client

import settings
from commands.errors import CommandError, NotRunningError
from connecting import client_for
from contracts.clock import Clock
from local import run_file
from local.run_file import Run
from local.surroundings import key_file
from settings import Settings
from starter.connect import TemporalUnreachableError
from starter.relay import Relay
from starter.starting import Starter
from starter.watching import Watch
from store.clock import DatabaseClock
from store.database import Database
from store.messages import workflows_with_untold
from web.courier import Courier

MAIL_FROM = "Virtual School <pep@virtual-school.example>"
"""The sender in an embedded service to which no other was given (`local.surroundings`)."""
SWEEP_BUDGET = 5.0
"""Seconds in which an import tells Temporal what it can. The worker tells the rest."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service's parts as a command uses them. Temporal is asked when it is needed, and may be away."""

    settings: Settings
    database: Database
    clock: Clock
    client: Client
    relay: Relay

    async def tell(self, workflow_ids: tuple[str, ...]) -> bool:
        """Whether Temporal has every message for these workflows, within a person's patience."""
        return await Courier(self.relay).tell(workflow_ids)

    async def tell_what_waits(self) -> None:
        """Tell Temporal what an import left to be told, as far as the time goes; not at all while it is away."""
        try:
            async with asyncio.timeout(SWEEP_BUDGET):
                await Watch(self.client, self.settings.task_queue).last_poll()
                while await self.relay.sweep() == 0 and await self._something_waits():
                    pass
        except (TimeoutError, SQLAlchemyError, TemporalUnreachableError):
            return

    async def _something_waits(self) -> bool:
        async with self.database.transaction() as session:
            return bool(await workflows_with_untold(session, limit=1))


@asynccontextmanager
async def opened(data: Path | None) -> AsyncIterator[Service]:
    """The parts of the service, closed afterwards. Raises NotRunningError and SettingsError."""
    given = find(data)
    database = Database(given.database_url)
    try:
        clock = DatabaseClock(database)
        client = await client_for("cli", given, lazy=True)
        relay = Relay(database, clock, client, Starter(client, given.task_queue))
        yield Service(given, database, clock, client, relay)
    finally:
        await database.close()


def find(data: Path | None) -> Settings:
    """The settings of the service: of the folder that was named; else those of the environment, where it names a
    database; else of the service that runs in the usual folder. Raises NotRunningError and SettingsError."""
    if data is not None:
        return _of_folder(data)
    if os.environ.get("PEP_DATABASE_URL") or os.environ.get("PEP_DATABASE_URL_FILE"):
        return settings.load()
    return _of_folder(data_folder())


def data_folder(data: Path | None = None) -> Path:
    """The data folder that was named, else PEP_DATA_DIR, else the usual one."""
    return data or Path(os.environ.get("PEP_DATA_DIR") or settings.ROOT / ".pep-data")


def is_running(data: Path | None) -> bool:
    """Whether there is a service to talk to."""
    try:
        find(data)
    except NotRunningError:
        return False
    return True


def _of_folder(folder: Path) -> Settings:
    run = run_file.running(folder.absolute())
    if run is None:
        raise NotRunningError
    return _of_run(folder.absolute(), run)


def _of_run(folder: Path, run: Run) -> Settings:
    """What the running service works with. Where it was given a setting of its own, so must this command be."""
    # The file is the service's own; what the environment says of these names is about another one.
    given: dict[str, object] = {
        "database_url": run.database_url,
        "temporal_address": run.temporal_address,
        "smtp_host": run.smtp_host,
        "smtp_port": run.smtp_port,
        "site_url": run.web_url,
        "data_dir": folder,
    }
    if not any(os.environ.get(name) for name in ("PEP_ENCRYPTION_KEYS", "PEP_ENCRYPTION_KEYS_FILE")):
        given["encryption_keys"] = key_file(folder).read_text(encoding="utf-8").strip()
    if not os.environ.get("PEP_MAIL_FROM"):
        given["mail_from"] = MAIL_FROM
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError:
        raise CommandError(
            "A PEP_ variable of this shell cannot be used; ./pep up says which and why. Unset it or correct it."
        ) from None
