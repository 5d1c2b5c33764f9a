"""People whose role holds for every case, and what the operator does for them."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store.cases import person_with
from store.tables import StaffRole

STAFF_ROLES = (Role.VIRTUAL_SCHOOL, Role.FINANCE, Role.OPERATOR, Role.IRO, Role.VIRTUAL_SCHOOL_HEAD)
"""Roles for the whole authority. IROs and the head of the Virtual School read; only the first three act."""


async def give_staff_role(session: AsyncSession, email: str, role: Role, name: str | None = None) -> int:
    """Give a person one of STAFF_ROLES; gives the person's id. Somebody new is added, called by `name`."""
    person_id = await person_with(session, email, name)
    await session.execute(insert(StaffRole).values(person_id=person_id, role=role).on_conflict_do_nothing())
    return person_id
