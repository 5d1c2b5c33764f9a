"""`./pep calendar`: the layers of a school's calendar, and `./pep import closures` and `ics`, which bring them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.table import Table

from casework.calendar_imports import import_closures, import_ics, known_terms, stored_terms
from casework.closed_days_file import check_closed_days
from casework.ics_file import Asked, check_ics
from casework.imports import ImportRefusedError, refuse_faults
from commands.errors import UsageError
from commands.files import content_of
from commands.imports import imported, refusals, would_do
from commands.service import is_running, opened
from commands.telling import say, say_table
from contracts.calendar import Term
from store.bank_holidays import SOURCE
from store.calendar_layers import Layers, layers_of
from store.calendar_tables import TermRow
from store.calendars import UnknownCalendarError

_Line = tuple[date, date, str, str, bool]
"""From, to, what it is, where it came from, whether it is verified."""


async def closures(file: Path, data: Path | None, *, dry_run: bool) -> None:
    """Import closed days, or with `dry_run` only say what is wrong with them. Raises CommandError.

    A dry run checks calendars and terms where a service runs.
    """
    content = content_of(file)
    with refusals():
        if dry_run:
            known = None
            if is_running(data):
                async with opened(data) as service, service.database.transaction() as session:
                    known = await known_terms(session)
            checked = check_closed_days(content, known)
            refuse_faults(checked)
            would_do(file, len(checked.rows), "closed days", checked.warnings)
            return
        await imported(
            data,
            lambda service, on_new_terms: import_closures(
                service.database, service.clock, content, source_name=file.name, on_new_terms=on_new_terms
            ),
        )


async def ics(file: Path, asked: Asked, data: Path | None, *, dry_run: bool) -> None:
    """Import a school's published calendar, or with `dry_run` only say how it is read. Raises CommandError."""
    content = content_of(file)
    with refusals():
        if dry_run:
            await _try_ics(file, content, asked, data)
            return
        await imported(
            data,
            lambda service, on_new_terms: import_ics(
                service.database, service.clock, content, asked, on_new_terms=on_new_terms
            ),
        )
        if not asked.verified:
            say(f"These dates are unverified until somebody confirms them. See them: ./pep calendar {asked.calendar}")


async def show(code: str, data: Path | None) -> None:
    """Print the layers of a calendar. Raises UsageError for one that is unknown where there is no other to take."""
    async with opened(data) as service, service.database.transaction() as session:
        try:
            layers = await layers_of(session, code)
        except UnknownCalendarError as error:
            raise UsageError(str(error)) from None
    say(_heading(layers))
    say_table(_table(layers))


async def _try_ics(file: Path, content: bytes, asked: Asked, data: Path | None) -> None:
    stored = []
    if is_running(data):
        async with opened(data) as service, service.database.transaction() as session:
            stored = await stored_terms(session)
    checked = check_ics(content, asked, stored)
    if checked.faults:
        raise ImportRefusedError(checked.faults, checked.warnings)
    for term in checked.terms:
        dates = f"{term.term.first_day} to {term.term.last_day}, {_half_term(term.term)}"
        say(f"The {term.term.label}: {dates} (line {term.line}).")
    for day in checked.closed_days:
        say(f"{day.day}: {day.kind.value} (line {day.line}).")
    would_do(file, len(checked.terms), f"terms, {len(checked.closed_days)} closed days", checked.warnings)


def _half_term(term: Term) -> str:
    if term.half_term_first is None:
        return "without a half term"
    return f"half term {term.half_term_first} to {term.half_term_last}"


def _heading(layers: Layers) -> str:
    if layers.borrowed_from is not None:
        whose = f"the authority's ({layers.borrowed_from})"
        return f"{layers.code} has no term dates of its own. These are {whose}: unverified until its own are imported."
    verified = "verified" if layers.verified else "unverified: somebody should compare it with the school's own dates"
    return f"{layers.code}: {layers.name}, version {layers.version}, {verified}."


def _table(layers: Layers) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("From", "To", "What", "Source", "Verified"):
        table.add_column(heading)
    for first, last, what, source, verified in sorted(_lines(layers)):
        table.add_row(str(first), "" if last == first else str(last), what, source, "yes" if verified else "no")
    return table


def _lines(layers: Layers) -> Iterator[_Line]:
    for term in layers.terms:
        yield from _lines_of_term(term, sure=term.verified and layers.borrowed_from is None)
    for day in layers.closed_days:
        yield day.day, day.day, "INSET day" if day.kind == "inset" else "closed day", day.source, day.verified
    for holiday in layers.bank_holidays:
        yield holiday.day, holiday.day, f"bank holiday: {holiday.name}", SOURCE, True


def _lines_of_term(term: TermRow, *, sure: bool) -> Iterator[_Line]:
    yield term.first_day, term.last_day, f"{term.name} term {term.academic_year}", term.source, sure
    if term.half_term_first and term.half_term_last:
        yield term.half_term_first, term.half_term_last, "half term", term.source, sure
    for day in term.closed_days:
        yield day, day, "closed day", term.source, sure
