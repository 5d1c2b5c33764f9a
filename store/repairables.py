"""What repairs are done to, many at once: findings, cases, letters, payments, and how each stands now."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, func, literal_column, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.problems import ItemResult
from contracts.review import FINAL
from store.letters import not_told
from store.money_tables import FundingRow, GrantRow
from store.outbox_tables import Letter
from store.reviews import KeptReview, kept_from_texts, texts_of_reviews
from store.tables import Case, CaseRole, Person, Review, StaffRole
from store.watch_tables import CaseHold, Finding, ProblemRow, RepairItem


async def findings_of_problem(session: AsyncSession, problem_id: int, chosen: Sequence[int] | None) -> list[Finding]:
    """What is stuck of a problem now, or what was chosen of that, in the order in which it was first seen."""
    query = select(Finding).where(Finding.problem_id == problem_id, Finding.gone_at.is_(None))
    if chosen is not None:
        query = query.where(Finding.id.in_(chosen))
    return list((await session.execute(query.order_by(Finding.id))).scalars())


async def findings_of_cases(session: AsyncSession, case_ids: Collection[str]) -> list[Finding]:
    """What is stuck of these cases now."""
    query = select(Finding).where(Finding.case_id.in_(case_ids), Finding.gone_at.is_(None))
    return list((await session.execute(query.order_by(Finding.id))).scalars())


async def problem_exists(session: AsyncSession, problem_id: int) -> bool:
    return await session.get(ProblemRow, problem_id) is not None


async def cases_called(session: AsyncSession, refs: Collection[str]) -> list[Case]:
    """The cases with these references, in their order."""
    return list((await session.execute(select(Case).where(Case.ref.in_(refs)).order_by(Case.ref))).scalars())


async def cases_of(session: AsyncSession, case_ids: Collection[str]) -> dict[str, Case]:
    """Cases by their opaque ids."""
    rows = (await session.execute(select(Case).where(Case.id.in_(case_ids)).order_by(Case.ref))).scalars()
    return {case.id: case for case in rows}


async def cases_managed_by(session: AsyncSession, person_id: int, case_ids: Collection[str]) -> set[str]:
    """Which of these cases are in a team manager's team."""
    query = select(CaseRole.case_id).where(
        CaseRole.person_id == person_id, CaseRole.role == Role.TEAM_MANAGER, CaseRole.case_id.in_(case_ids)
    )
    return set((await session.execute(query)).scalars())


async def covers_problem(session: AsyncSession, repair_id: int, problem_id: int) -> bool:
    """Whether a repair was done to everything that is still stuck of a problem: to each thing, or to its whole case."""
    done = (RepairItem.repair_id == repair_id, RepairItem.result == ItemResult.MOVED_ON)
    by_finding = select(RepairItem.finding_id).where(*done, RepairItem.finding_id.is_not(None))
    whole = RepairItem.subject == func.concat("case:", RepairItem.case_id)
    by_case = select(RepairItem.case_id).where(*done, RepairItem.case_id.is_not(None), whole)
    still = (Finding.problem_id == problem_id, Finding.gone_at.is_(None))
    others = and_(Finding.id.not_in(by_finding), or_(Finding.case_id.is_(None), Finding.case_id.not_in(by_case)))
    return (await session.execute(select(Finding.id).where(*still, others).limit(1))).first() is None


async def findings_still_there(session: AsyncSession, ids: Collection[int]) -> dict[int, str | None]:
    """Of these findings those that are still stuck, each with its run."""
    query = select(Finding.id, Finding.run_id).where(Finding.id.in_(ids), Finding.gone_at.is_(None))
    return {row.id: row.run_id for row in (await session.execute(query)).all()}


async def findings_gone(session: AsyncSession, ids: Collection[int]) -> dict[int, tuple[datetime, str]]:
    """Of these findings those that are gone: since when, and why."""
    query = select(Finding.id, Finding.gone_at, Finding.gone_because)
    gone = query.where(Finding.id.in_(ids), Finding.gone_at.is_not(None))
    return {row.id: (row.gone_at, row.gone_because) for row in (await session.execute(gone)).all()}


async def facts_of_findings(session: AsyncSession, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What a look saw of each of these findings."""
    query = select(Finding.id, Finding.facts).where(Finding.id.in_(ids))
    return {row.id: row.facts for row in (await session.execute(query)).all()}


async def letters_to(session: AsyncSession, address: str) -> list[Letter]:
    """The letters that wait for somebody's address to be right: on their way, or undelivered and not seen to."""
    query = select(Letter).where(Letter.address == address, or_(Letter.settled_at.is_(None), not_told()))
    return list((await session.execute(query.order_by(Letter.id))).scalars())


async def lock_letter(session: AsyncSession, letter_id: int) -> Letter | None:
    query = select(Letter).where(Letter.id == letter_id).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def payments_under(session: AsyncSession, keys: Collection[str]) -> dict[str, tuple[str, int]]:
    """Grants and funding that are under exactly these keys: the state, and how often each was refused before.

    One that goes on under a later key is not among them; `payments_now` finds that too (store/unsettled.py).
    """
    grants = select(GrantRow.key, GrantRow.state, GrantRow.refused_before).where(GrantRow.key.in_(keys))
    funding = select(FundingRow.key, FundingRow.state, FundingRow.refused_before).where(FundingRow.key.in_(keys))
    found: dict[str, tuple[str, int]] = {}
    rows: Sequence[Any] = (await session.execute(union_all(grants, funding))).all()
    for key, state, refused in rows:
        found[key] = (state, refused)
    return found


async def reviews_with(session: AsyncSession, ids: Collection[str]) -> dict[str, KeptReview]:
    """Reviews by their ids."""
    return await _kept(session, Review.id.in_(ids))


async def open_reviews_of_cases(session: AsyncSession, case_ids: Collection[str]) -> dict[str, list[KeptReview]]:
    """The reviews of these cases that are not over, by the case, the oldest first."""
    found: dict[str, list[KeptReview]] = {}
    for kept in (await _kept(session, Review.case_id.in_(case_ids), Review.stage.not_in(FINAL))).values():
        found.setdefault(kept.plan.case_id, []).append(kept)
    return found


async def _kept(session: AsyncSession, *which: ColumnElement[bool]) -> dict[str, KeptReview]:
    query = texts_of_reviews().where(*which).order_by(Review.ends_on, Review.id)
    kept = [kept_from_texts(plan, standing) for plan, standing in (await session.execute(query)).all()]
    return {one.plan.review_id: one for one in kept}


async def held_cases(session: AsyncSession, case_ids: Collection[str]) -> set[str]:
    """Which of these cases are on hold."""
    query = select(CaseHold.case_id).where(CaseHold.case_id.in_(case_ids))
    return set((await session.execute(query)).scalars())


async def hold_case(session: AsyncSession, case_id: str, repair_id: int, now: datetime) -> bool:
    """Hold the mail and money of a case; False where it is on hold already."""
    if await session.get(CaseHold, case_id) is not None:
        return False
    session.add(CaseHold(case_id=case_id, held_at=now, repair_id=repair_id))
    await session.flush()
    return True


async def release_case(session: AsyncSession, case_id: str) -> bool:
    """Let the mail and money of a case go on; False where it is not on hold."""
    row = await session.get(CaseHold, case_id)
    if row is None:
        return False
    await session.delete(row)
    await session.flush()
    return True


async def people_on(session: AsyncSession, case_ids: Collection[str], role: Role) -> dict[str, list[int]]:
    """Who plays a role on these cases."""
    query = select(CaseRole.case_id, CaseRole.person_id).where(CaseRole.case_id.in_(case_ids), CaseRole.role == role)
    found: dict[str, list[int]] = {}
    for case_id, person_id in (await session.execute(query.order_by(CaseRole.person_id))).all():
        found.setdefault(case_id, []).append(person_id)
    return found


async def plays(session: AsyncSession, person_id: int, role: Role) -> bool:
    """Whether somebody has a role on any case, or for the whole authority."""
    on_cases = select(CaseRole.person_id).where(CaseRole.person_id == person_id, CaseRole.role == role)
    on_staff = select(StaffRole.person_id).where(StaffRole.person_id == person_id, StaffRole.role == role)
    return (await session.execute(union_all(on_cases, on_staff).limit(1))).first() is not None


async def person_of(session: AsyncSession, person_id: int, *, lock: bool = False) -> Person | None:
    query = select(Person).where(Person.id == person_id).execution_options(populate_existing=True)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def person_versions(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Which version of each person's row there is: PostgreSQL's own number, so that no address has to be kept."""
    version = literal_column("people.xmin::text", Text).label("version")
    query = select(Person.id, version).where(Person.id.in_(ids))
    return {row.id: row.version for row in (await session.execute(query)).all()}
