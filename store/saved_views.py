"""Saved views: a filtered and sorted list with a name, for oneself or for everybody with the same role."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store.staff import roles_anywhere
from store.tables import Person
from store.tracking_tables import SavedView

MOST = 50
"""So many views somebody may keep: more than anybody can tell apart."""
SHARED_AMONG = frozenset({
    Role.VIRTUAL_SCHOOL, Role.VIRTUAL_SCHOOL_HEAD, Role.TEAM_MANAGER, Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER,
    Role.FINANCE, Role.OPERATOR, Role.ENGINEER,
})  # fmt: skip
"""Colleagues who do the same work. A shared view tells its owner's name and what they called it: nobody is told who
else is in care, or cares for a child. The policy of `saved_views` has the same roles (migration 0007)."""


class TooManyViews(Exception):
    """Somebody has as many saved views as they may keep."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved view as somebody sees it."""

    id: int
    name: str
    asked: str
    owner_id: int
    owner: str
    shared_with: str | None


async def sharing_roles(session: AsyncSession, person_id: int) -> list[Role]:
    """Those of a person's roles with which views are shared."""
    has = await roles_anywhere(session, person_id)
    return [role for role in Role if role in has & SHARED_AMONG]


async def views_for(session: AsyncSession, person_id: int, roles: Collection[Role]) -> list[View]:
    """Somebody's own views, and those that were shared with a role of theirs, by name."""
    query = _visible(person_id, roles).order_by(func.lower(SavedView.name), SavedView.id)
    return [_view(row, owner) for row, owner in (await session.execute(query)).all()]


async def view_for(session: AsyncSession, person_id: int, roles: Collection[Role], view_id: int) -> View | None:
    """One of them; None for one that is not there or not for them."""
    row = (await session.execute(_visible(person_id, roles).where(SavedView.id == view_id))).first()
    return _view(*row) if row else None


async def keep_view(
    session: AsyncSession, person_id: int, name: str, asked: str, shared_with: Role | None, now: datetime
) -> None:
    """Keep a view, in place of the one that the person has under that name. Raises TooManyViews."""
    others = select(func.count()).select_from(SavedView)
    others = others.where(SavedView.person_id == person_id, SavedView.name != name)
    if (await session.execute(others)).scalar_one() >= MOST:
        raise TooManyViews
    values = {"asked": asked, "shared_with": shared_with, "saved_at": now}
    kept = insert(SavedView).values(person_id=person_id, name=name, **values)
    await session.execute(kept.on_conflict_do_update(index_elements=["person_id", "name"], set_=values))


async def delete_view(session: AsyncSession, person_id: int, view_id: int) -> str | None:
    """Delete a view of one's own; gives its name. None for one that is not there, or somebody else's."""
    query = delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
    return (await session.execute(query.returning(SavedView.name))).scalar_one_or_none()


def _visible(person_id: int, roles: Collection[Role]):  # type: ignore[no-untyped-def]
    query = select(SavedView, Person.name).join(Person, Person.id == SavedView.person_id)
    return query.where(or_(SavedView.person_id == person_id, SavedView.shared_with.in_(roles)))


def _view(row: SavedView, owner: str) -> View:
    return View(row.id, row.name, row.asked, row.person_id, owner, row.shared_with)
