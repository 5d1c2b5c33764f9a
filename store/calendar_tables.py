"""School calendars: terms, closed days, bank holidays, each with where it came from. Without behaviour."""

from datetime import date

from sqlalchemy import Boolean, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Table


class BankHoliday(Table):
    __tablename__ = "bank_holidays"
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]


class CalendarRow(Table):
    """A school calendar; its version rises with every import that changes it."""

    __tablename__ = "calendars"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int] = mapped_column(Integer, default=1)
    verified: Mapped[bool] = mapped_column(Boolean, default=True)


class ClosedDay(Table):
    """A layer above a calendar's terms: INSET and closure days, each with where it came from."""

    __tablename__ = "closed_days"
    calendar: Mapped[str] = mapped_column(ForeignKey("calendars.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """inset or closure."""
    source: Mapped[str]
    verified: Mapped[bool] = mapped_column(Boolean, default=True)


class TermRow(Table):
    __tablename__ = "terms"
    calendar: Mapped[str] = mapped_column(ForeignKey("calendars.code"), primary_key=True)
    academic_year: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    half_term_first: Mapped[date | None]
    half_term_last: Mapped[date | None]
    closed_days: Mapped[list[date]]
    source: Mapped[str]
    verified: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")
