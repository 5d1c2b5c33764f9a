"""`./pep report`: the figures of the reports page, for who has the command line and for programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from casework.figures import money_for, report_for
from commands.errors import UsageError
from commands.service import opened
from commands.telling import say, say_json, say_table
from contracts.clock import in_words, london_date
from rules.figures.report import NO_SCHOOL, By
from rules.financial_year import financial_year_of
from store.figures import known_terms, places
from web.epep.take_away.sheets import Cell
from web.reports.asked import Asked, Given, asked
from web.reports.money_parts import money_parts
from web.reports.parts import Part, parts_of

_EXPLAINS = "How it is counted"
_NO_TERM = "No review of that term has opened. Terms are written '2026/27 autumn'."


async def show(data: Path | None, *, day: str | None, term: str | None, by: str, as_json: bool) -> None:
    """Print every table of a report. Raises UsageError for a day or term that is none."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            terms = await known_terms(session)
            key = (term or "").replace("/", "-").replace(" ", "-")
            what = asked(Given(key, day or "", by), terms, london_date(now), None)
            if what.problem or not what.academic_year or (key and what.term_key != key):
                raise UsageError(what.problem or _NO_TERM)
            report = await report_for(session, what.scope(terms), what.day, what.by, now)
            year = financial_year_of(what.day)
            money = await money_for(session, what.scope(terms), year, what.day, what.by, now)
            _, schools = await places(session)
    names = {**schools, NO_SCHOOL: "No school place"} if what.by is By.SCHOOL else {}
    parts = [*parts_of(report, names, what.by.in_words), *money_parts(money, names, what.by.in_words)]
    if as_json:
        say_json(_as_json(what, parts, lasts=report.as_of.lasts))
        return
    say(f"The {what.in_words}, {'so far' if report.as_of.lasts else 'at the end of'} {in_words(what.day)}")
    for part in parts:
        say(f"\n{part.title}")
        if part.rows:
            say_table(_table(part))
        else:
            say("Nothing to count.")


def _as_json(what: Asked, parts: Sequence[Part], *, lasts: bool) -> dict[str, Any]:
    """`final` is false while the day lasts: its figures can still change. Sums of money are in pounds."""
    tables = [
        {
            "name": part.name,
            "title": part.title,
            "definition": part.definition,
            "rows": [dict(zip(part.header, row, strict=True)) for row in part.rows],
        }
        for part in parts
    ]
    day, by = what.day.isoformat(), what.by.value
    return {"day": day, "term": what.term_key, "by": by, "final": not lasts, "tables": tables}


def _table(part: Part) -> Table:
    """The numbers alone; how each is counted stands in docs/reports.md and on the page."""
    shown = [place for place, head in enumerate(part.header) if head != _EXPLAINS]
    table = Table()
    for place in shown:
        numeric = any(isinstance(row[place], int | float) for row in part.rows)
        table.add_column(part.header[place], justify="right" if numeric else "left")
    for row in part.rows:
        table.add_row(*(_cell(row[place]) for place in shown))
    return table


def _cell(cell: Cell) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else "" if cell is None else str(cell)
