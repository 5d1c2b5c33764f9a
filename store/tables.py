"""The record's tables, without behaviour: children, people, reviews and what was done. Nothing here can be rebuilt from
anywhere else. Calendars, outboxes, money, pages, tracking and the watch have files of their own (`store/*_tables.py`).

Every instant is written by the injected clock: there is no `now()` in a default.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Table
from store.calendar_tables import CalendarRow


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
    calendar: Mapped[str] = mapped_column(ForeignKey(CalendarRow.code))
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
    reported_out_of_area: Mapped[bool | None]
    """The child's team and school when the review opened, and whether that was outside the authority's area (None where
    it was not known): where reports count it for ever (docs/adr/0012)."""
    __table_args__ = (
        UniqueConstraint("case_id", "academic_year", "term"),
        Index(None, "stage"),
        Index("ix_reviews_grant_kept", "case_id", postgresql_where="standing ->> 'grant' = 'kept'"),
    )


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
