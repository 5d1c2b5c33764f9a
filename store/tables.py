"""The tables, without behaviour. PostgreSQL is the record: nothing here can be rebuilt from anywhere else.

Every instant is written by the injected clock: there is no `now()` in a default.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """Base of all tables: named constraints, instants with their zone."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        date: Date,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[date]: ARRAY(Date),
    }


class Authority(Table):
    """The one authority of this database, and the addresses of its Virtual School."""

    __tablename__ = "authority"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str]
    demonstration: Mapped[bool] = mapped_column(Boolean, default=False)
    virtual_school_email: Mapped[str]
    virtual_school_head_email: Mapped[str | None]
    iro_email: Mapped[str | None]
    calendar: Mapped[str | None]
    """The authority's own term dates: for schools whose dates nobody knows, flagged unverified."""
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class PolicyRow(Table):
    """The authority's policy of one academic year: every version that was imported, the file's text included."""

    __tablename__ = "policies"
    academic_year: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    policy: Mapped[dict[str, Any]]
    source: Mapped[str]
    """The whole file, for whoever asks why a deadline was what it was."""
    imported_at: Mapped[datetime]


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


class Person(Table):
    """Somebody with an address. One person may have several roles on several cases."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)


class School(Table):
    __tablename__ = "schools"
    urn: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    calendar: Mapped[str] = mapped_column(ForeignKey("calendars.code"))
    head_teacher_email: Mapped[str | None]


class Case(Table):
    """A child in care. `id` is opaque and goes to Temporal; `ref` is the authority's and stays here and in doors."""

    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    date_of_birth: Mapped[date]
    year_group: Mapped[str]
    year_group_in: Mapped[str]
    """The academic year in which `year_group` was true; it goes up every 1 September."""
    upn: Mapped[str | None]
    entered_care_on: Mapped[date]
    school_urn: Mapped[str] = mapped_column(ForeignKey("schools.urn"))
    team: Mapped[str]
    grant_eligible: Mapped[bool]
    in_care: Mapped[bool] = mapped_column(Boolean, default=True)
    has_school_place: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")
    """Without one `school_urn` is the last school's, or a row that stands for none; it gives the term dates alone. The
    Virtual School takes the designated teacher's part."""
    second_school_urn: Mapped[str | None] = mapped_column(ForeignKey("schools.urn"))
    """Dual registration: meetings fall on days on which both are open."""
    address_restricted: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    """No mail says where the child can be found: a meeting's place stays out of invitations."""
    left_care_on: Mapped[date | None]
    roll: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """School and people as the last roll gave them: an old roll changes nothing that acts have changed since."""
    opens_term: Mapped[str | None]
    opens_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the next review opens, as the child's cycle was last told."""
    early_term: Mapped[str | None]
    early_at: Mapped[datetime | None]
    """The Virtual School brought the opening of that term's review forward to this instant."""


class CaseRole(Table):
    """Who plays which role on a case."""

    __tablename__ = "case_roles"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class Delegation(Table):
    """What the designated teacher lets pastoral staff draft: one red section of a case, or every one (`*`)."""

    __tablename__ = "delegations"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class StaffRole(Table):
    """Roles that hold for every case: Virtual School, finance, operator."""

    __tablename__ = "staff_roles"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class Token(Table):
    """A bearer token of the JSON API. Only its SHA-256 is kept."""

    __tablename__ = "tokens"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Review(Table):
    """One term's review. `plan` and `standing` are the contracts' dataclasses; the other columns are for queries."""

    __tablename__ = "reviews"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    academic_year: Mapped[str]
    term: Mapped[str]
    ends_on: Mapped[date]
    """The term's last day; orders a case's reviews."""
    plan: Mapped[dict[str, Any]]
    standing: Mapped[dict[str, Any]]
    stage: Mapped[str]
    school_urn: Mapped[str | None] = mapped_column(ForeignKey("schools.urn"))
    """The school whose meeting this is, None without one; with a grant that stays, the one that is paid."""
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the clock must next do something; later than that without effect means that the case is stuck."""
    reported_team: Mapped[str | None]
    reported_school_urn: Mapped[str | None]
    """The child's team and school when the review opened: where reports count it for ever (docs/adr/0012)."""
    __table_args__ = (UniqueConstraint("case_id", "academic_year", "term"), Index(None, "stage"))


class SectionRevision(Table):
    """What was written, every version of it."""

    __tablename__ = "section_revisions"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    section: Mapped[str]
    role: Mapped[str]
    act_id: Mapped[str]
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_section_revisions_outcomes", "review_id", "id", postgresql_where="section = 'previous_targets'"),
    )


class StoredAct(Table):
    """Every accepted act, with everything that was typed. An accepted id is used up."""

    __tablename__ = "acts"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    """None for an act on the case while no review is open: a handover, leaving care."""
    action: Mapped[str]
    by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class PendingChange(Table):
    """An act on the case that holds from a later day."""

    __tablename__ = "pending_changes"
    act_id: Mapped[str] = mapped_column(ForeignKey("acts.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    from_day: Mapped[date]
    applied_at: Mapped[datetime | None]


class Attendee(Table):
    """Somebody beside the two parties who is asked to a review's meeting, and what they answered (B3, B4)."""

    __tablename__ = "attendees"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str | None]
    email: Mapped[str | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]


class Destination(Table):
    """A workflow that is told things; its row is the lock under which its messages are numbered."""

    __tablename__ = "destinations"
    workflow_id: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(Integer, default=0)
    closed: Mapped[bool] = mapped_column(Boolean, default=False)


class Message(Table):
    """What a workflow is to be told: the signal's name and its facts, numbered without gaps per destination."""

    __tablename__ = "messages"
    workflow_id: Mapped[str] = mapped_column(ForeignKey("destinations.workflow_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    signal: Mapped[str]
    facts: Mapped[dict[str, Any]]
    stored_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_messages_untold", "stored_at", postgresql_where="told_at IS NULL"),)


_SIGNED_OFF = "what = 'accepted' AND facts ->> 'action' = 'sign_off'"


class CaseEvent(Table):
    """The case's history in the words of the field; the audit, append-only, and the journal of a rehearsal."""

    __tablename__ = "case_events"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str]
    by: Mapped[str]
    facts: Mapped[dict[str, Any]]
    __table_args__ = (
        Index(None, "case_id", "at"),
        # What reports look for over all cases (store/figures.py).
        Index("ix_case_events_opened", "review_id", "at", postgresql_where="what = 'opened'"),
        Index("ix_case_events_paid", "at", postgresql_where="what IN ('grant', 'funding')"),
        Index("ix_case_events_signed_off", "at", postgresql_where=_SIGNED_OFF),
    )


_UNDELIVERED = "state IN ('refused', 'given_up', 'bounced') AND seen_to_at IS NULL"


class Letter(Table):
    """The outbox of mail. Message-ID and Date are fixed before the first attempt (DESIGN.md, Money, mail, time)."""

    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    role: Mapped[str]
    step: Mapped[str]
    """Names the step of the ladder: the same step writes a letter to a role once."""
    intended_role: Mapped[str]
    """Whom the ladder meant; `role` is who has an address where that one has none."""
    level: Mapped[int | None]
    facts: Mapped[dict[str, Any]]
    address: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    dated: Mapped[datetime]
    state: Mapped[str]
    """waiting, sending, sent, maybe_sent, refused, withdrawn (no longer true when it was to be sent), given_up, or
    bounced: taken, and sent back later."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    smtp_code: Mapped[int | None]
    claimed_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    sent_again_at: Mapped[datetime | None]
    """When somebody had it sent again after it did not arrive; its days until it is given up count from then."""
    seen_to_at: Mapped[datetime | None]
    """When somebody saw to a letter that did not arrive: told the reader otherwise, or had it sent again."""
    __table_args__ = (
        UniqueConstraint("review_id", "step", "role", "address"),
        Index("ix_letters_waiting", "review_id", postgresql_where="settled_at IS NULL"),
        # The next letter to send is the first of it, however many wait.
        Index("ix_letters_due", "next_try_at", "id", postgresql_where="settled_at IS NULL"),
        Index("ix_letters_undelivered", "case_id", postgresql_where=_UNDELIVERED),
    )


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
