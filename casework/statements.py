"""Comparing a bank's or finance system's statement with our ledger: imported whole, or not at all, and once.

What was imported by mistake is withdrawn: it stays in the record, and counts no more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from casework.csv_file import Fault, Findings, Row, read_rows
from contracts.payments import MoneyState
from contracts.people import Role
from rules.grant import pounds
from rules.statement import OfLedger, Verdict, further_payments, verdict_of
from store import statements
from store.caseload import roles_everywhere
from store.grants import first_key
from store.ledger import LedgerLine, lines_with_keys
from store.tracking_tables import Statement, StatementLine

COLUMNS = ("payment_key", "amount", "paid_on", "reference")
_MAY_MISS = frozenset({"reference"})
DAYS_TO_APPEAR = 10
"""Days after which a payment should stand on a statement: three for BACS, and a weekly statement."""
_LONGEST_KEY = 200
_LONGEST_REASON = 500
_POUNDS = re.compile(r"£?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})\.([0-9]{2})")
_MOST_PENCE = 2_147_483_647
"""The largest number that PostgreSQL keeps in a column of pence (`integer`)."""
_BRITISH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class StatementRefused(Exception):
    """The file has faults, and nothing of it was imported."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("The statement has faults. Nothing was imported.")
        self.faults = faults


class NotWithdrawn(Exception):
    """Nothing was done. The sentence says why and what to do; it names nobody."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Imported:
    """A statement's number, and whether this very file had been imported before."""

    number: int
    was_there: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of a statement with what the ledger has for it."""

    line: StatementLine
    ours: LedgerLine | None
    verdict: Verdict


async def import_statement(session: AsyncSession, content: bytes, name: str, person_id: int, now: datetime) -> Imported:
    """Keep a statement. The same file again changes nothing. Raises StatementRefused."""
    digest = sha256(content).hexdigest()
    known = await statements.statement_with(session, digest)
    if known is not None:
        return Imported(known, was_there=True)
    lines = check_statement(content)
    row = Statement(name=name[:_LONGEST_KEY], sha256=digest, imported_by=person_id, imported_at=now, lines=len(lines))
    number = await statements.add_statement(session, row, lines)
    if number is None:  # somebody else has imported this very file meanwhile, and may have withdrawn it as well
        return await import_statement(session, content, name, person_id, now)
    return Imported(number, was_there=False)


async def withdraw_statement(session: AsyncSession, person_id: int, number: int, because: str, now: datetime) -> None:
    """What was imported by mistake counts no more; the file may be imported again. Raises NotWithdrawn."""
    if Role.FINANCE not in await roles_everywhere(session, person_id):
        raise NotWithdrawn("Statements are finance's: nobody else withdraws one.")
    because = because.strip()
    if not because or len(because) > _LONGEST_REASON:
        raise NotWithdrawn(f"Say why the statement is withdrawn, in at most {_LONGEST_REASON} characters.")
    row = await statements.lock_statement(session, number)
    if row is None:
        raise NotWithdrawn("There is no statement with this number. Look at the list of statements.")
    if row.withdrawn_at is not None:
        raise NotWithdrawn("This statement was withdrawn already. Nothing was changed.")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_because = person_id, now, because
    await session.flush()


def check_statement(content: bytes) -> list[StatementLine]:
    """The lines of a file that has no fault. Raises StatementRefused with every fault, by line."""
    findings = Findings()
    rows = read_rows(content, COLUMNS, findings, _MAY_MISS)
    lines = [line for row in rows if (line := _line(row)) is not None]
    if findings.faults:
        raise StatementRefused(sorted(findings.faults, key=lambda fault: fault.line))
    return lines


async def judged_statement(session: AsyncSession, number: int) -> list[Judged]:
    """Every line of a statement, beside the ledger as it is now."""
    beside = await statements.lines_beside(session, number)
    further = further_payments(beside)
    own = [line for line in beside if line.statement_id == number]
    ours = await lines_with_keys(session, {first_key(line.key) for line in own})
    return [_judged(line, ours.get(first_key(line.key)), paid_before=(number, line.number) in further) for line in own]


async def missing_from_statements(session: AsyncSession, now: datetime) -> list[LedgerLine]:
    """What the ledger has had as paid for `DAYS_TO_APPEAR` days, and no statement shows."""
    until = now - timedelta(days=DAYS_TO_APPEAR)
    return await statements.paid_on_no_statement(session, until)


def _judged(line: StatementLine, ours: LedgerLine | None, *, paid_before: bool) -> Judged:
    of_ledger = None
    if ours is not None and ours.key is not None:
        taken_back = ours.state is MoneyState.OWED_BACK and ours.owed_pence == ours.pence
        of_ledger = OfLedger(ours.key, ours.pence, ours.state, taken_back)
    return Judged(line, ours, verdict_of(line.key, line.pence, of_ledger, paid_before=paid_before))


def _line(row: Row) -> StatementLine | None:
    key, pence, on = row.needed("payment_key"), _pence(row), _day(row)
    if len(key) > _LONGEST_KEY:
        row.fault(f"payment_key is longer than {_LONGEST_KEY} characters; no key of ours is")
    if pence is None or on is None or row.is_faulty:
        return None
    return StatementLine(number=row.line, key=key, pence=pence, on=on, reference=row.optional("reference") or None)


def _pence(row: Row) -> int | None:
    text = row.needed("amount")
    if not text:
        return None
    found = _POUNDS.fullmatch(text)
    pence = int(found[1].replace(",", "")) * 100 + int(found[2]) if found else 0
    if pence == 0:
        row.fault("amount is not a sum of pounds with two decimals, like 500.00, that was paid")
        return None
    if pence > _MOST_PENCE:
        row.fault(f"amount is more than {pounds(_MOST_PENCE)}, which no payment is")
        return None
    return pence


def _day(row: Row) -> date | None:
    text = row.needed("paid_on")
    if not text:
        return None
    british = _BRITISH_DAY.fullmatch(text)
    iso = f"{british[3]}-{british[2]:0>2}-{british[1]:0>2}" if british else text
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", iso):
            return date.fromisoformat(iso)
    except ValueError:
        pass
    row.fault("paid_on is not a date of the calendar, written like 2026-11-23 or 23/11/2026")
    return None
