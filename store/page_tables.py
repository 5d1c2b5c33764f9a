"""The tables that only the pages need: who is signed in, what is half written, what was read, what was attached."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Table


class SessionRow(Table):
    """Somebody who is signed in. Only the SHA-256 of the cookie's secret is kept."""

    __tablename__ = "sessions"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    way: Mapped[str]
    """How they signed in: code, authenticator or identity_provider."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    """signed_out, left (no role on any case any more) or by_operator. Time alone ends a session without a mark."""


class SignIn(Table):
    """One attempt to sign in, bound to the browser that began it by the secret in its cookie."""

    __tablename__ = "sign_ins"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    """Lower case, as it was typed; whether anybody has it is told to nobody."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None where nobody may sign in with that address."""
    code_sha256: Mapped[str | None]
    step: Mapped[str]
    """What is awaited: code, authenticator, enrolment or identity_provider."""
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_path: Mapped[str]
    facts: Mapped[dict[str, Any]]
    """What the identity provider's answer is checked against, or an authenticator's secret that is being set up."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "email", "created_at"),)


class Authenticator(Table):
    """The authenticator app of somebody with a council role (RFC 6238)."""

    __tablename__ = "authenticators"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed_secret: Mapped[str]
    """Encrypted with the key ring of the settings."""
    enrolled_at: Mapped[datetime]
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    """The time step of the last code that was taken: none is taken twice."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None]


class Draft(Table):
    """What somebody has typed into a form and not sent: kept until it is sent or thrown away."""

    __tablename__ = "drafts"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    """Which form of which review."""
    fields: Mapped[dict[str, Any]]
    """Every field by its name, as the browser sent it: lists of texts."""
    read_revision: Mapped[int]
    """The revision that was on the screen when the typing began."""
    act_id: Mapped[str]
    """The id that the act will have: sent twice, it is one act."""
    saved_at: Mapped[datetime]


class Attachment(Table):
    """A file that belongs to a plan. It is stored and handed back, never opened or run."""

    __tablename__ = "attachments"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    section: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    """Its media type, as the content itself shows it."""
    size: Mapped[int]
    """Bytes."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class RecordRead(Table):
    """Who looked at a child's record, when, and what of it. Append-only."""

    __tablename__ = "record_reads"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[str]
    """The page or the door's part, for instance `plan` or `plan.pdf`."""
    __table_args__ = (Index(None, "case_id", "at"),)


class CalendarFeed(Table):
    """The secret address at which somebody's calendar asks for their meetings. Only its SHA-256 is kept."""

    __tablename__ = "calendar_feeds"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
