"""Cases and the people on them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.review import Section
from store.tables import Authority, Case, CaseRole, Delegation, Person, School, StaffRole

_OF_THE_AUTHORITY = {
    Role.VIRTUAL_SCHOOL: Authority.virtual_school_email,
    Role.VIRTUAL_SCHOOL_HEAD: Authority.virtual_school_head_email,
    Role.IRO: Authority.iro_email,
}
_PLACES: list[Select[*tuple[Any, ...]]] = [
    select(CaseRole.role.label("role"), Person.email.label("email"))
    .join(Person, Person.id == CaseRole.person_id)
    .where(CaseRole.case_id == bindparam("case_id"), CaseRole.role.not_in([*_OF_THE_AUTHORITY, Role.HEAD_TEACHER])),
    select(literal(Role.HEAD_TEACHER), School.head_teacher_email).where(School.urn == bindparam("school_urn")),
    *(select(literal(role), email).where(Authority.id == 1) for role, email in _OF_THE_AUTHORITY.items()),
]
_ADDRESSES = union_all(*_PLACES).order_by("role", "email")
_FIND = select(Case).where(Case.ref == bindparam("ref"))
_LOCK_FOUND = _FIND.with_for_update().execution_options(populate_existing=True)
"""Built once: what every act and every letter asks."""


async def lock_case(session: AsyncSession, case_id: str) -> Case:
    """The case's row, locked: acts and the clock change a case one after the other."""
    query = select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one()


async def case_with_id(session: AsyncSession, case_id: str) -> Case:
    """A case by its opaque id. NoResultFound for one that is not there."""
    return await session.get_one(Case, case_id)


async def cases_in_care(session: AsyncSession) -> list[Case]:
    """Every child in care, in the order of the authority's references."""
    return list((await session.execute(select(Case).where(Case.in_care).order_by(Case.ref))).scalars())


async def find_case(session: AsyncSession, ref: str, *, lock: bool = False) -> Case | None:
    """A case by the authority's reference."""
    return (await session.execute(_LOCK_FOUND if lock else _FIND, {"ref": ref})).scalar_one_or_none()


async def cases_of_calendars(session: AsyncSession, codes: list[str]) -> list[Case]:
    """The children in care whose school, or second school, follows one of these calendars; each case locked."""
    at_school = or_(School.urn == Case.school_urn, School.urn == Case.second_school_urn)
    follows = exists().where(at_school, School.calendar.in_(codes))
    query = select(Case).where(Case.in_care, follows).order_by(Case.id).with_for_update()
    return list((await session.execute(query)).scalars())


async def cases_with_calendars(session: AsyncSession, case_ids: Sequence[str]) -> list[tuple[Case, str]]:
    """These cases with the codes of their schools' calendars, in the order of their ids."""
    query = select(Case, School.calendar).join(School, School.urn == Case.school_urn)
    rows = await session.execute(query.where(Case.id.in_(case_ids)).order_by(Case.id))
    return [(case, code) for case, code in rows.all()]


async def the_authority(session: AsyncSession) -> Authority | None:
    """The authority of this database; None before anything was set up."""
    return await session.get(Authority, 1)


async def addresses(session: AsyncSession, case: Case, role: Role) -> list[str]:
    """Where a letter to a role on a case goes now: people are addressed at the time of sending."""
    return (await addresses_by_role(session, case)).get(role, [])


async def addresses_by_role(session: AsyncSession, case: Case) -> dict[str, list[str]]:
    """Where letters to everybody on a case go now, by role; a role without an address is left out."""
    found: dict[str, list[str]] = {}
    for role, email in await session.execute(_ADDRESSES, {"case_id": case.id, "school_urn": case.school_urn}):
        if email:
            found.setdefault(role, []).append(email)
    return found


async def roles_on(session: AsyncSession, case: Case, person_id: int) -> set[Role]:
    """The roles that a person has on a case; none means that the case is foreign to them."""
    on_case = select(CaseRole.role).where(CaseRole.case_id == case.id, CaseRole.person_id == person_id)
    on_staff = select(StaffRole.role).where(StaffRole.person_id == person_id)
    found = [*(await session.execute(on_case)).scalars(), *(await session.execute(on_staff)).scalars()]
    return {Role(role) for role in found}


async def delegated_sections(session: AsyncSession, case: Case, person_id: int | None) -> frozenset[Section]:
    """The red sections that somebody may draft on this case as pastoral staff; what anybody may, where the door vouches
    for the role and knows no person."""
    query = select(Delegation.section).where(Delegation.case_id == case.id)
    if person_id is not None:
        query = query.where(Delegation.person_id == person_id)
    names = set((await session.execute(query)).scalars())
    return frozenset(section for section in Section if "*" in names or section in names)


async def sections_delegated_to(session: AsyncSession, person_id: int) -> dict[str, frozenset[Section]]:
    """What somebody may draft as pastoral staff, by the opaque ids of the cases."""
    found: dict[str, frozenset[Section]] = {}
    query = select(Delegation.case_id, Delegation.section).where(Delegation.person_id == person_id)
    for case_id, name in (await session.execute(query)).all():
        sections = frozenset(section for section in Section if name in ("*", section))
        found[case_id] = found.get(case_id, frozenset()) | sections
    return found


async def delegate(session: AsyncSession, case: Case, email: str, section: Section | None) -> None:
    """Let a person draft one red section of a case, or all of them; they become pastoral staff on it."""
    person_id = await person_with(session, email)
    role = insert(CaseRole).values(case_id=case.id, role=Role.PASTORAL, person_id=person_id)
    await session.execute(role.on_conflict_do_nothing())
    part = insert(Delegation).values(case_id=case.id, section=section or "*", person_id=person_id)
    await session.execute(part.on_conflict_do_nothing())


async def replace_people(
    session: AsyncSession, case_id: str, role: Role, email: str | None = None, name: str | None = None
) -> None:
    """Somebody else plays a role on a case from now on, in place of everybody who did; without an address, nobody."""
    gone = delete(CaseRole).where(CaseRole.case_id == case_id, CaseRole.role == role)
    await session.execute(gone)
    if role is Role.PASTORAL:
        await session.execute(delete(Delegation).where(Delegation.case_id == case_id))
    if email is not None:
        person_id = await person_with(session, email, name)
        session.add(CaseRole(case_id=case_id, role=role, person_id=person_id))
    await session.flush()


async def person_with(session: AsyncSession, email: str, name: str | None = None) -> int:
    """The person with an address; somebody new is added, called by their address until a name is known."""
    email = email.strip().lower()
    query = insert(Person).values(email=email, name=name or email).on_conflict_do_nothing()
    await session.execute(query)
    return (await session.execute(select(Person.id).where(Person.email == email))).scalar_one()


async def person_at(session: AsyncSession, email: str) -> int | None:
    """The person with an address, if anybody has it."""
    query = select(Person.id).where(func.lower(Person.email) == email.strip().lower())
    return (await session.execute(query)).scalars().first()
