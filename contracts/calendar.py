"""Term dates as a review carries them: a snapshot, so that a later change of calendar never changes a replay."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class TermName(StrEnum):
    """The three academic terms of a year (PROCESS.md B1)."""

    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one school calendar. All days are London dates, first and last days inclusive."""

    academic_year: str
    """As schools write it: `2026/27`."""
    name: TermName
    first_day: date
    last_day: date
    half_term_first: date | None = None
    half_term_last: date | None = None
    closed_days: tuple[date, ...] = ()
    """INSET and closure days."""

    @property
    def label(self) -> str:
        """`autumn term 2026/27`"""
        return f"{self.name.value} term {self.academic_year}"

    @property
    def key(self) -> str:
        """`2026/27 autumn`: names the term in stored rows and search attributes, in order of time within a year."""
        return f"{self.academic_year} {self.name.value}"


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The terms that are known for a school, in order of time, and England's bank holidays around them."""

    code: str
    terms: tuple[Term, ...]
    bank_holidays: tuple[date, ...]
    version: int = 1
    """Rises by one with every import that changes the calendar; every deadline names the version it came from."""
    verified: bool = True
