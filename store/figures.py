"""What figures are counted from: lines of the history, acts and ledgers of whole terms (docs/adr/0012).

Everything that is asked for has an instant before which it was stored; nothing here asks how a review stands now.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from store.tables import (
    BankHoliday,
    Case,
    CaseEvent,
    CaseRole,
    GrantCorrection,
    GrantRow,
    Review,
    School,
    SectionRevision,
    StoredAct,
    TermRow,
)

_EVENT, _REVIEW, _ACT = CaseEvent.__table__.c, Review.__table__.c, StoredAct.__table__.c
_ENDS_ON = func.coalesce(cast(_REVIEW.plan[("initial", "ends_on")].astext, Date), _REVIEW.ends_on)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reviews: of these terms, `(academic year, name)`, and where they were counted when they opened.

    `teams` None is every team. `school_urn` "" are the reviews of children without a place.
    """

    terms: frozenset[tuple[str, str]]
    teams: frozenset[str] | None = None
    school_urn: str | None = None
    year_groups: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """A review, as it was fixed when it opened."""

    review_id: str
    case_id: str
    academic_year: str
    term: str
    year_group: str
    eligible: bool
    team: str
    school_urn: str | None
    ends_on: date
    first_by: date | None
    year_cap_pence: int


async def opened_by(session: AsyncSession, scope: Scope, before: datetime) -> list[OpenedRow]:
    """The reviews of a scope that had opened before an instant, the oldest term first (its names sort by time)."""
    was_open = select(_EVENT.id).where(_EVENT.review_id == _REVIEW.id, _EVENT.what == "opened", _EVENT.at < before)
    query = (
        _opened_rows().where(_in(scope), was_open.exists()).order_by(_REVIEW.academic_year, _REVIEW.term, _REVIEW.id)
    )
    return [OpenedRow(*row) for row in (await session.execute(query)).all()]


async def reviews_called(session: AsyncSession, review_ids: Collection[str], scope: Scope) -> list[OpenedRow]:
    """Those of these reviews that are counted in a scope, whatever their term."""
    query = _opened_rows().where(_REVIEW.id.in_(review_ids), *_where_counted(scope))
    return [OpenedRow(*row) for row in (await session.execute(query)).all()]


def _opened_rows() -> Select[Any]:
    return select(
        _REVIEW.id,
        _REVIEW.case_id,
        _REVIEW.academic_year,
        _REVIEW.term,
        _REVIEW.plan["year_group"].astext,
        _REVIEW.plan["grant_eligible"].as_boolean(),
        func.coalesce(_REVIEW.reported_team, ""),
        _REVIEW.reported_school_urn,
        _ENDS_ON,
        cast(_REVIEW.plan[("initial", "available_on")].astext, Date),
        cast(_REVIEW.plan[("policy", "year_cap_pence")].astext, Integer),
    )


def _in(scope: Scope) -> ColumnElement[bool]:
    terms = [and_(_REVIEW.academic_year == year, _REVIEW.term == name) for year, name in sorted(scope.terms)]
    return and_(or_(False, *terms), *_where_counted(scope))


def _where_counted(scope: Scope) -> Iterable[ColumnElement[bool]]:
    if scope.teams is not None:
        yield _REVIEW.reported_team.in_(sorted(scope.teams))
    if scope.school_urn == "":
        yield _REVIEW.reported_school_urn.is_(None)
    elif scope.school_urn is not None:
        yield _REVIEW.reported_school_urn == scope.school_urn
    if scope.year_groups is not None:
        yield _REVIEW.plan["year_group"].astext.in_(sorted(scope.year_groups))


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a review's history."""

    review_id: str
    at: datetime
    what: str
    by: str
    facts: dict[str, Any]


async def lines_before(
    session: AsyncSession, review_ids: Sequence[str], kinds: Collection[str], deadlines: Collection[str], at: datetime
) -> list[LineRow]:
    """Lines of these kinds that these reviews had before an instant, in the order of storing; of deadlines those that
    are named so."""
    query = select(_EVENT.review_id, _EVENT.at, _EVENT.what, _EVENT.by, _EVENT.facts)
    query = query.where(_EVENT.review_id == func.any(list(review_ids)), _EVENT.at < at, _EVENT.what.in_(kinds))
    query = query.where(or_(_EVENT.what != "deadline", _EVENT.facts["name"].astext.in_(deadlines)))
    return [LineRow(*row) for row in (await session.execute(query.order_by(_EVENT.id))).all()]


_TYPED = ("held", "on", "reasons", "act")
"""What figures need of an act, and nothing else that was typed."""


async def typed_before(
    session: AsyncSession, review_ids: Sequence[str], actions: Collection[str], at: datetime
) -> dict[str, dict[str, Any]]:
    """Of these acts on these reviews before an instant: by their ids, the fields that figures count."""
    query = select(_ACT.id, *(_ACT.body[name] for name in _TYPED))
    query = query.where(_ACT.review_id == func.any(list(review_ids)), _ACT.action.in_(actions), _ACT.at < at)
    rows = (await session.execute(query)).all()
    return {
        row[0]: {name: value for name, value in zip(_TYPED, row[1:], strict=True) if value is not None} for row in rows
    }


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A sign-off, a payment or a correction of one review."""

    review_id: str
    pence: int
    grant: str | None = None


async def sign_offs_between(session: AsyncSession, first: datetime, before: datetime) -> list[MoneyRow]:
    """Sign-offs in a stretch of time, with what each released; the newest of a review last."""
    query = select(_EVENT.review_id, _EVENT.facts["pence"].as_integer(), _EVENT.facts["grant"].astext)
    query = query.where(_EVENT.what == "accepted", _EVENT.facts["action"].astext == "sign_off")
    rows = await session.execute(query.where(_EVENT.at >= first, _EVENT.at < before).order_by(_EVENT.id))
    return [MoneyRow(review, pence or 0, grant) for review, pence, grant in rows.all()]


async def payments_between(session: AsyncSession, what: str, first: datetime, before: datetime) -> list[MoneyRow]:
    """Payments that the history tells (`grant` or `funding`) in a stretch of time."""
    query = select(_EVENT.review_id, _EVENT.facts["pence"].as_integer()).where(_EVENT.what == what)
    rows = await session.execute(query.where(_EVENT.at >= first, _EVENT.at < before))
    return [MoneyRow(review, pence) for review, pence in rows.all()]


async def corrections_between(session: AsyncSession, first: datetime, before: datetime) -> list[MoneyRow]:
    """Entries that correct grants, by their own day."""
    query = select(GrantRow.review_id, GrantCorrection.pence).join(GrantRow, GrantRow.key == GrantCorrection.grant_key)
    rows = await session.execute(query.where(GrantCorrection.at >= first, GrantCorrection.at < before))
    return [MoneyRow(review, pence) for review, pence in rows.all()]


async def spent_as_reported(
    session: AsyncSession, case_ids: Sequence[str], since: str, before: datetime
) -> dict[str, int]:
    """What reviews of these children from an academic year on say was spent of the plan before; pence by review."""
    part = SectionRevision.__table__.c
    query = select(part.review_id, part.content["outcomes"]).join(Review, _REVIEW.id == part.review_id)
    query = query.where(_REVIEW.case_id == func.any(list(case_ids)), _REVIEW.academic_year >= since)
    query = query.where(part.section == "previous_targets", part.written_at < before).order_by(part.id)
    found = {}
    for review_id, outcomes in (await session.execute(query)).all():
        found[review_id] = sum(int(one.get("spent_pence") or 0) for one in outcomes or [])
    return found


async def reviews_of_children(session: AsyncSession, case_ids: Sequence[str], since: str) -> list[OpenedRow]:
    """Every review of these children from an academic year on."""
    query = _opened_rows().where(_REVIEW.case_id == func.any(list(case_ids)), _REVIEW.academic_year >= since)
    return [OpenedRow(*row) for row in (await session.execute(query)).all()]


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A term of any calendar, from its earliest first day to its latest last day."""

    academic_year: str
    name: str
    first_day: date
    last_day: date


async def known_terms(session: AsyncSession) -> list[KnownTerm]:
    """Every term of which there are reviews, in order of time."""
    term = TermRow.__table__.c
    have = select(_REVIEW.id).where(_REVIEW.academic_year == term.academic_year, _REVIEW.term == term.name).exists()
    query = select(term.academic_year, term.name, func.min(term.first_day), func.max(term.last_day)).where(have)
    query = query.group_by(term.academic_year, term.name).order_by(func.min(term.first_day))
    return [KnownTerm(*row) for row in (await session.execute(query)).all()]


async def bank_holidays(session: AsyncSession) -> frozenset[date]:
    """England's bank holidays, as they are known."""
    return frozenset((await session.execute(select(BankHoliday.day))).scalars())


async def teams_of_manager(session: AsyncSession, person_id: int) -> frozenset[str]:
    """The teams of the children whose team manager somebody is."""
    query = select(Case.team.distinct()).join(CaseRole, CaseRole.case_id == Case.id)
    query = query.where(CaseRole.person_id == person_id, CaseRole.role == Role.TEAM_MANAGER)
    return frozenset((await session.execute(query)).scalars())


async def places(session: AsyncSession) -> tuple[list[str], dict[str, str]]:
    """Every team and school in which reviews are counted: the teams' names, and the schools' names by their numbers."""
    teams = select(_REVIEW.reported_team.distinct()).where(_REVIEW.reported_team.is_not(None))
    schools = select(School.urn, School.name).where(School.urn.in_(select(_REVIEW.reported_school_urn)))
    found = sorted(str(team) for team in (await session.execute(teams)).scalars())
    named = (await session.execute(schools.order_by(School.name))).all()
    return found, {row.urn: row.name for row in named}
