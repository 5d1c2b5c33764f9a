"""The tables of case tracking and finance: the list of cases, saved views, payment runs, statements."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Table

_ORDERS = (
    ("due_on",),
    (),
    ("family_name", "given_name"),
    ("school",),
    ("team",),
    ("social_worker",),
    ("year_place",),
    ("stage_place",),
    ("holder_place",),
    ("meeting_on",),
    ("out_of_area",),
)
"""By what the list is sorted; the reference decides where that is the same."""


def _in_order(*columns: str) -> Index:
    """An index in this order from which a page's cases are read without their rows, also a page far in."""
    name = "_".join(("ix_case_listing", *(columns or ("ref",))))
    return Index(name, *columns, "ref", postgresql_where="on_list", postgresql_include=["case_id"])


class CaseListing(Table):
    """A case as the list shows it: computed by the rules, kept so that a list of 83,000 is sorted in milliseconds.

    Whatever changes a case puts it into `stale_listings`; whoever reads the list brings it up to date first.
    """

    __tablename__ = "case_listing"
    on_list: Mapped[bool]
    """In care, or a review is not over, or money is still owed."""
    unfinished: Mapped[bool] = mapped_column(Boolean, default=False)
    money_waits: Mapped[bool] = mapped_column(Boolean, default=False)
    """A grant or funding that is due and neither paid nor kept."""
    not_told: Mapped[int] = mapped_column(Integer, default=0)
    """Letters that could not be delivered and that nobody has seen to."""
    missing: Mapped[int] = mapped_column(Integer, default=0)
    grant_pence: Mapped[int] = mapped_column(Integer, default=0)
    stage_place: Mapped[int]
    """Where the stage stands in the process; nothing open comes first."""
    holder_place: Mapped[int]
    """Of the first role that holds it, in the order of the roles; held by nobody comes last."""
    year_place: Mapped[int]
    """Of the year group, N1 first."""
    listed_at: Mapped[datetime]
    case_id: Mapped[str] = mapped_column(primary_key=True)
    """Of `cases`, without a foreign key: its check would wait for an act on the case, and let the next one wait."""
    searched: Mapped[str]
    """Everything that free text finds, in lower case, names included. What is looked through, row by row, stands before
    what is only shown: PostgreSQL takes a row apart from its beginning."""
    holders: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The roles that hold it."""
    due_on: Mapped[date | None]
    """The London day until which they hold it."""
    meeting_on: Mapped[date | None]
    ref: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    year_group: Mapped[str]
    """In the present academic year."""
    school_urn: Mapped[str | None]
    """None without a school place."""
    school: Mapped[str | None]
    out_of_area: Mapped[bool | None]
    """Whether the school keeps other term dates than the authority's own; None where that is not known."""
    team: Mapped[str]
    social_worker: Mapped[str | None]
    designated_teacher: Mapped[str | None]
    term: Mapped[str | None]
    """Of the review that the case shows, as `2026/27 autumn`."""
    stage: Mapped[str | None]
    since: Mapped[datetime | None]
    grant: Mapped[str]
    changes_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the calendar changes this line by itself."""
    __table_args__ = (
        *(_in_order(*columns) for columns in _ORDERS),
        Index(None, "school_urn"),
        Index(None, "stage"),
        Index("ix_case_listing_money", "case_id", postgresql_where="on_list AND money_waits"),
        Index("ix_case_listing_letters", "case_id", postgresql_where="on_list AND not_told > 0"),
    )


class StaleListing(Table):
    """A case whose line in the list is to be computed anew; written by triggers, so that nothing is forgotten."""

    __tablename__ = "stale_listings"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[str] = mapped_column(index=True)


class SavedView(Table):
    """A filtered and sorted list with a name, for oneself or for colleagues with the same role."""

    __tablename__ = "saved_views"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    asked: Mapped[str]
    """Filters and order as the list's address has them; what was typed to be found is sealed."""
    shared_with: Mapped[str | None]
    """A role of the owner's, of those in store/saved_views.py; None for oneself."""
    saved_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("person_id", "name"),)


class PaymentRun(Table):
    """Payments that two people of finance hand over to the bank together."""

    __tablename__ = "payment_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    """made, approved, exported or cancelled."""
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    frozen: Mapped[str]
    """The SHA-256 of its lines; an approval names it."""
    count: Mapped[int]
    pence: Mapped[int] = mapped_column(BigInteger)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    exported_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str | None]


class PaymentRunLine(Table):
    """One payment of a run, with all that the run's file says of it. A payment is in one run that was not cancelled."""

    __tablename__ = "payment_run_lines"
    run_id: Mapped[int] = mapped_column(ForeignKey("payment_runs.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    school_urn: Mapped[str]
    case_ref: Mapped[str]
    academic_year: Mapped[str]
    term: Mapped[str]
    pence: Mapped[int]
    at: Mapped[datetime]
    """When the payment was confirmed."""
    cancelled: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (Index("uq_payment_run_lines_once", "key", unique=True, postgresql_where="NOT cancelled"),)


class Statement(Table):
    """A bank's or finance system's statement that was compared with the ledger."""

    __tablename__ = "statements"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str]
    imported_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    imported_at: Mapped[datetime]
    lines: Mapped[int]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    """It was imported by mistake: it stays in the record, and its lines are counted nowhere."""
    withdrawn_because: Mapped[str | None]
    __table_args__ = (Index("uq_statements_once", "sha256", unique=True, postgresql_where="withdrawn_at IS NULL"),)


class StatementLine(Table):
    __tablename__ = "statement_lines"
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(index=True)
    pence: Mapped[int]
    on: Mapped[date]
    reference: Mapped[str | None]
