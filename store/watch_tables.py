"""The tables of the watch and the console: what is stuck, what operators do about it, and that they did.

No name, no address and nothing that anybody wrote about a child is in them: opaque ids, states, fixed words.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Table

_IS_OPEN = "result IN ('waiting', 'under_way', 'checking')"


class Attempt(Table):
    """One attempt of an activity that failed, or the success that ended a row of failures."""

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    workflow_id: Mapped[str]
    run_id: Mapped[str]
    activity_type: Mapped[str]
    activity_id: Mapped[str]
    attempt: Mapped[int]
    at_once: Mapped[bool] = mapped_column(Boolean, default=False)
    """Inside the workflow task, for seconds only: what fails there goes on as an activity that can be seen."""
    succeeded: Mapped[bool] = mapped_column(Boolean, default=False)
    error_type: Mapped[str | None]
    message: Mapped[str | None]
    """Of our own typed errors, normalised (rules/fingerprints.py); of anything else only the type is kept."""
    __table_args__ = (Index(None, "workflow_id", "activity_id", "at"), Index(None, "at"))


class ProblemRow(Table):
    """Everything that is stuck in one way. Its number is what people say to each other."""

    __tablename__ = "problems"
    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    step: Mapped[str]
    """The activity, the signal, the kind of letter or the part of the service; empty where there is none."""
    error_type: Mapped[str]
    message: Mapped[str]
    state: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    times_back: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (Index(None, "state"),)


class Finding(Table):
    """One thing that is stuck: a run, a letter, a payment, a message or a process."""

    __tablename__ = "findings"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), index=True)
    subject: Mapped[str]
    """What is stuck, as `activity:WORKFLOW:ID`, `run:WORKFLOW`, `review:ID`, `cycle:CASE`, `workflow:ID`, `letter:ID`,
    `payment:KEY` or `process:IDENTITY`."""
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    workflow_id: Mapped[str | None]
    run_id: Mapped[str | None]
    pence: Mapped[int] = mapped_column(Integer, default=0)
    """Money that is held up by it."""
    facts: Mapped[dict[str, Any]]
    """What the sweep saw: attempts, whether it is on hold, since when."""
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    gone_because: Mapped[str | None]
    __table_args__ = (
        Index("uq_findings_still", "problem_id", "subject", unique=True, postgresql_where="gone_at IS NULL"),
        Index("ix_findings_still_subject", "subject", postgresql_where="gone_at IS NULL"),
    )


class ProblemNote(Table):
    """What somebody at the console wrote about a problem."""

    __tablename__ = "problem_notes"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    words: Mapped[str]


class ProblemMove(Table):
    """A change of a problem's state, or of who looks after it: its history."""

    __tablename__ = "problem_moves"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None for what the watch saw by itself."""
    what: Mapped[str]
    """The state that the problem came to, or `taken` or `given_back`."""


class RepairRow(Table):
    """Something that an operator does to one thing or to many: previewed, agreed, done one by one."""

    __tablename__ = "repairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problems.id"), index=True)
    parameters: Mapped[dict[str, Any]]
    """What else was given, by field: school days, a day, evidence. An address is sealed with the settings' keys."""
    reason: Mapped[str]
    """What somebody typed: here and not in the audit, which holds its SHA-256."""
    refusal: Mapped[str | None]
    """Why the second person said no, kept the same way."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_role: Mapped[str]
    asked_at: Mapped[datetime]
    frozen: Mapped[str]
    """The SHA-256 of kind, parameters and items as they were previewed; an approval names it."""
    count: Mapped[int]
    pence: Mapped[int]
    state: Mapped[str]
    expires_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "state"),)


class RepairItem(Table):
    """One thing of a repair, as the preview saw it, and what became of it."""

    __tablename__ = "repair_items"
    repair_id: Mapped[int] = mapped_column(ForeignKey("repairs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str]
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    workflow_id: Mapped[str | None]
    run_id: Mapped[str | None]
    pence: Mapped[int] = mapped_column(Integer, default=0)
    seen: Mapped[dict[str, Any]]
    """How it was at the preview. It is compared before anything is done."""
    result: Mapped[str]
    said: Mapped[str | None]
    """The result in a sentence."""
    at: Mapped[datetime | None]
    __table_args__ = (Index("ix_repair_items_open", "repair_id", "number", postgresql_where=_IS_OPEN),)


class AddressNotice(Table):
    """The old address of somebody whose address was corrected: it is told that it was, and the row goes."""

    __tablename__ = "address_notices"
    repair_id: Mapped[int] = mapped_column(ForeignKey("repairs.id"), primary_key=True)
    sealed_address: Mapped[str]
    """With the settings' keys, as a repair keeps one."""
    at: Mapped[datetime]
    """When it was corrected."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime]


ABOUT_NO_CASE = "-"
"""The chain of what is about no one case."""


class AuditEntry(Table):
    """What somebody at the console did: append-only, each line bound to the one before it in its chain."""

    __tablename__ = "operator_audit"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    chain: Mapped[str]
    """The opaque id of the case; `-` for what is about no one case."""
    number: Mapped[int]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None for what the watch did by itself."""
    what: Mapped[str]
    facts: Mapped[dict[str, Any]]
    before: Mapped[str]
    """The hash of the line before; 64 zeros for the first."""
    hash: Mapped[str]
    __table_args__ = (UniqueConstraint("chain", "number"),)


class AuditSeal(Table):
    """How long every chain was at an instant, sealed with the settings' key: one that is cut off later is shorter."""

    __tablename__ = "audit_seals"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    chains: Mapped[dict[str, Any]]
    """Of every chain that has grown since the seal before: its last number and hash."""
    before: Mapped[str]
    seal: Mapped[str]


class Heartbeat(Table):
    """A process of the service, and when it last said that it lives."""

    __tablename__ = "heartbeats"
    identity: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str]
    """worker, web or watch."""
    queue: Mapped[str | None]
    version: Mapped[str]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    """Set by a process that ends in good order, and by the watch for one that died when another has taken its place."""


class Sweep(Table):
    """When a round of the watch last ended, and whether it could see everything: the console's "as of"."""

    __tablename__ = "sweeps"
    name: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime | None]
    """Of the last round that could see everything it looks at; None while there was none."""
    tried_at: Mapped[datetime]
    error_type: Mapped[str | None]
    """Why the newest round could not; None when it could."""
    facts: Mapped[dict[str, Any]]
    """What it measured: backlog, ages, counts."""


class Alert(Table):
    """A message to whoever keeps the service running, on one channel."""

    __tablename__ = "alerts"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """What it is about, once: the same key is told once."""
    kind: Mapped[str]
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problems.id"))
    facts: Mapped[dict[str, Any]]
    channel: Mapped[str]
    """mail or webhook."""
    at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    state: Mapped[str]
    """waiting, sent, given_up or held_back (there were too many)."""


class CaseHold(Table):
    """A case on which an operator holds mail and money. Its deadlines go on: only the Virtual School pauses those."""

    __tablename__ = "case_holds"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    held_at: Mapped[datetime]
    repair_id: Mapped[int | None] = mapped_column(ForeignKey("repairs.id"))
