"""A payment run: what one person of finance makes and another approves is handed over to the bank.

made       the list is frozen, its hash is what is approved
approved   by another person of finance, of that very list
exported   the file was taken; from then on nothing is cancelled
cancelled  its payments are free for another run
"""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from casework.payment_rows import COLUMNS, row_of
from contracts.clock import end_of, london_date
from contracts.payments import RunState
from contracts.people import Role
from store import payment_runs as runs
from store.caseload import roles_everywhere
from store.payment_runs import RunLine
from store.tracking_tables import PaymentRun

_LONGEST_REASON = 500


class RunRefused(Exception):
    """Nothing was done. The sentence says why and what to do; it names nobody."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Waiting:
    """The payments that a run could take, and the hash of that very list."""

    lines: Sequence[RunLine]
    frozen: str

    @property
    def pence(self) -> int:
        return sum(line.pence for line in self.lines)


async def waiting_for_run(session: AsyncSession, until: date) -> Waiting:
    """What was confirmed by the end of that London day and is in no run."""
    lines = await runs.payments_without_run(session, end_of(until))
    return Waiting(lines, frozen_of(lines))


async def make_run(
    session: AsyncSession, person_id: int, until: date, frozen: str, left_out: Collection[str], now: datetime
) -> int:
    """A run of everything that was shown but what is left out; gives its number. Raises RunRefused.

    `frozen` is the hash of what was shown: where it is another list by now, nothing is made.
    """
    await _must_be_finance(session, person_id)
    await runs.make_in_turn(session)
    shown = await waiting_for_run(session, until)
    if shown.frozen != frozen:
        raise RunRefused(
            "The payments are not those that were shown any more: some are in another run by now, or some came in. "
            "No run was made. Look at the list below and make the run again."
        )
    lines = [line for line in shown.lines if line.key not in left_out]
    if not lines:
        raise RunRefused("No payment is left for this run. Choose a later day, or leave fewer payments out.")
    row = PaymentRun(
        state=RunState.MADE.value,
        made_by=person_id,
        made_at=now,
        frozen=frozen_of(lines),
        count=len(lines),
        pence=sum(line.pence for line in lines),
    )
    return await runs.add_run(session, row, lines)


async def approve_run(session: AsyncSession, person_id: int, run_id: int, frozen: str, now: datetime) -> None:
    """Another person of finance agrees to that very list. Raises RunRefused."""
    await _must_be_finance(session, person_id)
    row = await _locked(session, run_id)
    _must_be(row, RunState.MADE, "approve")
    if row.made_by == person_id:
        raise RunRefused("You made this run, so somebody else of finance approves it. Nothing was approved.")
    if frozen != row.frozen:
        raise RunRefused("This is not the list that was shown to you. Nothing was approved: read it again.")
    await _still_as_frozen(session, row)
    row.state, row.approved_by, row.approved_at = RunState.APPROVED.value, person_id, now
    await session.flush()


async def export_run(session: AsyncSession, person_id: int, run_id: int, now: datetime) -> bytes:
    """The file for the bank: the same bytes again whenever it is asked for. By either of the two. Raises RunRefused.

    What becomes of its payments later does not change it: a browser may have lost the first one, and the ledger counts
    what the run froze as handed over (store/ledger_sums.py).
    """
    await _must_be_finance(session, person_id)
    row = await _locked(session, run_id)
    if row.state != RunState.EXPORTED:
        _must_be(row, RunState.APPROVED, "export")
    if person_id not in (row.made_by, row.approved_by):
        raise RunRefused("The file is for the two people who made and approved this run. Ask one of them.")
    if row.state == RunState.APPROVED:
        await _still_as_frozen(session, row)
        row.state, row.exported_at = RunState.EXPORTED.value, now
        await session.flush()
    return _file(await runs.lines_as_made(session, row.id))


async def cancel_run(session: AsyncSession, person_id: int, run_id: int, because: str, now: datetime) -> None:
    """A run that was not exported is given up, and its payments are free. Raises RunRefused."""
    await _must_be_finance(session, person_id)
    because = because.strip()
    if not because or len(because) > _LONGEST_REASON:
        raise RunRefused(f"Say why the run is cancelled, in at most {_LONGEST_REASON} characters.")
    row = await _locked(session, run_id)
    if row.state not in (RunState.MADE, RunState.APPROVED):
        _must_be(row, RunState.MADE, "cancel")
    await runs.free_lines(session, run_id)
    row.state, row.cancelled_at, row.cancelled_because = RunState.CANCELLED.value, now, because
    await session.flush()


def frozen_of(lines: Iterable[RunLine]) -> str:
    """The SHA-256 of the lines, whatever their order: key, school and pence of each."""
    rows = sorted(f"{line.key} {line.school_urn} {line.pence}" for line in lines)
    return sha256("\n".join(rows).encode()).hexdigest()


async def _must_be_finance(session: AsyncSession, person_id: int) -> None:
    if Role.FINANCE not in await roles_everywhere(session, person_id):
        raise RunRefused("Payment runs are finance's: nobody else makes, approves, exports or cancels one.")


async def _locked(session: AsyncSession, run_id: int) -> PaymentRun:
    row = await runs.lock_payment_run(session, run_id)
    if row is None:
        raise RunRefused("There is no payment run with this number. Look at the list of runs.")
    return row


_IS = {
    RunState.MADE: "is not approved yet: another person of finance approves it first",
    RunState.APPROVED: "is approved already",
    RunState.EXPORTED: "was exported: its payments are with the bank",
    RunState.CANCELLED: "was cancelled: its payments are free for another run",
}


def _must_be(row: PaymentRun, state: RunState, deed: str) -> None:
    if row.state != state:
        raise RunRefused(f"This run {_IS[RunState(row.state)]}. There is nothing to {deed}.")


async def _still_as_frozen(session: AsyncSession, row: PaymentRun) -> None:
    if frozen_of(await runs.lines_as_they_stand(session, row.id)) != row.frozen:
        raise RunRefused(
            "A payment of this run has changed since it was made: it was corrected, or noted as paid by other means. "
            "Cancel the run and make a new one."
        )


def _file(lines: Iterable[RunLine]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows(row_of(london_date(line.at), line) for line in lines)
    return text.getvalue().encode()
