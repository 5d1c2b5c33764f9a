"""A small service for the commands: a real database, found by its data folder; Temporal is away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

import settings
from casework.cycles import begin_many, open_review
from casework.imports import import_roll
from contracts.clock import london_date
from local import run_file
from local.ports import free_port
from local.run_file import Run
from local.surroundings import ensure_key
from rules.year_groups import academic_year_of
from store.calendar_tables import CalendarRow, TermRow
from store.cases import find_case
from store.clock import DatabaseClock
from store.database import Database
from tests.cli.commands import Ended, pep
from tests.support.import_files import roll_of

CHILD = "C001"


@dataclass(frozen=True)
class Service:
    """A data folder in which a service seems to run, and its database."""

    data: Path
    database: Database

    async def pep(self, *arguments: str) -> Ended:
        return await pep(*arguments, "--data", str(self.data))


@pytest.fixture
async def service(tmp_path: Path, database: Database) -> AsyncIterator[Service]:
    """Nothing is in its database yet."""
    data = tmp_path / "data"
    with run_file.only_service(data):
        ensure_key(data)
        run_file.write(
            data,
            Run(
                pid=1,
                database_url=database.engine.url.render_as_string(hide_password=False),
                temporal_address=f"127.0.0.1:{free_port()}",
                web_url="http://127.0.0.1:1",
                smtp_host="127.0.0.1",
                smtp_port=free_port(),
                mailbox_url=None,
                temporal_ui_url=None,
            ),
        )
        yield Service(data, database)


@pytest.fixture
async def child(service: Service) -> str:
    """A child whose review of a term that is under way now has opened; gives the reference."""
    database, clock = service.database, DatabaseClock(service.database)
    now = await clock.now()
    today = london_date(now)
    year = academic_year_of(today)
    async with database.transaction() as session:
        session.add(CalendarRow(code="oak", name="Oak schools", version=1, verified=True))
        await session.flush()
        dates = {"first_day": today - timedelta(days=30), "last_day": today + timedelta(days=100)}
        session.add(TermRow(calendar="oak", academic_year=year, name="autumn", closed_days=[], source="", **dates))
    await import_roll(
        database,
        clock,
        roll_of(),
        source_name="roll.csv",
        on_new_cases=lambda session, case_ids: begin_many(session, case_ids, now),
    )
    async with database.transaction() as session:
        case = await find_case(session, CHILD)
        assert case
        await open_review(session, case.id, f"{year} autumn", now)
    return CHILD


@pytest.fixture(autouse=True)
def nothing_of_ours_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (settings.variable_of(name) for name in settings.Settings.model_fields):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    monkeypatch.setenv("PEP_DATA_DIR", str(tmp_path / "nobody-runs-here"))
