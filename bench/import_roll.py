"""How long it takes to import the roll of the largest authority of England: 2,300 children, new and then unchanged.

.venv/bin/python -m bench.import_roll
"""

import asyncio
import csv
import io
import tempfile
import time
from pathlib import Path

from bench.invented_years import CALENDAR, term_dates
from casework import roll_file
from casework.imports import import_roll, import_terms
from local.postgres import EmbeddedPostgres
from store.clock import DatabaseClock
from store.database import Database
from store.migrate import upgrade

CHILDREN, SCHOOLS, SOCIAL_WORKERS = 2300, 300, 150


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pep-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        await server.start()
        url = await server.create_database("pep")
        await upgrade(url)
        database = Database(url)
        clock = DatabaseClock(database)
        await import_terms(database, clock, term_dates(2026, 1), source_name="terms")
        for what in ("new", "unchanged"):
            began = time.monotonic()
            report = await import_roll(database, clock, roll(), source_name="roll", academic_year="2026/27")
            print(f"{what:<10}{time.monotonic() - began:6.1f} s, {report.new} new, {report.changes} changes")
        await database.close()
        await server.stop()


def roll() -> bytes:
    rows = [
        [
            f"C{n:05}", f"Child {n}", "Invented", "2016-11-20", "Y5", "", "2024-05-06", f"{900000 + n % SCHOOLS}",
            f"School {n % SCHOOLS}", CALENDAR, f"Teacher {n % SCHOOLS}", f"dt{n % SCHOOLS}@school.example",
            f"Worker {n % SOCIAL_WORKERS}", f"sw{n % SOCIAL_WORKERS}@council.example", "North", "tm@council.example",
            "yes",
        ]
        for n in range(CHILDREN)
    ]  # fmt: skip
    file = io.StringIO()
    csv.writer(file).writerows([roll_file.COLUMNS, *rows])
    return file.getvalue().encode()


if __name__ == "__main__":
    asyncio.run(main())
