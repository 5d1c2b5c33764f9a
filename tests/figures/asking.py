"""Asking for reports of the record as it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.figures import MoneyReport, money_for, report_for
from rules.figures.report import By, Report
from rules.figures.shares import Share
from rules.figures.told import State
from rules.financial_year import financial_year_of
from store.figures import Scope
from tests.support.taken import Desk

CHILDREN = ("C007", "C012", "C004")
AUTUMN, SPRING = ("2026/27", "autumn"), ("2026/27", "spring")
BOTH = Scope(frozenset({AUTUMN, SPRING}))


def of_calendars(content: bytes) -> bytes:
    return _lines_of(content, b"staffordshire,", b"phsg,")


def of_children(content: bytes) -> bytes:
    return _lines_of(content, *(f"{child},".encode() for child in CHILDREN))


def _lines_of(content: bytes, *starts: bytes) -> bytes:
    head, *lines = content.splitlines(keepends=True)
    return head + b"".join(line for line in lines if line.startswith(starts))


@dataclass(frozen=True)
class Asked:
    """Everything that is reported of a day."""

    report: Report
    money: MoneyReport

    @property
    def shares(self) -> dict[str, Share]:
        return {share.name: share for share in self.report.shares}

    def share(self, name: str) -> tuple[int, int]:
        return self.shares[name].count, self.shares[name].of

    @property
    def states(self) -> dict[State, int]:
        return {state: count for state, count in self.report.standing if count}


async def ask(desk: Desk, day: str | date, now: datetime | None = None, **other: Any) -> Asked:
    """The report of a day, asked for `now` or when the desk's clock says."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    scope, by, at = other.get("scope", BOTH), other.get("by", By.TEAM), now or desk.clock.at
    async with desk.database.transaction() as session:
        report = await report_for(session, scope, on, by, at)
        return Asked(report, await money_for(session, scope, financial_year_of(on), on, by, at))
