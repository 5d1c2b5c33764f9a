"""The edge cases of PROCESS.md, played: the acts files of tests/acts/edge_cases, a season a play (its README.md)."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiosmtpd.smtp import Envelope, Session
from sqlalchemy import select

from contracts.calendar import TermName
from local.postgres import EmbeddedPostgres
from post.smtp import SmtpPost
from rehearsal.acts_file import Played, read_acts
from rehearsal.conductor import Conductor
from rehearsal.house import House, Outlets, opened
from rehearsal.journal import journal
from rehearsal.people import ActsFromFile
from rehearsal.play import Programme, begin, scene_of
from store.base import Table
from store.money_tables import FundingRow, GrantCorrection, GrantRow
from store.tables import Case, CaseEvent
from tests.support.database import fresh_database
from tests.support.smtp_sink import SmtpSink
from tests.support.temporal_played import SENDER, Row, Theatre

EDGE_CASES = Path(__file__).parents[1] / "acts" / "edge_cases"
TERMS = (EDGE_CASES / "term_dates.csv").read_bytes()
BOUNCES = "bounces.example"
"""No mail to this domain is ever taken."""


@dataclass(frozen=True)
class EdgeCases(Theatre):
    """A season's play: the journal, the mail that arrived, and rows of the record that no journal shows."""

    grants: list[dict[str, Any]] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)
    funding: list[dict[str, Any]] = field(default_factory=list)
    refused_mail: list[dict[str, Any]] = field(default_factory=list)

    def mailed(self, child: str, after: str, until: str = "9999") -> set[str]:
        """The addresses that got mail about a child between two days, the first included (`2026-10-16`)."""
        about = [(at, address) for at, subject, address in self._read if child in subject]
        return {address for at, address in about if after <= at < until}

    @cached_property
    def _read(self) -> list[tuple[str, str, str]]:
        """When each mail was dated, its subject, and to whom it went."""
        messages = [(mail.message, mail.recipients) for mail in self.mail]
        return [
            (message["Date"].datetime.isoformat(), str(message["Subject"]), address)
            for message, recipients in messages
            for address in recipients
        ]

    def stages(self, child: str, term: str = "autumn") -> list[str]:
        """The stages of a child's term in their order, each with its day."""
        return [f"{row['at'][:10]} {row['stage']}" for row in self.of(child, "stage", term)]

    def refusals(self, child: str, term: str = "autumn") -> list[tuple[str, list[str]]]:
        """What was refused, and by which rules."""
        return [(row["action"], row["rules"]) for row in self.of(child, "refused", term)]

    def said(self, child: str, action: str, term: str = "autumn") -> list[str]:
        """The sentences of the refusals of an act."""
        refused = [row for row in self.of(child, "refused", term) if row["action"] == action]
        return [sentence for row in refused for sentence in row["sentences"]]

    def due(self, child: str, name: str, term: str = "autumn") -> list[tuple[str, str]]:
        """Each day that a deadline was set to, and the day on which it was."""
        found = [row for row in self.of(child, "deadline", term) if row["name"] == name]
        return [(row["at"][:10], row["on"]) for row in found]


class BouncingSink(SmtpSink):
    """Takes all mail but that for one domain, whose addresses are not there."""

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if address.endswith(f"@{BOUNCES}"):
            return "550 no such user"
        return await super().handle_RCPT(server, session, envelope, address, options)


def stories_of(season: str) -> list[Played]:
    """All acts of a season's stories, in order of time."""
    return read_acts("".join(path.read_text() for path in sorted((EDGE_CASES / season).glob("*.jsonl"))))


def programme_of(season: str, year: str, term: TermName) -> Programme:
    """What a season's play begins with: the first day of that term."""
    roll = (EDGE_CASES / season / "roll.csv").read_bytes()
    return Programme(TERMS, roll, year, term, acts=tuple(stories_of(season)))


async def performed(postgres: EmbeddedPostgres, programme: Programme, until: datetime) -> EdgeCases:
    """Play a season from its first day until an instant (UTC)."""
    acts = list(programme.acts or ())
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="pep-edge-cases-")))
        sink = await stack.enter_async_context(BouncingSink())
        database = await stack.enter_async_context(fresh_database(postgres))
        post = SmtpPost(sink.host, sink.port, start_tls=False)
        outlets = Outlets(post, SENDER, "https://pep.authority.example", folder)
        url = database.engine.url.render_as_string(hide_password=False)
        house = await stack.enter_async_context(opened(scene_of(programme).start, url, outlets))
        await begin(house, programme)
        await Conductor(house, ActsFromFile(acts), lambda _: None).play(until)
        async with house.database.transaction() as session:
            rows = await journal(session)
        return EdgeCases(
            rows,
            sink.received,
            await _rows(house, GrantRow),
            await _rows(house, GrantCorrection),
            await _rows(house, FundingRow),
            [row for row in await _rows(house, CaseEvent) if row["what"] == "letter_refused"],
        )


async def _rows(house: House, table: type[Table]) -> list[Row]:
    """Every row of a table as it is stored; with the child's reference where it is about one."""
    async with house.database.transaction() as session:
        refs = {case.id: case.ref for case in (await session.execute(select(Case))).scalars()}
        found = [
            {column.name: getattr(row, column.name) for column in table.__table__.columns}
            for row in (await session.execute(select(table))).scalars()
        ]
    return [{**row, "child": refs.get(row.get("case_id", ""))} for row in found]
