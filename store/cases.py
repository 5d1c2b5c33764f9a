"""Cases and the people on them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.review import Section
from store.tables import Authority, Case, CaseRole, Delegation, Person, School, StaffRole


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
    query = select(Case).where(Case.ref == ref)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def cases_of_calendars(session: AsyncSession, codes: list[str]) -> list[Case]:
    """The children in care whose school follows one of these calendars."""
    query = select(Case).join(School, School.urn == Case.school_urn)
    query = query.where(School.calendar.in_(codes), Case.in_care).order_by(Case.id)
    return list((await session.execute(query)).scalars())


async def cases_with_calendars(session: AsyncSession, case_ids: Sequence[str]) -> list[tuple[Case, str]]:
    """These cases with the codes of their schools' calendars, in the order of their ids."""
    query = select(Case, School.calendar).join(School, School.urn == Case.school_urn)
    rows = await session.execute(query.where(Case.id.in_(case_ids)).order_by(Case.id))
    return [(case, code) for case, code in rows.all()]


async def school_of(session: AsyncSession, case: Case) -> School:
    return await session.get_one(School, case.school_urn)


async def the_authority(session: AsyncSession) -> Authority | None:
    """The authority of this database; None before anything was set up."""
    return await session.get(Authority, 1)


async def addresses(session: AsyncSession, case: Case, role: Role) -> list[str]:
    """Where a letter to a role on a case goes now: people are addressed at the time of sending."""
    if role in (Role.VIRTUAL_SCHOOL, Role.VIRTUAL_SCHOOL_HEAD, Role.IRO):
        return await _authority_address(session, role)
    if role is Role.HEAD_TEACHER:
        school = await school_of(session, case)
        return [school.head_teacher_email] if school.head_teacher_email else []
    query = select(Person.email).join(CaseRole, CaseRole.person_id == Person.id)
    query = query.where(CaseRole.case_id == case.id, CaseRole.role == role).order_by(Person.email)
    return list((await session.execute(query)).scalars())


async def roles_on(session: AsyncSession, case: Case, person_id: int) -> set[Role]:
    """The roles that a person has on a case; none means that the case is foreign to them."""
    on_case = select(CaseRole.role).where(CaseRole.case_id == case.id, CaseRole.person_id == person_id)
    on_staff = select(StaffRole.role).where(StaffRole.person_id == person_id)
    found = [*(await session.execute(on_case)).scalars(), *(await session.execute(on_staff)).scalars()]
    return {Role(role) for role in found}


async def delegated_sections(session: AsyncSession, case: Case) -> frozenset[Section]:
    """The red sections that pastoral staff may draft on this case."""
    query = select(Delegation.section).where(Delegation.case_id == case.id)
    names = set((await session.execute(query)).scalars())
    return frozenset(section for section in Section if "*" in names or section in names)


async def _authority_address(session: AsyncSession, role: Role) -> list[str]:
    authority = await the_authority(session)
    if authority is None:
        return []
    found = {
        Role.VIRTUAL_SCHOOL: authority.virtual_school_email,
        Role.VIRTUAL_SCHOOL_HEAD: authority.virtual_school_head_email,
        Role.IRO: authority.iro_email,
    }[role]
    return [found] if found else []


async def delegate(session: AsyncSession, case: Case, email: str, section: Section | None) -> None:
    """Let a person draft one red section of a case, or all of them; they become pastoral staff on it."""
    person_id = await person_with(session, email)
    role = insert(CaseRole).values(case_id=case.id, role=Role.PASTORAL, person_id=person_id)
    await session.execute(role.on_conflict_do_nothing())
    part = insert(Delegation).values(case_id=case.id, section=section or "*", person_id=person_id)
    await session.execute(part.on_conflict_do_nothing())


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
