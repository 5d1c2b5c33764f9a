"""How long somebody waits for their list as a file, with 2,300 children whose reviews are open and arranged.

.venv/bin/python -m bench.my_list
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bench.import_roll import roll
from bench.invented_years import term_dates
from casework.cycles import open_review
from casework.imports import import_roll, import_terms
from casework.take import Casework
from contracts.people import Role
from local.postgres import EmbeddedPostgres
from store.cases import person_with
from store.database import Database
from store.migrate import upgrade
from store.record_reads import note_reads
from store.tables import Case, StaffRole
from web.epep.take_away.my_list import HEADER, my_list
from web.epep.take_away.sheets import as_csv, as_xlsx

NOW = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
TERM = "2026/27 autumn"


class _Standing:
    async def now(self) -> datetime:
        return NOW


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pep-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        await server.start()
        url = await server.create_database("pep")
        await upgrade(url)
        database = Database(url)
        await _fill(database)
        async with database.transaction() as session:
            person_id = await person_with(session, "vs@council.example")
            session.add(StaffRole(person_id=person_id, role=Role.VIRTUAL_SCHOOL))
        for _ in range(3):
            await _measure(database, person_id)
        await database.close()
        await server.stop()


async def _fill(database: Database) -> None:
    clock = _Standing()
    await import_terms(database, clock, term_dates(2026, 1), source_name="terms")
    await import_roll(database, clock, roll(), source_name="roll", academic_year="2026/27")
    async with database.transaction() as session:
        cases = [(case.id, case.ref) for case in (await session.execute(select(Case))).scalars()]
        for case_id, _ in cases:
            await open_review(session, case_id, TERM, NOW)
    casework = Casework(database, clock)
    for _, ref in cases:
        await casework.take(ref, {"action": "arrange_meeting", "by": "social_worker", "on": "2026-10-14"})


async def _measure(database: Database, person_id: int) -> None:
    began = time.monotonic()
    async with database.seen_by(person_id) as session:
        found = await my_list(session, person_id)
        read = time.monotonic()
        await note_reads(session, person_id, found.named, "work.csv", NOW)
    noted = time.monotonic()
    rows = found.rows(NOW)
    worded = time.monotonic()
    as_csv(HEADER, rows)
    comma = time.monotonic()
    as_xlsx(HEADER, rows, NOW)
    steps = {"read": read - began, "noted": noted - read, "worded": worded - noted, "csv": comma - worded}
    steps["xlsx"] = time.monotonic() - comma
    print(f"{len(rows)} rows: " + ", ".join(f"{name} {1000 * seconds:.0f} ms" for name, seconds in steps.items()))


if __name__ == "__main__":
    asyncio.run(main())
