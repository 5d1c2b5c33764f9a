"""`./pep import policy` and `./pep policy`: an authority's numbers, and which of them hold (docs/policies.md)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework import cycles
from casework.import_report import ImportRefusedError
from casework.policies import HoldingPolicy, PolicyImport, holding_policy, import_policy
from casework.policy_document import (
    AlsoSign,
    CapEntry,
    Count,
    CutOffEntry,
    Days,
    DaysEach,
    Entry,
    Money,
    PolicyDocument,
    SpanEntry,
    Weeks,
    WeeksEach,
)
from casework.policy_file import read_policy
from commands.errors import UsageError
from commands.files import content_of
from commands.imports import refusals
from commands.service import Service, opened
from commands.telling import say
from contracts.clock import in_words, london_date
from contracts.policy import Span, Unit
from rules.grant import pounds
from rules.year_groups import academic_year_of, start_of_academic_year
from store.cases import cases_in_care, lock_case

_VALUES = {
    "completion": "the complete plan",
    "sign_off": "the Virtual School's sign-off",
    "paid": "paid once the Virtual School signs off",
    "lapses": "lapses",
    "follows_child": "goes to the new school",
    "stays": "stays with the school at which its use was agreed",
}


async def keep(file: Path, data: Path | None, *, dry_run: bool) -> None:
    """Import a policy file, or with `dry_run` only say what is wrong with it. Raises CommandError."""
    content = content_of(file)
    with refusals():
        if dry_run:
            policy = read_policy(content).policy
            words = f"the policy for {policy.academic_year}, {policy.name}"
            say(f"{file.name} has no fault: {words}. Nothing was imported, because this was a dry run.")
            return
        async with opened(data) as service:
            done = await _import(service, file.name, content)
            await service.tell_what_waits()
    say(done.in_words())


async def show(year: str | None, data: Path | None) -> None:
    """Print what holds in an academic year, by default the present one. Raises UsageError for no academic year."""
    if year is not None:
        try:
            start_of_academic_year(year)
        except ValueError:
            raise UsageError("--year is no academic year; write it as 2026/27.") from None
    async with opened(data) as service:
        wanted = year or academic_year_of(london_date(await service.clock.now()))
        async with service.database.transaction() as session:
            holding = await holding_policy(session, wanted)
    for line in _told(holding, wanted):
        say(line)


async def _import(service: Service, source_name: str, content: bytes) -> PolicyImport:
    """Keep it, and tell every child's cycle whose next review opens at another time now."""
    now = await service.clock.now()

    async def retime(session: AsyncSession) -> None:
        for known in await cases_in_care(session):
            case = await lock_case(session, known.id)  # an act may be ahead of this import
            if case.in_care:
                await cycles.retime(session, case, now)

    return await import_policy(service.database, service.clock, content, source_name=source_name, on_new_policy=retime)


def _told(holding: HoldingPolicy, year: str) -> Iterator[str]:
    yield f"{year}: {holding.policy.name}, {_whence(holding)}"
    yield ""
    try:
        document = read_policy(holding.text.encode()).document
    except ImportRefusedError:
        # An older version of this service took the file, and this one wants more of it: as it was imported, then.
        yield holding.text
        return
    for title, entry in _entries(document, dated=not holding.is_carried_over):
        yield f"{title}: {_in_words(entry)}"
        yield f"    {entry.source}"


def _whence(holding: HoldingPolicy) -> str:
    policy = holding.policy
    carried = f" for {policy.academic_year}; a later year has no file yet, and cut-off dates do not carry over."
    if holding.is_shipped:
        return "the guidance's numbers; no policy was imported for this year or one before it."
    return f"version {policy.version}" + (carried if holding.is_carried_over else ".")


def _entries(document: PolicyDocument, *, dated: bool) -> Iterator[tuple[str, Entry]]:
    for name, field in PolicyDocument.model_fields.items():
        found: Any = getattr(document, name)
        entries = found if isinstance(found, list) else [found]
        for entry in entries:
            if isinstance(entry, Entry) and (dated or not isinstance(entry, CutOffEntry)):
                yield str(field.title), entry


def _in_words(entry: Entry) -> str:
    match entry:
        case SpanEntry():
            return entry.span.in_words if entry.amount else "none"
        case Weeks() | Days():
            return Span(entry.amount, Unit(entry.unit)).in_words
        case WeeksEach() | DaysEach():
            return f"{', '.join(str(amount) for amount in entry.amounts)} {entry.unit}s"
        case CapEntry():
            return f"{pounds(entry.pence)} for {_whom(entry.year_groups)}{_when(entry)}"
        case Money():
            return pounds(entry.pence)
        case CutOffEntry():
            return f"{in_words(entry.on)} ({entry.term} term) for {_whom(entry.year_groups)}"
        case AlsoSign():
            return ", ".join(role.replace("_", " ") for role in entry.roles) or "nobody"
        case Count():
            return str(entry.count)
        case _:
            return _VALUES[getattr(entry, "value")]  # noqa: B009 - the three entries of one word have it


def _whom(year_groups: list[str]) -> str:
    return ", ".join(year_groups) if year_groups else "all others"


def _when(entry: CapEntry) -> str:
    return f" in the {', '.join(entry.terms)} term" if entry.terms else ""
