"""What is to be told and sent: messages to workflows, letters to people. Without behaviour."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Table


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
