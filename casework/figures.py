"""Reports: what is counted, for whom, and by the end of which day (docs/adr/0012, docs/reports.md)."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.grant_entries import grant_entries
from contracts.clock import end_of
from contracts.figures import Opened
from rules.figures.as_of import AsOf, by_the_end_of
from rules.figures.money import Approval, Ledger, Money, Paid, evidence, money_of, terms_of, usual_of
from rules.figures.report import By, Report, key_of, report_of
from rules.figures.told import (
    COUNTED_ACTS,
    COUNTED_DEADLINES,
    COUNTED_DONE,
    COUNTED_LINES,
    Line,
    Told,
    told,
)
from rules.impact import school_first
from rules.year_groups import academic_year_from
from store import figures
from store.events import store_events
from store.figures import LineRow, MoneyRow, ReviewOfChild, Scope, Wanted


async def report_for(session: AsyncSession, scope: Scope, day: date, by: By, now: datetime) -> Report:
    """The figures of the reviews of a scope, as they were by the end of a London day or, while it lasts, now."""
    await store_events(session)
    as_of, until = by_the_end_of(day, now), end_of(day)
    opened = await figures.opened_by(session, scope, until)
    reviews = await _told(session, opened, as_of)
    holidays = await figures.bank_holidays(session)
    return await asyncio.to_thread(report_of, reviews, as_of, by, holidays)  # a large authority takes a while


async def _told(session: AsyncSession, opened: Sequence[Opened], as_of: AsOf) -> list[Told]:
    ids, until = [review.review_id for review in opened], end_of(as_of.day)
    wanted = Wanted(COUNTED_LINES, COUNTED_DEADLINES, COUNTED_DONE)
    rows = await figures.lines_before(session, ids, wanted, until)
    typed = await figures.typed_before(session, ids, COUNTED_ACTS, until)
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for row in rows:
        lines[row.review_id].append(_line(row, typed))
    return await asyncio.to_thread(
        lambda: [told(one, lines[one.review_id], as_of) for one in opened]
    )  # some hundred thousand lines


def _line(row: LineRow, typed: dict[str, dict[str, object]]) -> Line:
    return Line(row.at, row.what, row.by, row.facts, typed.get(row.facts.get("act", ""), {}))


@dataclass(frozen=True, slots=True)
class MoneyReport:
    """A financial year's grant: in all, and for each team, school, key stage or area."""

    year: int
    as_of: AsOf
    whole: Money
    groups: tuple[tuple[str, Money], ...]


async def money_for(session: AsyncSession, scope: Scope, year: int, day: date, by: By, now: datetime) -> MoneyReport:
    """The grant of a financial year by the end of a day. The scope's terms are not looked at: the year has its own."""
    await store_events(session)
    as_of = by_the_end_of(day, now)
    ledger = await _ledger(session, scope, year, as_of)
    usual = usual_of(ledger)
    groups = [(key, money_of(part, usual)) for key, part in sorted(_parted(ledger, by).items())]
    return MoneyReport(year, as_of, money_of(ledger, usual), tuple(groups))


async def _ledger(session: AsyncSession, scope: Scope, year: int, as_of: AsOf) -> Ledger:
    opened = await figures.opened_by(session, replace(scope, terms=terms_of(year)), end_of(as_of.day))
    entries = await grant_entries(session, year, as_of)
    approved, on_its_way = entries.approved(), entries.on_its_way()
    about = {row.review_id for row in (*approved, *on_its_way, *entries.paid, *entries.corrected, *entries.extra)}
    known = {row.review_id: row for row in await figures.reviews_called(session, list(about), scope)}
    unsigned = {row.review_id for row in opened} - {row.review_id for row in entries.signed}
    still_open = await _told(session, [row for row in opened if row.review_id in unsigned], as_of)
    payments = _in_all((*entries.paid, *entries.corrected), known)
    spent = await _evidence(session, payments, known, academic_year_from(year - 1), end_of(as_of.day))
    return Ledger(
        year,
        as_of,
        opened,
        still_open,
        _approvals(approved, known),
        _approvals(on_its_way, known),
        [Paid(known[review], pence, spent.get(review, 0)) for review, pence in payments.items()],
        sum(row.pence for row in entries.extra if row.review_id in known),
    )


def _approvals(rows: Iterable[MoneyRow], known: dict[str, Opened]) -> list[Approval]:
    return [Approval(known[row.review_id], row.grant, row.pence) for row in rows if row.review_id in known]


def _in_all(rows: Iterable[MoneyRow], known: dict[str, Opened]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in rows:
        if row.review_id in known:
            sums[row.review_id] += row.pence
    return dict(sums)


async def _evidence(
    session: AsyncSession, paid: dict[str, int], known: dict[str, Opened], since: str, before: datetime
) -> dict[str, int]:
    children = sorted({known[review].case_id for review in paid})
    reviews = await figures.spent_as_reported(session, children, since, before)
    return evidence(paid, [(row.case_id, row.review_id, _spent(row)) for row in reviews])


def _spent(review: ReviewOfChild) -> int | None:
    """As in the plan itself: what the school says was spent, target by target. None where nobody said."""
    return None if review.spent is None else sum(school_first(review.spent).values())


def _parted(ledger: Ledger, by: By) -> dict[str, Ledger]:
    """The same year for each team, school, key stage or area."""
    of_money: tuple[Approval | Paid, ...] = (*ledger.approvals, *ledger.on_its_way, *ledger.paid)
    keys = {key_of(review, by) for review in (*ledger.reviews, *(one.opened for one in of_money))}
    return {
        key: replace(
            ledger,
            reviews=[one for one in ledger.reviews if key_of(one, by) == key],
            open=[one for one in ledger.open if key_of(one.opened, by) == key],
            approvals=[one for one in ledger.approvals if key_of(one.opened, by) == key],
            on_its_way=[one for one in ledger.on_its_way if key_of(one.opened, by) == key],
            paid=[one for one in ledger.paid if key_of(one.opened, by) == key],
            extra_pence=0,
        )
        for key in keys
    }
