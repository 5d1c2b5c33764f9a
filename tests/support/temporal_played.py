"""The acts files of tests/acts, played on the time-skipping server with the real worker, PostgreSQL and mail."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local.postgres import EmbeddedPostgres
from post.smtp import SmtpPost
from rehearsal.acts_file import Played, read_acts
from rehearsal.conductor import Conductor
from rehearsal.house import House, Outlets, opened
from rehearsal.journal import journal
from rehearsal.people import ActsFromFile
from rehearsal.play import Programme, begin, scene_of
from tests.support.database import fresh_database
from tests.support.smtp_sink import Received, SmtpSink

ACTS = Path(__file__).parents[1] / "acts"
TERMS = (ACTS / "term_dates.csv").read_bytes()
ROLL = (ACTS / "roll.csv").read_bytes()
NAMES = (
    "prompt_term", "moved", "designated_teacher_late", "social_worker_late", "returned", "over_half_term",
    "arranged_in_half_term",
)  # fmt: skip
"""Every acts file. C2 is in none of them: nobody does anything for that child."""
SENDER = "pep@authority.example"
Row = dict[str, Any]


@dataclass(frozen=True)
class Theatre:
    """What a play left behind: the journal, and the mail that arrived."""

    rows: list[Row]
    mail: Sequence[Received]

    def of(self, child: str, what: str | None = None, term: str = "autumn") -> list[Row]:
        """The rows of a child's term, or those of one kind."""
        of_the_term = [row for row in self.rows if (row["child"], row["term"]) == (child, term)]
        return [row for row in of_the_term if what in (None, row["what"])]

    def letters(self, child: str, *kinds: str, term: str = "autumn") -> list[tuple[str, str, str]]:
        """When, what and to whom; of some kinds or of all."""
        letters = self.of(child, "letter", term)
        return [(row["at"], row["kind"], row["to"]) for row in letters if not kinds or row["kind"] in kinds]


def acts_of(*names: str) -> list[Played]:
    """The acts of some files together, in order of time."""
    text = "".join((ACTS / f"{name}.jsonl").read_text() for name in names)
    return read_acts(text)


async def played(
    postgres: EmbeddedPostgres,
    acts: list[Played],
    until: datetime,
    at_the_end: Callable[[House], Awaitable[None]] | None = None,
) -> Theatre:
    """Play the roll of tests/acts from the autumn term's first day until an instant (UTC)."""
    programme = Programme(TERMS, ROLL, "2026/27", acts=tuple(acts))
    start = scene_of(programme).start
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="pep-played-")))
        sink = await stack.enter_async_context(SmtpSink())
        database = await stack.enter_async_context(fresh_database(postgres))
        post = SmtpPost(sink.host, sink.port, start_tls=False)
        outlets = Outlets(post, SENDER, "https://pep.authority.example", folder)
        url = database.engine.url.render_as_string(hide_password=False)
        house = await stack.enter_async_context(opened(start, url, outlets))
        await begin(house, programme)
        await Conductor(house, ActsFromFile(acts), lambda _: None).play(until)
        async with house.database.transaction() as session:
            rows = await journal(session)
        if at_the_end:
            await at_the_end(house)
        return Theatre(rows, sink.received)
