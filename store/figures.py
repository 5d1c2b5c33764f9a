"""What figures are counted from: lines of the history, acts and ledgers of whole terms (docs/adr/0012).

Everything that is asked for has an instant before which it was stored; nothing here asks how a review stands now.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.figures import Area, Opened
from contracts.people import Role
from store.calendar_tables import BankHoliday, TermRow
from store.money_tables import GrantCorrection, GrantRow
from store.tables import Case, CaseEvent, CaseRole, Review, School, StoredAct

_EVENT, _REVIEW, _ACT = CaseEvent.__table__.c, Review.__table__.c, StoredAct.__table__.c


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reviews: of these terms, `(academic year, name)`, and where they were counted when they opened.

    `teams` None is every team. `school_urn` "" are the reviews of children without a place.
    """

    terms: frozenset[tuple[str, str]]
    teams: frozenset[str] | None = None
    school_urn: str | None = None
    year_groups: frozenset[str] | None = None
    area: Area | None = None


async def opened_by(session: AsyncSession, scope: Scope, before: datetime) -> list[Opened]:
    """The reviews of a scope that had opened before an instant, the oldest term first (its names sort by time)."""
    query = _opened_rows().where(_in(scope), _EVENT.at < before)
    query = query.order_by(_REVIEW.academic_year, _REVIEW.term, _REVIEW.id)
    return [Opened(*row) for row in (await session.execute(query)).all()]


async def reviews_called(session: AsyncSession, review_ids: Collection[str], scope: Scope) -> list[Opened]:
    """Those of these reviews that are counted in a scope, whatever their term."""
    query = _opened_rows().where(_REVIEW.id == func.any(list(review_ids)), *_where_counted(scope))
    return [Opened(*row) for row in (await session.execute(query)).all()]


_OPENED = _EVENT.facts
"""The history's line says what was fixed. One from an older release does not: there it is the plan's to say."""
_YEAR_GROUP = func.coalesce(_OPENED["year_group"].astext, _REVIEW.plan["year_group"].astext)


def _opened_rows() -> Select[Any]:
    eligible, cap = "grant_eligible", ("policy", "year_cap_pence")
    return select(
        _REVIEW.id,
        _REVIEW.case_id,
        _REVIEW.academic_year,
        _REVIEW.term,
        _YEAR_GROUP,
        func.coalesce(_OPENED["eligible"].as_boolean(), _REVIEW.plan[eligible].as_boolean()),
        func.coalesce(_REVIEW.reported_team, ""),
        _REVIEW.reported_school_urn,
        _REVIEW.ends_on,
        cast(_OPENED["first_by"].astext, Date),
        func.coalesce(_OPENED["year_cap_pence"].as_integer(), cast(_REVIEW.plan[cap].astext, Integer)),
        _REVIEW.reported_out_of_area,
    ).join_from(Review, CaseEvent, and_(_EVENT.review_id == _REVIEW.id, _EVENT.what == literal_column("'opened'")))


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
        yield _YEAR_GROUP.in_(sorted(scope.year_groups))
    if scope.area is not None:
        yield _REVIEW.reported_out_of_area.is_(scope.area.is_out)


class LineRow(NamedTuple):
    """A line of a review's history."""

    review_id: str
    at: datetime
    what: str
    by: str
    facts: dict[str, Any]


class Wanted(NamedTuple):
    """Which lines: of these kinds, of deadlines those that are named, of acts these and those after which others held
    the review."""

    kinds: Collection[str]
    deadlines: Collection[str]
    actions: Collection[str]


async def lines_before(session: AsyncSession, review_ids: Sequence[str], wanted: Wanted, at: datetime) -> list[LineRow]:
    """What these reviews had been told before an instant, in the order of storing."""
    query = select(_EVENT.review_id, _EVENT.at, _EVENT.what, _EVENT.by, _EVENT.facts)
    query = query.where(_EVENT.review_id == func.any(list(review_ids)), _EVENT.at < at, _EVENT.what.in_(wanted.kinds))
    query = query.where(or_(_EVENT.what != "deadline", _EVENT.facts["name"].astext.in_(wanted.deadlines)))
    done = or_(_EVENT.facts["action"].astext.in_(wanted.actions), _EVENT.facts.has_key("holds"))
    query = query.where(or_(_EVENT.what != "accepted", done))
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


class MoneyRow(NamedTuple):
    """A sign-off, a payment or a correction of one review."""

    review_id: str
    pence: int
    grant: str | None = None


_SIGNED_OFF = text("case_events.what = 'accepted' AND case_events.facts ->> 'action' = 'sign_off'")
_PAYMENTS = text("case_events.what IN ('grant', 'funding')")
"""As their indexes have them, whole: a value that is sent apart would not be recognised."""


async def sign_offs_between(session: AsyncSession, first: datetime, before: datetime) -> list[MoneyRow]:
    """Sign-offs in a stretch of time, with what each released; the newest of a review last."""
    query = select(_EVENT.review_id, _EVENT.facts["pence"].as_integer(), _EVENT.facts["grant"].astext)
    query = query.where(_SIGNED_OFF)
    rows = await session.execute(query.where(_EVENT.at >= first, _EVENT.at < before).order_by(_EVENT.id))
    return [MoneyRow(review, pence or 0, grant) for review, pence, grant in rows.all()]


async def payments_between(session: AsyncSession, what: str, first: datetime, before: datetime) -> list[MoneyRow]:
    """Payments that the history tells (`grant` or `funding`) in a stretch of time."""
    query = select(_EVENT.review_id, _EVENT.facts["pence"].as_integer()).where(_PAYMENTS, _EVENT.what == what)
    rows = await session.execute(query.where(_EVENT.at >= first, _EVENT.at < before))
    return [MoneyRow(review, pence) for review, pence in rows.all()]


async def corrections_between(session: AsyncSession, first: datetime, before: datetime) -> list[MoneyRow]:
    """Entries that correct grants, by their own day."""
    query = select(GrantRow.review_id, GrantCorrection.pence).join(GrantRow, GrantRow.key == GrantCorrection.grant_key)
    rows = await session.execute(query.where(GrantCorrection.at >= first, GrantCorrection.at < before))
    return [MoneyRow(review, pence) for review, pence in rows.all()]


class ReviewOfChild(NamedTuple):
    """A review, and what it says of the plan before: every version of its previous targets, in the order of writing,
    with the role that wrote it and the pence that were spent on each target; None where nobody said."""

    case_id: str
    academic_year: str
    term: str
    review_id: str
    spent: Sequence[tuple[Role, dict[int, int]]] | None


async def spent_as_reported(
    session: AsyncSession, case_ids: Sequence[str], since: str, before: datetime
) -> list[ReviewOfChild]:
    """Every review of these children from an academic year on, with what was reported before an instant."""
    rows = await session.execute(_SPENT, {"cases": list(case_ids), "since": since, "before": before})
    return [ReviewOfChild(row.case_id, row.academic_year, row.term, row.id, _spent_in(row.said)) for row in rows.all()]


def _spent_in(said: list[tuple[str, list[dict[str, Any]]]] | None) -> list[tuple[Role, dict[int, int]]] | None:
    if said is None:
        return None
    return [(Role(role), {one["number"]: one.get("spent_pence", 0) for one in outcomes}) for role, outcomes in said]


_SPENT = text(
    """
    SELECT reviews.case_id, reviews.academic_year, reviews.term, reviews.id, (
        SELECT jsonb_agg(jsonb_build_array(role, content -> 'outcomes') ORDER BY section_revisions.id)
        FROM section_revisions
        WHERE review_id = reviews.id AND section = 'previous_targets' AND written_at < :before
    ) AS said
    FROM reviews
    WHERE reviews.case_id = ANY(:cases) AND reviews.academic_year >= :since
    ORDER BY reviews.case_id, reviews.academic_year, reviews.term
    """
).columns(
    Column("case_id", Text),
    Column("academic_year", Text),
    Column("term", Text),
    Column("id", Text),
    Column("said", JSONB),
)


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
    query = select(Case.team).distinct().join(CaseRole, CaseRole.case_id == Case.id)
    query = query.where(CaseRole.person_id == person_id, CaseRole.role == Role.TEAM_MANAGER)
    return frozenset((await session.execute(query)).scalars())


async def places(session: AsyncSession) -> tuple[list[str], dict[str, str]]:
    """Every team and school in which reviews are counted: the teams' names, and the schools' names by their numbers."""
    teams = select(_REVIEW.reported_team).distinct().where(_REVIEW.reported_team.is_not(None))
    schools = select(School.urn, School.name).where(School.urn.in_(select(_REVIEW.reported_school_urn)))
    found = sorted(str(team) for team in (await session.execute(teams)).scalars())
    named = (await session.execute(schools.order_by(School.name))).all()
    return found, {row.urn: row.name for row in named}
