"""Files of a plan, in the record like everything else. One that was removed stays, and is shown to nobody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.review import Section
from store.page_tables import Attachment

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:review_id, 0))")
_MOVED = text("SELECT pg_notify('pep_case', :case_id)")
"""As the history's own trigger does it: open pages show the new file."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file without what is in it."""

    id: str
    review_id: str
    section: Section
    name: str
    kind: str
    """Its media type."""
    size: int
    """Bytes."""
    person_id: int
    role: Role
    added_at: datetime


async def attached_to(session: AsyncSession, review_id: str) -> list[AttachedFile]:
    """A review's files, the oldest first."""
    query = _files().where(Attachment.review_id == review_id).order_by(Attachment.added_at, Attachment.id)
    return [_file(row) for row in (await session.execute(query)).all()]


async def find_attached(session: AsyncSession, case_id: str, attachment_id: str) -> AttachedFile | None:
    """One file of a case; None for one that was removed, is another case's or never was."""
    query = _files().where(Attachment.case_id == case_id, Attachment.id == attachment_id.replace("\0", ""))
    row = (await session.execute(query)).one_or_none()
    return _file(row) if row else None


async def content_of(session: AsyncSession, attachment_id: str) -> bytes:
    """What is in a file. NoResultFound without it."""
    return (await session.execute(select(Attachment.content).where(Attachment.id == attachment_id))).scalar_one()


async def lock_files(session: AsyncSession, review_id: str) -> None:
    """Until the transaction ends nobody else adds a file to this review, so that their number can be trusted."""
    await session.execute(_ONE_AT_A_TIME, {"review_id": review_id})


async def attach(session: AsyncSession, attachment: Attachment) -> None:
    """Keep a file."""
    session.add(attachment)
    await session.flush()
    await session.execute(_MOVED, {"case_id": attachment.case_id})


async def remove_attached(session: AsyncSession, case_id: str, attachment_id: str, now: datetime) -> None:
    """Show a file to nobody any more. `now` is UTC."""
    query = update(Attachment).where(Attachment.id == attachment_id, Attachment.removed_at.is_(None))
    await session.execute(query.values(removed_at=now), execution_options={"synchronize_session": False})
    await session.execute(_MOVED, {"case_id": case_id})


def _files() -> Select[*tuple[object, ...]]:
    columns = (getattr(Attachment, name) for name in AttachedFile.__slots__)
    return select(*columns).where(Attachment.removed_at.is_(None))


def _file(row: object) -> AttachedFile:
    found = {name: getattr(row, name) for name in AttachedFile.__slots__}
    return AttachedFile(**{**found, "section": Section(found["section"]), "role": Role(found["role"])})
