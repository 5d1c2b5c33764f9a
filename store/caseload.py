"""Who sees which cases: the one place that decides it for lists and single cases.

A person sees the cases on which they have a role; roles of the whole authority hold on every case.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, FINAL, Stage
from store.forms import plan_from_text, standing_from_text
from store.reviews import KeptReview
from store.tables import Case, CaseRole, Review, StaffRole

NAMELESS = frozenset({Role.FINANCE, Role.OPERATOR, Role.ENGINEER})
"""They see cases by their references (PROCESS.md, People)."""
_LATER = aliased(Review)
_IS_NEWEST = ~exists().where(_LATER.case_id == Review.case_id, _LATER.ends_on > Review.ends_on)
_MATTERS = or_(Review.stage.not_in(FINAL), _IS_NEWEST)
"""Reviews that a case can still show: those that are not over, and the newest."""
_SHOWN_WHEN_NEWEST = FINAL | {Stage.PAYING, Stage.IN_FORCE}
"""At such a stage a review is what its case shows only where none has opened after it (casework/which.py, `shown`)."""

_STORED_AS = {
    Stage.MEETING_DUE: {Stage.PREPARING},
    Stage.MISSED: BEFORE_THE_MEETING,
}
"""What the calendar changes by itself is noted late: these stages may still be stored as others."""


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case that a person may see, and what the person is on it."""

    case: Case
    reviews: list[KeptReview]
    """The oldest term first: those that are not over, and the newest. None before the child's first review opens."""
    roles: frozenset[Role]


async def find_seen(session: AsyncSession, person_id: int, ref: str) -> SeenCase | None:
    """One case by the authority's reference; None for one that does not exist or is foreign to the person."""
    if "\0" in ref:  # PostgreSQL's text cannot hold it
        return None
    everywhere = await roles_everywhere(session, person_id)
    query = _cases(person_id, everywhere).where(Case.ref == ref)
    return next(iter(await _seen(session, query, person_id, everywhere)), None)


async def caseload(
    session: AsyncSession,
    person_id: int,
    *,
    after: str | None = None,
    limit: int,
    stage: Stage | None = None,
    today: date | None = None,
) -> list[SeenCase]:
    """A person's cases in the order of their references, the first `limit` that come after `after`.

    Children who left care are on it for as long as a review of theirs is not over. With `stage`, every case that may be
    at it by now: the caller, who knows what the calendar has changed meanwhile, leaves out those that are not; with
    `today` (the London day) far fewer come that are not.
    """
    everywhere = await roles_everywhere(session, person_id)
    unfinished = exists().where(Review.case_id == Case.id, Review.stage.not_in(FINAL))
    query = _cases(person_id, everywhere).where(or_(Case.in_care, unfinished)).order_by(Case.ref).limit(limit)
    if after is not None:
        query = query.where(Case.ref > after.replace("\0", ""))
    if stage is not None:
        may_be = _may_be(stage, today)
        matters = _IS_NEWEST if stage in _SHOWN_WHEN_NEWEST else _MATTERS
        query = query.where(exists().where(Review.case_id == Case.id, matters, may_be))
    return await _seen(session, query, person_id, everywhere)


async def held_by_the_virtual_school(session: AsyncSession, person_id: int, *, limit: int) -> list[SeenCase]:
    """The cases that may wait for an officer: for the sign-off, for the end of a pause, or for the teacher's part where
    there is no school. Who has waited longest comes first. The person is an officer."""
    everywhere = await roles_everywhere(session, person_id)
    without_school = and_(Case.has_school_place.is_(False), Review.stage.not_in(FINAL | {Stage.IN_FORCE}))
    waits = or_(Review.stage.in_((Stage.VIRTUAL_SCHOOL, Stage.PAUSED)), without_school)
    since = select(Review.case_id, func.min(Review.standing["since"].astext).label("since"))
    since = since.join(Case, Case.id == Review.case_id).where(waits).group_by(Review.case_id)
    oldest = since.order_by("since", Review.case_id).limit(limit).subquery()
    query = select(Case).join(oldest, oldest.c.case_id == Case.id).order_by(oldest.c.since, Case.ref)
    return await _seen(session, query, person_id, everywhere)


def _may_be(stage: Stage, today: date | None) -> ColumnElement[bool]:
    """What is stored as an earlier stage can only be at this one once its day has come."""
    earlier: ColumnElement[bool] = Review.stage.in_(_STORED_AS.get(stage, frozenset()))
    if today is not None and stage is Stage.MISSED:
        earlier = and_(earlier, Review.ends_on < today)
    if today is not None and stage is Stage.MEETING_DUE:
        earlier = and_(earlier, Review.standing["meeting_on"].astext <= today.isoformat())
    return or_(Review.stage == stage, earlier)


def _cases(person_id: int, everywhere: frozenset[Role]) -> Select[Case]:
    theirs = exists().where(CaseRole.case_id == Case.id, CaseRole.person_id == person_id)
    return select(Case) if everywhere else select(Case).where(theirs)


async def _seen(
    session: AsyncSession, query: Select[Case], person_id: int, everywhere: frozenset[Role]
) -> list[SeenCase]:
    cases = list((await session.execute(query)).scalars())
    ids = [case.id for case in cases]
    on_case, reviews = await roles_on_cases(session, person_id, ids), await reviews_that_matter(session, ids)
    return [SeenCase(case, reviews[case.id], everywhere | on_case[case.id]) for case in cases]


async def reviews_that_matter(session: AsyncSession, case_ids: Sequence[str]) -> defaultdict[str, list[KeptReview]]:
    """The reviews that each of these cases can still show: those that are not over, and the newest."""
    query = select(Review.case_id, cast(Review.plan, Text), cast(Review.standing, Text))
    # The same as _MATTERS, for many cases at once: there each earlier review looks for the later ones by itself.
    newest = select(Review.case_id, func.max(Review.ends_on)).where(Review.case_id.in_(case_ids))
    is_newest = tuple_(Review.case_id, Review.ends_on).in_(newest.group_by(Review.case_id))
    matters = or_(Review.stage.not_in(FINAL), is_newest)
    query = query.where(Review.case_id.in_(case_ids), matters).order_by(Review.ends_on)
    found: defaultdict[str, list[KeptReview]] = defaultdict(list)
    for case_id, plan, standing in (await session.execute(query)).all():
        found[case_id].append(KeptReview(plan_from_text(plan), standing_from_text(standing)))
    return found


async def roles_everywhere(session: AsyncSession, person_id: int) -> frozenset[Role]:
    """The roles that a person has on every case: the Virtual School's, finance's, an operator's, an IRO's."""
    query = select(StaffRole.role).where(StaffRole.person_id == person_id)
    return frozenset(Role(role) for role in (await session.execute(query)).scalars())


async def roles_on_cases(
    session: AsyncSession, person_id: int, case_ids: Sequence[str]
) -> defaultdict[str, frozenset[Role]]:
    """The roles that a person has on each of these cases beside those of the whole authority."""
    query = select(CaseRole.case_id, CaseRole.role)
    query = query.where(CaseRole.person_id == person_id, CaseRole.case_id.in_(case_ids))
    found: defaultdict[str, frozenset[Role]] = defaultdict(frozenset)
    for case_id, role in (await session.execute(query)).all():
        found[case_id] |= {Role(role)}
    return found
