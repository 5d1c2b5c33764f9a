"""What somebody has typed and not sent. One draft for a person and a form; the newest typing replaces the older."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.page_tables import Draft

Typed = Mapping[str, Sequence[str]]
"""The fields of a form by their names, as a browser sends them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft belongs: whose it is, on which case, in which form of which review."""

    person_id: int
    case_id: str
    form: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft. `read_revision` is what was on the screen when the typing began; `act_id` makes two sendings one act."""

    fields: Typed
    read_revision: int
    act_id: str
    saved_at: datetime


async def find_draft(session: AsyncSession, place: Place) -> Kept | None:
    """What was typed here and not sent."""
    row = await session.get(Draft, (place.person_id, place.case_id, place.form))
    return Kept(row.fields, row.read_revision, row.act_id, row.saved_at) if row else None


async def drafts_on(session: AsyncSession, person_id: int, case_id: str) -> dict[str, Kept]:
    """A person's drafts on a case, by their forms."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.case_id == case_id)
    rows = (await session.execute(query)).scalars()
    return {row.form: Kept(row.fields, row.read_revision, row.act_id, row.saved_at) for row in rows}


async def keep_draft(session: AsyncSession, place: Place, kept: Kept) -> None:
    """Keep what was typed, in place of what was kept before."""
    values = {
        "fields": {name: list(texts) for name, texts in kept.fields.items()},
        "read_revision": kept.read_revision,
        "act_id": kept.act_id,
        "saved_at": kept.saved_at,
    }
    where = {"person_id": place.person_id, "case_id": place.case_id, "form": place.form}
    query = insert(Draft).values(**where, **values)
    await session.execute(query.on_conflict_do_update(index_elements=list(where), set_=values))


async def forget_draft(session: AsyncSession, place: Place) -> None:
    """It was sent, or thrown away."""
    query = delete(Draft).where(Draft.person_id == place.person_id, Draft.case_id == place.case_id)
    await session.execute(query.where(Draft.form == place.form))
