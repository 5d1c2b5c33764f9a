"""Keeping the list of cases: what is to be computed anew, what it is computed from, and the lines themselves.

Nothing here waits for an act, or lets one wait: a case's row is read and never locked. Processes that compute the same
line do it in turn, so that the line that stays is the one that read last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, delete, exists, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funding import Decision
from contracts.people import Role
from contracts.review import Stage
from store.caseload import reviews_that_matter
from store.funding import KEPT
from store.grants import LedgerState
from store.letters import not_told
from store.money_tables import FundingRow, GrantRow
from store.outbox_tables import Letter
from store.reviews import KeptReview
from store.tables import Authority, Case, CaseRole, Person, Review, School
from store.tracking_tables import CaseListing, StaleListing

_FAMILY_OF_LOCKS = 7_374_006
"""Any fixed number: the family of PostgreSQL's advisory locks for lines of the list; the case is the other half."""
_LOCK = text(
    f"SELECT pg_advisory_xact_lock({_FAMILY_OF_LOCKS}, line) "  # noqa: S608 - a number of our own
    "FROM (SELECT DISTINCT hashtext(id) AS line FROM unnest(:case_ids) AS id ORDER BY line) AS lines"
).bindparams(bindparam("case_ids", type_=ARRAY(Text)))
_IN_ORDER = aggregate_order_by(literal(", "), Person.name)
_OVER_AND_DONE = (LedgerState.CONFIRMED, LedgerState.REVERSED)
_LINE = CaseListing.__table__
_KEEP = insert(_LINE).inline()  # type: ignore[arg-type]
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["case_id"],
    set_={column.name: _KEEP.excluded[column.name] for column in _LINE.c if not column.primary_key},
)


@dataclass(frozen=True, slots=True)
class ToList:
    """Everything that a case's line is computed from."""

    case: Case
    reviews: list[KeptReview]
    """Those that are not over, and the newest, the oldest term first, as they are kept."""
    school: School
    authority_calendar: str | None
    people: Mapping[str, str]
    """The names of the social worker and the designated teacher, by role."""
    not_told: int
    money_waits: bool


async def anything_to_list(session: AsyncSession, now: datetime) -> bool:
    """Whether any line is to be computed anew: something has changed, or the calendar has changed it."""
    changed = exists().select_from(StaleListing)
    return bool((await session.execute(select(or_(changed, exists().where(CaseListing.changes_at <= now))))).scalar())


async def count_to_list(session: AsyncSession, now: datetime) -> int:
    """How many cases are to be computed anew."""
    stale = select(StaleListing.case_id).union(select(CaseListing.case_id).where(CaseListing.changes_at <= now))
    return (await session.execute(select(func.count()).select_from(stale.subquery()))).scalar_one()


async def take_stale(session: AsyncSession, now: datetime, most: int, of_person: int | None = None) -> list[str]:
    """At most so many cases whose line is to be computed anew: they are this transaction's, which computes them.

    `of_person`: only those on which that person has a role. What another process has taken is left to it.
    """
    theirs = select(CaseRole.case_id).where(CaseRole.person_id == of_person)
    stale, due = select(StaleListing.id), select(CaseListing.case_id).where(CaseListing.changes_at <= now)
    if of_person is not None:
        stale, due = stale.where(StaleListing.case_id.in_(theirs)), due.where(CaseListing.case_id.in_(theirs))
    stale = stale.order_by(StaleListing.id).limit(most).with_for_update(skip_locked=True)
    taken = delete(StaleListing).where(StaleListing.id.in_(stale)).returning(StaleListing.case_id)
    case_ids = dict.fromkeys((await session.execute(taken)).scalars())
    if case_ids:
        # A case is often noted several times: its line is computed once for all of them.
        others = select(StaleListing.id).where(StaleListing.case_id.in_(case_ids)).with_for_update(skip_locked=True)
        await session.execute(delete(StaleListing).where(StaleListing.id.in_(others)))
    if len(case_ids) < most:
        late = due.order_by(CaseListing.changes_at).limit(most - len(case_ids))
        case_ids |= dict.fromkeys((await session.execute(late)).scalars())
    await session.execute(_LOCK, {"case_ids": list(case_ids)})
    return list(case_ids)


async def to_list(session: AsyncSession, case_ids: Sequence[str]) -> list[ToList]:
    """What the lines of these cases are computed from, as it is now: a handful of queries, however many cases."""
    cases = (await session.execute(select(Case).where(Case.id.in_(case_ids)))).scalars().all()
    schools = select(School).where(School.urn.in_({case.school_urn for case in cases}))
    by_urn = {school.urn: school for school in (await session.execute(schools)).scalars()}
    reviews, people = await reviews_that_matter(session, case_ids), await _people(session, case_ids)
    not_told, owed = await _not_told(session, case_ids), await _money_waits(session, case_ids)
    calendar = (await session.execute(select(Authority.calendar))).scalar_one_or_none()
    return [
        ToList(
            case=case,
            reviews=reviews[case.id],
            school=by_urn[case.school_urn],
            authority_calendar=calendar,
            people=people.get(case.id, {}),
            not_told=not_told.get(case.id, 0),
            money_waits=case.id in owed,
        )
        for case in cases
    ]


async def keep_lines(session: AsyncSession, lines: Sequence[Mapping[str, Any]]) -> None:
    """Put lines into the list, in place of those that are there. Each has every column of `case_listing`."""
    if lines:
        await session.execute(_KEEP, [dict(line) for line in lines])


async def _people(session: AsyncSession, case_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    query = select(CaseRole.case_id, CaseRole.role, func.string_agg(Person.name, _IN_ORDER))
    query = query.join(Person, Person.id == CaseRole.person_id).group_by(CaseRole.case_id, CaseRole.role)
    both = CaseRole.role.in_((Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER))
    found: dict[str, dict[str, str]] = {}
    for case_id, role, names in (await session.execute(query.where(CaseRole.case_id.in_(case_ids), both))).all():
        found.setdefault(case_id, {})[role] = names
    return found


async def _not_told(session: AsyncSession, case_ids: Sequence[str]) -> dict[str, int]:
    query = select(Letter.case_id, func.count()).where(not_told(), Letter.case_id.in_(case_ids))
    rows = (await session.execute(query.group_by(Letter.case_id))).all()
    return {row[0]: row[1] for row in rows}


async def _money_waits(session: AsyncSession, case_ids: Sequence[str]) -> set[str]:
    """The cases for which a grant or funding is due, and neither paid nor kept by the Virtual School."""
    signed_off = select(Review.case_id).where(Review.stage == Stage.PAYING)
    grants = select(GrantRow.case_id).where(GrantRow.state.not_in(_OVER_AND_DONE), GrantRow.paid_otherwise.is_(None))
    funding = select(FundingRow.case_id).where(
        FundingRow.decision == Decision.AGREED,
        FundingRow.state.not_in((*_OVER_AND_DONE, KEPT)),
        FundingRow.paid_otherwise.is_(None),
    )
    queries = (signed_off.where(Review.case_id.in_(case_ids)), grants.where(GrantRow.case_id.in_(case_ids)),
               funding.where(FundingRow.case_id.in_(case_ids)))  # fmt: skip
    return {case_id for query in queries for case_id in (await session.execute(query)).scalars()}
