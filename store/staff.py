"""People whose role holds for every case, and who plays which part anywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store.cases import person_with
from store.tables import Case, CaseRole, Person, StaffRole


@dataclass(frozen=True, slots=True)
class Part:
    """A role that somebody plays, and the references of the cases; none for a role of the whole authority."""

    email: str
    role: Role
    cases: tuple[str, ...]


async def give_staff_role(session: AsyncSession, email: str, role: Role, name: str | None = None) -> int:
    """Give a person one of STAFF_ROLES; gives the person's id. Somebody new is added, called by `name`."""
    person_id = await person_with(session, email, name)
    await session.execute(insert(StaffRole).values(person_id=person_id, role=role).on_conflict_do_nothing())
    return person_id


async def roles_anywhere(session: AsyncSession, person_id: int) -> frozenset[Role]:
    """Every role that a person plays, on some case or for the whole authority."""
    on_cases = select(CaseRole.role).where(CaseRole.person_id == person_id)
    on_staff = select(StaffRole.role).where(StaffRole.person_id == person_id)
    return frozenset(Role(role) for role in (await session.execute(on_cases.union(on_staff))).scalars())


async def people_with(session: AsyncSession, roles: Collection[Role]) -> list[int]:
    """The ids of everybody who has one of these roles anywhere."""
    on_cases = select(CaseRole.person_id).where(CaseRole.role.in_(roles))
    on_staff = select(StaffRole.person_id).where(StaffRole.role.in_(roles))
    return sorted((await session.execute(on_cases.union(on_staff))).scalars())


async def parts_of(session: AsyncSession, emails: Sequence[str]) -> list[Part]:
    """What these people are, in the order in which their addresses are given."""
    refs = func.array_agg(Case.ref.distinct())
    on_cases = select(Person.email, CaseRole.role, refs).join(CaseRole, CaseRole.person_id == Person.id)
    on_cases = on_cases.join(Case, Case.id == CaseRole.case_id).group_by(Person.email, CaseRole.role)
    on_cases = on_cases.where(Person.email.in_(emails))
    on_staff = select(Person.email, StaffRole.role).join(StaffRole, StaffRole.person_id == Person.id)
    on_staff = on_staff.where(Person.email.in_(emails))
    rows = [(email, role, tuple(sorted(found))) for email, role, found in (await session.execute(on_cases)).all()]
    rows += [(email, role, ()) for email, role in (await session.execute(on_staff)).all()]
    parts = [Part(email, Role(role), found) for email, role, found in rows]
    return sorted(parts, key=lambda part: (emails.index(part.email), part.role))
