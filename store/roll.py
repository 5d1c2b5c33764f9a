"""What the import of a roll reads: schools, people, cases and who plays which role on them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store.tables import Case, CaseRole, PendingChange, Person, School

_IMPORT_LOCK = 7_374_002
"""Any fixed number: PostgreSQL's advisory lock for imports of this product."""


async def one_import_at_a_time(session: AsyncSession) -> None:
    """Wait until no other import is under way; the lock ends with the transaction."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})


async def schools_by_urn(session: AsyncSession, urns: Collection[str]) -> dict[str, School]:
    query = select(School).where(School.urn.in_(urns))
    return {school.urn: school for school in (await session.execute(query)).scalars()}


async def people_by_email(session: AsyncSession, emails: Collection[str]) -> dict[str, Person]:
    """People by address in lower case, however it was stored."""
    query = select(Person).where(func.lower(Person.email).in_(emails)).order_by(Person.id.desc())
    return {person.email.lower(): person for person in (await session.execute(query)).scalars()}


async def cases_by_ref(session: AsyncSession, refs: Collection[str]) -> dict[str, Case]:
    """Cases by the authority's reference, locked as an act locks them, in one order."""
    query = select(Case).where(Case.ref.in_(refs)).order_by(Case.id).with_for_update()
    return {case.ref: case for case in (await session.execute(query)).scalars()}


async def cases_at_schools(session: AsyncSession, urns: Collection[str]) -> list[Case]:
    """The children in care at these schools, as their first or their second, locked in one order."""
    query = select(Case).where(Case.in_care, or_(Case.school_urn.in_(urns), Case.second_school_urn.in_(urns)))
    return list((await session.execute(query.order_by(Case.id).with_for_update())).scalars())


async def ids_of_refs(session: AsyncSession, refs: Collection[str]) -> list[str]:
    """The ids of these references' cases, in the order of the references."""
    query = select(Case.id).where(Case.ref.in_(refs)).order_by(Case.ref)
    return list((await session.execute(query)).scalars()) if refs else []


async def cases_with_due_changes(session: AsyncSession, refs: Collection[str], today: date) -> list[Case]:
    """Cases with an act that holds by this London day and was not carried out yet, locked in one order."""
    due = select(PendingChange.case_id).where(PendingChange.applied_at.is_(None), PendingChange.from_day <= today)
    query = select(Case).where(Case.ref.in_(refs), Case.id.in_(due)).order_by(Case.id).with_for_update()
    return list((await session.execute(query)).scalars())


async def holders_of_upns(session: AsyncSession, upns: Collection[str]) -> dict[str, str]:
    """For each of these UPNs that a case has: that case's reference."""
    query = select(Case.upn, Case.ref).where(Case.upn.in_(upns))
    return {upn: ref for upn, ref in await session.execute(query) if upn is not None}


async def roles_of_cases(
    session: AsyncSession, case_ids: Collection[str], roles: Collection[Role]
) -> dict[tuple[str, str], list[CaseRole]]:
    """Who plays these roles, by case and role."""
    query = select(CaseRole).where(CaseRole.case_id.in_(case_ids), CaseRole.role.in_(roles))
    found: dict[tuple[str, str], list[CaseRole]] = defaultdict(list)
    for row in (await session.execute(query)).scalars():
        found[row.case_id, row.role].append(row)
    return found


async def count_in_care_beside(session: AsyncSession, refs: Collection[str]) -> int:
    """How many children in care are not among these references."""
    query = select(func.count()).select_from(Case).where(Case.in_care, Case.ref.not_in(refs))
    return (await session.execute(query)).scalar_one()
