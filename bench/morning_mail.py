"""How long the letters of 500 reviews take that are due at the same 08:00, on a mail server of a given slowness.

.venv/bin/python -m bench.morning_mail [milliseconds a letter, 100 by default]
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from activities.letters import Letters
from bench.import_roll import roll
from bench.invented_years import term_dates
from casework.authority import AuthorityDetails, set_up
from casework.clockwork import open_when_due, pass_time
from casework.imports import import_roll, import_terms
from local.postgres import EmbeddedPostgres
from post.smtp import SmtpPost
from rehearsal.clock import ConductedClock
from rules.progress import next_wake
from store.database import Database
from store.migrate import upgrade
from store.tables import Case
from worker import LETTERS_AT_ONCE

REVIEWS = 500
OPENS = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)


@dataclass(frozen=True)
class SlowServer:
    """Takes every letter, each after a while."""

    seconds: float

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds)
        return "250 taken"


async def main(milliseconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="pep-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        await server.start()
        url = await server.create_database("pep")
        await upgrade(url)
        database, clock = Database(url), ConductedClock(OPENS)
        await _write_the_letters(database, clock)
        loop = asyncio.get_running_loop()
        mail = await loop.create_server(
            lambda: SMTP(SlowServer(milliseconds / 1000), hostname="localhost", loop=loop), "127.0.0.1", 0
        )
        post = SmtpPost("127.0.0.1", mail.sockets[0].getsockname()[1])
        letters = Letters(database, clock, post, sender="vs@council.example", site_url="https://pep.council.example")
        began = time.monotonic()
        sent = await asyncio.gather(*(letters.send_due() for _ in range(LETTERS_AT_ONCE)))
        took = time.monotonic() - began
        print(f"{sum(sent)} letters in {took:.1f} s, {1000 * took / sum(sent):.0f} ms each, {LETTERS_AT_ONCE} at once")
        mail.close()
        await database.close()
        await server.stop()


async def _write_the_letters(database: Database, clock: ConductedClock) -> None:
    """Everybody's review opens, and its clock has its first turn, at the same instant."""
    await set_up(database, AuthorityDetails("Exampleshire", "vs@council.example"))
    await import_terms(database, clock, term_dates(2026, 1), source_name="terms")
    await import_roll(database, clock, roll(), source_name="roll", academic_year="2026/27")
    async with database.transaction() as session:
        cases = list((await session.execute(select(Case.id).order_by(Case.ref).limit(REVIEWS))).scalars())
    for case_id in cases:
        async with database.transaction() as session:
            review, _ = await open_when_due(session, case_id, "2026/27 autumn", OPENS)
        wake = next_wake(review.plan, review.standing) if review else None
        if review is None or wake is None:
            continue
        clock.instant = max(clock.instant, wake)
        async with database.transaction() as session:
            await pass_time(session, review.plan.review_id, wake)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if sys.argv[1:] else 100.0))
