"""Imports of term dates and of the roll: all or nothing, in one transaction, and repeatable without effect.

Both files are checked whole first (`check_terms`, `check_roll`: they need no service and are what `--dry-run` shows).
What only the database can know, such as a UPN that another child has, is checked inside the transaction.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from casework.calendar_changes import all_changed
from casework.changes import apply_due
from casework.csv_file import Checked, Fault
from casework.import_report import ImportRefusedError, ImportReport, Tally
from casework.roll_file import RollChild, check_roll
from casework.roll_keeping import enters_care_again, keep_roll
from casework.term_dates_file import CalendarTerm, check_terms
from casework.term_keeping import keep_terms
from contracts.clock import Clock, london_date
from rules.year_groups import academic_year_of
from store import bank_holidays
from store.calendars import all_terms, known_codes, term_from
from store.database import Database
from store.roll import (
    cases_by_ref,
    cases_with_due_changes,
    count_in_care_beside,
    holders_of_upns,
    one_import_at_a_time,
)

__all__ = [
    "ImportRefusedError",
    "ImportReport",
    "Tally",
    "check_roll",
    "check_terms",
    "import_roll",
    "import_terms",
    "refuse_faults",
]

CaseHook = Callable[[AsyncSession, str], Awaitable[None]]
"""Told of a case by its id, inside the import's transaction."""
CasesHook = Callable[[AsyncSession, Sequence[str]], Awaitable[None]]
"""Told of many cases at once by their ids, inside the import's transaction."""
TermsHook = Callable[[AsyncSession, list[str]], Awaitable[None]]
"""Told of the calendars that are new or changed, by their codes, inside the import's transaction."""
Progress = Callable[[int, int], None]
"""Told how many of how many children are done."""
_AT_ONCE = 200
"""New cases of which a hook is told together."""
Item = TypeVar("Item")


async def import_terms(
    database: Database,
    clock: Clock,
    content: bytes,
    *,
    source_name: str,
    on_new_terms: TermsHook | None = None,
) -> ImportReport:
    """Store the terms of a file. Stored terms that are not in the file stay; a calendar that changes is a new version,
    and so is one with a term around a bank holiday that was not known before.

    Raises `ImportRefusedError` with every fault; then nothing is stored.
    """
    report = ImportReport("terms", source_name, await clock.now())
    async with database.transaction() as session:
        await one_import_at_a_time(session)
        new_holidays = await bank_holidays.seed(session)
        stored = [CalendarTerm(row.calendar, term_from(row)) for row in await all_terms(session)]
        checked = check_terms(content, stored)
        refuse_faults(checked)
        report.warnings = checked.warnings
        changed = await all_changed(session, await keep_terms(session, checked.rows, report), new_holidays)
        if changed and on_new_terms is not None:
            await session.flush()
            await on_new_terms(session, changed)
    report.log()
    return report


async def import_roll(  # noqa: PLR0913 - a hook for each kind of case that others must hear of
    database: Database,
    clock: Clock,
    content: bytes,
    *,
    source_name: str,
    academic_year: str | None = None,
    on_new_cases: CasesHook | None = None,
    on_moved_case: CaseHook | None = None,
    on_redated_case: CaseHook | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Store the children of a roll with their schools and the people around them.

    Year groups are those of `academic_year`, by default the one in which the import happens. `on_moved_case` is told of
    cases that have another school than before, `on_redated_case` of others with another calendar or day of entering
    care: all that decides when reviews open. What a roll says as the one before it did undoes nothing that acts did.
    Raises `ImportRefusedError` with every fault; then nothing is stored.
    """
    now = await clock.now()
    report = ImportReport("children", source_name, now)
    year = academic_year or academic_year_of(london_date(now))
    async with database.transaction() as session:
        await one_import_at_a_time(session)
        checked = check_roll(content, await known_codes(session), london_date(now), year)
        refuse_faults(checked)
        for case in await cases_with_due_changes(session, {child.ref for child in checked.rows}, london_date(now)):
            await apply_due(session, case, now)  # what holds by today was before this roll
        checked = await _checked_against_stored(session, checked, london_date(now))
        refuse_faults(checked)
        report.warnings = checked.warnings
        kept = await keep_roll(session, checked.rows, year, report)
        report.not_in_file = await count_in_care_beside(session, [child.ref for child in checked.rows])
        await _tell_of_new(session, kept.new, on_new_cases, progress)
        await _tell_each(session, kept.moved, on_moved_case)
        await _tell_each(session, kept.redated, on_redated_case)
    report.log()
    return report


def refuse_faults(checked: Checked[Item]) -> None:
    """Raises ImportRefusedError when a file that was checked has any fault."""
    if checked.faults:
        raise ImportRefusedError(checked.faults, checked.warnings)


async def _checked_against_stored(
    session: AsyncSession, checked: Checked[RollChild], today: date
) -> Checked[RollChild]:
    """What the file alone cannot show: a UPN of a child who is not on this roll, a child who has left care."""
    refs = {child.ref for child in checked.rows}
    holders = await holders_of_upns(session, {child.upn for child in checked.rows if child.upn})
    cases = await cases_by_ref(session, refs)
    faults, warnings = [], list(checked.warnings)
    for child in checked.rows:
        if child.upn and holders.get(child.upn, child.ref) not in refs:
            faults.append(Fault(child.line, "this upn belongs to a child who is not on this roll; look it up again."))
        case = cases.get(child.ref)
        if case is not None and not case.in_care and not enters_care_again(case, child, today):
            warnings.append(Fault(child.line, "this child has left care and stays so; the import reopens no case."))
    return Checked(checked.rows, tuple(faults), tuple(warnings))


async def _tell_of_new(
    session: AsyncSession, new: list[str], hook: CasesHook | None, progress: Progress | None
) -> None:
    for start in range(0, len(new), _AT_ONCE):
        batch = new[start : start + _AT_ONCE]
        if hook is not None:
            await hook(session, batch)
        if progress is not None:
            progress(start + len(batch), len(new))


async def _tell_each(session: AsyncSession, case_ids: list[str], hook: CaseHook | None) -> None:
    if hook is not None:
        for case_id in case_ids:
            await hook(session, case_id)
