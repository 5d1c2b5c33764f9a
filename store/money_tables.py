"""The ledgers: grants, their corrections, additional funding, the embedded finance system's book. Without behaviour."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Table


class GrantRow(Table):
    """The grant of one child, year and term: paid once or never. Corrections are entries, never a second payment."""

    __tablename__ = "grants"
    key: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"))
    academic_year: Mapped[str]
    term: Mapped[str]
    school_urn: Mapped[str] = mapped_column(ForeignKey("schools.urn"))
    pence: Mapped[int]
    cap_pence: Mapped[int]
    state: Mapped[str]
    """intent, sent, confirmed, unknown, failed or reversed."""
    signed_off_by_act: Mapped[str] = mapped_column(ForeignKey("acts.id"))
    intended_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """When its state last became `sent`. None before that, and where code from before migration 0006 sent it."""
    settled_at: Mapped[datetime | None]
    paid_otherwise: Mapped[str | None]
    """The reference of the evidence that it was paid by other means than the finance system."""
    refused_before: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """How often finance has refused it under an earlier key (`KEY/2` follows `KEY`)."""
    __table_args__ = (
        UniqueConstraint("case_id", "academic_year", "term"),
        Index("ix_grants_unsettled", "state", postgresql_where="state <> 'confirmed'"),
        CheckConstraint("pence > 0 AND pence <= cap_pence", name="within_cap"),
    )


class GrantCorrection(Table):
    """An entry that corrects a grant: what a school owes back, or no longer. The grant's own row stays as it is."""

    __tablename__ = "grant_corrections"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    grant_key: Mapped[str] = mapped_column(ForeignKey("grants.key"), index=True)
    pence: Mapped[int]
    """Negative: to be paid back. Positive: that much less of it; together never more than nothing."""
    act_id: Mapped[str] = mapped_column(ForeignKey("acts.id"))
    at: Mapped[datetime]


class FundingRow(Table):
    """An application for additional funding, and its payment: a ledger of its own, outside the caps (A12)."""

    __tablename__ = "funding"
    id: Mapped[str] = mapped_column(primary_key=True)
    """Opaque; it names the application's workflow."""
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    act_id: Mapped[str] = mapped_column(ForeignKey("acts.id"), unique=True)
    applied_by: Mapped[str]
    asked_pence: Mapped[int]
    decide_by: Mapped[datetime]
    decision: Mapped[str | None]
    """agreed or declined; None while the Virtual School has not decided."""
    decided_by_act: Mapped[str | None] = mapped_column(ForeignKey("acts.id"))
    pence: Mapped[int | None]
    key: Mapped[str | None] = mapped_column(unique=True)
    school_urn: Mapped[str | None] = mapped_column(ForeignKey("schools.urn"))
    state: Mapped[str | None]
    """Of the payment: intent, sent, confirmed, unknown, failed or reversed. `kept` where the Virtual School keeps what
    was agreed, and None where nothing was."""
    sent_at: Mapped[datetime | None]
    """As that of a grant."""
    settled_at: Mapped[datetime | None]
    paid_otherwise: Mapped[str | None]
    refused_before: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Payment(Table):
    """The embedded finance system's book: one line a payment that was accepted."""

    __tablename__ = "payments"
    key: Mapped[str] = mapped_column(primary_key=True)
    school_urn: Mapped[str]
    case_ref: Mapped[str]
    academic_year: Mapped[str]
    term: Mapped[str]
    pence: Mapped[int]
    booked_at: Mapped[datetime]
