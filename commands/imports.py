"""`./pep import`: term dates and rolls, all or nothing, and `./pep authority`, whose they are."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from email.utils import parseaddr
from pathlib import Path

from rich.progress import Progress

from casework import cycles
from casework.authority import AuthorityDetails, UnfitAddressError, set_up
from casework.csv_file import Fault
from casework.imports import (
    ImportRefusedError,
    ImportReport,
    TermsHook,
    check_roll,
    check_terms,
    import_roll,
    import_terms,
    refuse_faults,
)
from casework.roll_file import RollChild
from casework.term_changes import moved_by_roll, redated_by_roll, terms_changed
from commands.clock import SystemClock
from commands.errors import CommandError
from commands.files import content_of
from commands.service import Service, is_running, opened
from commands.telling import complain, progress_bar, say
from contracts.clock import london_date
from store.calendars import UnknownCalendarError, known_codes
from store.cases import the_authority

NAMELESS = "Your authority"
_LONGEST_NAME = 80


async def terms(file: Path, data: Path | None, *, dry_run: bool) -> None:
    """Import term dates, or with `dry_run` only say what is wrong with them. Raises CommandError."""
    content = content_of(file)
    with refusals():
        if dry_run:
            checked = check_terms(content)
            refuse_faults(checked)
            would_do(file, len(checked.rows), "terms", checked.warnings)
            return
        await imported(
            data,
            lambda service, on_new_terms: import_terms(
                service.database, service.clock, content, source_name=file.name, on_new_terms=on_new_terms
            ),
        )


async def roll(file: Path, data: Path | None, *, dry_run: bool, terms_file: Path | None = None) -> None:
    """Import a roll, or with `dry_run` only say what is wrong with it. Raises CommandError.

    A dry run takes the calendars from `terms_file`, else from a running service, else it does not check them.
    """
    content = content_of(file)
    with refusals():
        if dry_run:
            checked = check_roll(content, await _calendars(data, terms_file), london_date(await SystemClock().now()))
            refuse_faults(checked)
            would_do(file, len(checked.rows), _children(checked.rows), checked.warnings)
            return
        await imported(data, lambda service, _: _import_roll(service, file, content))


async def imported(data: Path | None, keep: Callable[[Service, TermsHook], Awaitable[ImportReport]]) -> None:
    """Import into the running service, have the workflows told that it concerns, and print what was done.

    `keep` is given what is to be called, inside the import's transaction, for calendars with other term dates.
    """
    async with opened(data) as service:
        await ensure_authority(service)
        now = await service.clock.now()
        report = await keep(service, lambda session, codes: terms_changed(session, codes, now))
        await service.tell_what_waits()
    _warn(report.warnings)
    for sentence in report.in_words():
        say(sentence)


async def authority(details: AuthorityDetails, data: Path | None) -> None:
    """Name the authority, the addresses of its Virtual School and its own term dates.

    Raises CommandError for a name or an address that cannot be one and for a calendar that is not there.
    """
    if not (details.name.isprintable() and 0 < len(details.name.strip()) <= _LONGEST_NAME):
        raise CommandError(f"The name of an authority has 1 to {_LONGEST_NAME} printable characters. Choose another.")
    async with opened(data) as service:
        now = await service.clock.now()
        try:
            await set_up(
                service.database,
                details,
                on_new_terms=lambda session, codes: terms_changed(session, codes, now),
                now=now,
            )
        except (UnknownCalendarError, UnfitAddressError) as error:
            raise CommandError(str(error)) from None
        await service.tell_what_waits()
    say(f"This is the service of {details.name}. Letters to its Virtual School go to {details.virtual_school_email}.")


async def _import_roll(service: Service, file: Path, content: bytes) -> ImportReport:
    now = await service.clock.now()
    with progress_bar() as bar:
        return await import_roll(
            service.database,
            service.clock,
            content,
            source_name=file.name,
            on_new_cases=lambda session, case_ids: cycles.begin_many(session, case_ids, now),
            on_moved_case=lambda session, case_id: moved_by_roll(session, case_id, now),
            on_redated_case=lambda session, case_id: redated_by_roll(session, case_id, now),
            progress=_on(bar),
        )


async def _calendars(data: Path | None, terms_file: Path | None) -> set[str] | None:
    """The codes that a dry run checks a roll against; None where none are at hand."""
    if terms_file is not None:
        checked = check_terms(content_of(terms_file))
        if checked.faults:
            raise CommandError(f"{terms_file.name} has faults itself: see ./pep import terms --dry-run")
        return {row.calendar for row in checked.rows}
    if not is_running(data):
        return None
    async with opened(data) as service, service.database.transaction() as session:
        return await known_codes(session)


async def ensure_authority(service: Service) -> None:
    """Letters need an authority. One that nobody has named yet gets a name that says so."""
    async with service.database.transaction() as session:
        if await the_authority(session) is not None:
            return
    address = parseaddr(service.settings.mail_from)[1]
    await set_up(service.database, AuthorityDetails(NAMELESS, address))
    complain(
        f"No authority is set up yet: this one is called {NAMELESS}, and its Virtual School's letters go to {address}. "
        "Name it: ./pep authority --name NAME --virtual-school-email EMAIL"
    )


def _on(bar: Progress) -> Callable[[int, int], None]:
    task = bar.add_task("Children", total=None)
    return lambda done, of: bar.update(task, completed=done, total=of)


def _children(rows: Sequence[RollChild]) -> str:
    """What a dry run has counted. That there is no school is said, so that nobody overlooks columns that were lost."""
    without = sum(not child.has_school_place for child in rows)
    return f"children, {without} without a school place" if without else "children"


def would_do(file: Path, rows: int, what: str, warnings: Iterable[Fault]) -> None:
    """The answer of a dry run that found no fault."""
    _warn(warnings)
    say(f"{file.name} has no fault: {rows} {what}. Nothing was imported, because this was a dry run.")


@contextmanager
def refusals() -> Iterator[None]:
    """Print what is wrong with a file, each fault on a line of its own, and end the command with a sentence."""
    try:
        yield
    except ImportRefusedError as error:
        _warn(error.warnings)
        for fault in error.faults:
            complain(str(fault))
        raise CommandError(str(error)) from None


def _warn(warnings: Iterable[Fault]) -> None:
    for warning in warnings:
        complain(f"warning: {warning}")
