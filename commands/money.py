"""`./pep payments` and `./pep statement`: what finance's pages show, for a terminal or a nightly job."""

from pathlib import Path

from casework.payment_rows import in_pounds
from casework.statements import Judged, StatementRefused, check_statement, import_statement, judged_statement
from commands.errors import CommandError, UsageError
from commands.files import content_of
from commands.service import opened
from commands.telling import say
from contracts.payments import MoneyState
from contracts.people import Role
from rules.statement import IN_WORDS, WHAT_TO_DO, Verdict
from store.caseload import roles_everywhere
from store.cases import person_at
from store.ledger import LedgerFilter, LedgerLine, ledger_lines, sums_by_state

_NOT_FINANCE = "A statement is imported by somebody of finance: name them with --by EMAIL."


async def payments(state: MoneyState | None, data: Path | None) -> None:
    """A line a state; with a state, a line a payment: key or what there is instead, pounds, school, case, term."""
    asked = LedgerFilter(state=state)
    async with opened(data) as service, service.database.transaction() as session:
        if state is not None:
            for line in await ledger_lines(session, asked):
                say(_line(line))
            return
        sums = await sums_by_state(session, asked)
    for each, found in sums.items():
        pence = found.owed_pence if each is MoneyState.OWED_BACK else found.pence
        say(f"{each.value:<16}{found.count:>7}{in_pounds(pence):>15}")


async def check(file: Path) -> None:
    """Only say what is wrong with a statement."""
    say(f"{len(_checked(content_of(file)))} lines, and nothing is wrong with them. Nothing was imported.")


async def statement(file: Path, by: str, data: Path | None) -> None:
    """Import a statement and say what every line is that needs somebody. Raises UsageError and CommandError."""
    content = content_of(file)
    _checked(content)
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            person_id = await person_at(session, by)
            if person_id is None or Role.FINANCE not in await roles_everywhere(session, person_id):
                raise UsageError(_NOT_FINANCE)
            done = await import_statement(session, content, file.name, person_id, now)
            lines = await judged_statement(session, done.number)
    if done.was_there:
        say(f"This very file was imported before, as statement {done.number}. Nothing was changed.")
    for one in lines:
        if one.verdict is not Verdict.MATCHED:
            say(_judged(one))
    matched = sum(one.verdict is Verdict.MATCHED for one in lines)
    say(f"Statement {done.number}: {matched} of {len(lines)} lines match.")


def _checked(content: bytes) -> list[object]:
    try:
        return list(check_statement(content))
    except StatementRefused as refused:
        raise CommandError("\n".join([*map(str, refused.faults), "Nothing was imported."])) from None


def _line(line: LedgerLine) -> str:
    key = line.key or f"({line.kind}, no payment yet)"
    held = "  on hold" if line.held else ""
    where = f"{line.school_urn or '-'}  {line.case_ref}  {line.academic_year} {line.term}"
    return f"{key}  {in_pounds(line.pence)}  {where}{held}"


def _judged(one: Judged) -> str:
    what = f"line {one.line.number}: {one.line.key}: {IN_WORDS[one.verdict]}."
    return f"{what} {WHAT_TO_DO[one.verdict]}"
