"""One payment, and everything that happened to it, in its order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import start_of
from contracts.errors import Fault
from rules.grant import pounds
from store.ledger import LedgerLine, ledger_line
from store.payment_history import (
    Answer,
    Correction,
    Noted,
    answers_of,
    corrections_of,
    decision_on,
    noted_about,
    still_to_pay,
)
from store.payment_runs import SeenRun, runs_of
from store.statements import lines_about
from store.tracking_tables import StatementLine
from web.absent import nothing_here
from web.auth.session import InSession
from web.dependencies import InOffice
from web.look.page import page
from web.look.words import shortday
from web.payments.room import key_in, reading
from web.payments.words import KINDS, STATES

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a payment's history at a UTC instant; `href` leads to more."""

    at: datetime
    sentence: str
    href: str | None = None


@router.get("/payments/{key}")
async def payment(request: Request, key: str, office: InOffice, visitor: InSession) -> Response:
    """A payment by its key, also by one under which finance refused it before."""
    pays = reading(visitor)
    async with office.database.seen_by(visitor.person_id) as session:
        line = await ledger_line(session, key_in(key))
        if line is None or line.key is None:
            raise nothing_here()
        facts: dict[str, Any] = {
            "history": sorted(await _history(session, line, line.key), key=lambda one: one.at),
            "still_to_pay": await still_to_pay(session, line),
        }
    words, kind = STATES[line.state], KINDS[line.kind]
    return await page(request, "payments/payment.html", line=line, pays=pays, words=words, kind=kind, **facts)


async def _history(session: AsyncSession, line: LedgerLine, key: str) -> list[Happened]:
    decided, corrections = await decision_on(session, key), await corrections_of(session, key)
    found = [Happened(decided.at, f"Decided: {pounds(decided.pence)} to the school.")] if decided else []
    noted = await noted_about(session, line.case_id, key)
    found += [Happened(one.at, sentence) for one in noted if (sentence := _noted(one))]
    found += [Happened(one.at, _answer(one)) for one in await answers_of(session, line)]
    found += [Happened(one.at, _correction(one)) for one in corrections]
    for run in await runs_of(session, key):
        found += _of_run(run, line)
    return found + [_on_statement(one) for one in await lines_about(session, [key, *_older_keys(noted)])]


def _older_keys(noted: list[Noted]) -> list[str]:
    return [one.facts["refused"] for one in noted if "refused" in one.facts]


_NOTED: dict[str, Callable[[dict[str, Any]], str]] = {
    "grant": lambda facts: f"Paid: {pounds(facts['pence'])}, under the key {facts['key']}.",
    "funding": lambda facts: f"Paid: {pounds(facts['pence'])}, under the key {facts['key']}.",
    "paid_otherwise": lambda _: "Two people of finance noted that it was paid by other means.",
    "released_again": lambda facts: f"Refused under the key {facts['refused']}, and released again as {facts['key']}.",
}


def _noted(one: Noted) -> str | None:
    says = _NOTED.get(one.what)
    return says(one.facts) if says else None


def _answer(one: Answer) -> str:
    """What an attempt to pay it ended with. Only error types of ours have words."""
    if one.succeeded:
        return "An attempt to pay it succeeded."
    known = Fault(one.error_type) if one.error_type in tuple(Fault) else None
    return f"An attempt to pay it ended without payment. {known.remedy.sentence}" if known else _NO_WORDS


_NO_WORDS = "An attempt to pay it failed in a way that this page has no words for; it is tried again."


def _correction(one: Correction) -> str:
    """Whether anything is owed back depends on what a run has paid, so it is not said here."""
    return f"The plan was corrected: its grant is {pounds(abs(one.pence))} {'less' if one.pence < 0 else 'more again'}."


def _of_run(run: SeenRun, line: LedgerLine) -> Iterator[Happened]:
    row, href = run.row, f"/payments/runs/{run.row.id}"
    yield Happened(row.made_at, f"Put into payment run {row.id} by {run.maker}.", href)
    if row.approved_at:
        yield Happened(row.approved_at, f"Payment run {row.id} was approved by {run.approver}.", href)
    if row.exported_at:
        yield Happened(row.exported_at, f"Payment run {row.id} was exported, with {pounds(line.pence)}.", href)
    if row.cancelled_at:
        yield Happened(row.cancelled_at, f"Payment run {row.id} was cancelled.", href)


def _on_statement(one: StatementLine) -> Happened:
    href = f"/payments/statements/{one.statement_id}"
    sentence = f"On statement {one.statement_id}, line {one.number}: {pounds(one.pence)}, paid on {shortday(one.on)}."
    return Happened(start_of(one.on), sentence, href)
