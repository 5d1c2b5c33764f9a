"""Reading the list of cases: filtered, sorted, counted, page by page. A number is a count of the same list.

Everybody sees the lines of the cases on which they have a role; row-level security is the second wall behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.figures import Area
from contracts.people import FAMILY_ROLES, Role
from contracts.review import Stage
from store.caseload import NAMELESS
from store.tables import CaseRole, Person, School
from store.tracking_tables import CaseListing

SOON = timedelta(days=5)
"""Due soon: today, or on one of the five London days after it."""
_ROW = CaseListing.__table__.c
_TEAMS = text("SELECT pep_teams()")


class Due(StrEnum):
    """Until when whoever holds the review holds it, seen from today."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    OPEN = "open"
    """Nothing is due."""


class Waits(StrEnum):
    """What is left undone beside the plan."""

    MONEY = "money"
    """A grant or funding is due, and neither paid nor kept."""
    LETTERS = "letters"
    """Somebody was not told: a letter did not arrive, and nobody has seen to it."""


class Order(StrEnum):
    """By what the list is sorted; the reference decides where that is the same."""

    DUE = "due"
    REF = "ref"
    NAME = "name"
    SCHOOL = "school"
    TEAM = "team"
    WORKER = "worker"
    YEAR = "year"
    STAGE = "stage"
    HOLDER = "holder"
    MEETING = "meeting"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of the list. Everything that is given holds at once."""

    words: tuple[str, ...] = ()
    """Each of them is found in the line, as rules.listing.as_searched writes it; in the reference alone for those who
    see no names."""
    school: str = ""
    """A part of the school's name, or its number."""
    worker: str = ""
    """A part of the social worker's name."""
    team: str = ""
    stage: Stage | None = None
    not_opened: bool = False
    """Children whose first review has not opened yet."""
    holder: Role | None = None
    year_group: str = ""
    due: Due | None = None
    due_from: date | None = None
    due_to: date | None = None
    area: Area | None = None
    waits: Waits | None = None
    order: Order = Order.DUE
    descending: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it is less than the whole list."""
        return self != Wanted(order=self.order, descending=self.descending)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the list: their own cases, or every one; by names, or by references."""

    person_id: int
    everywhere: frozenset[Role]
    as_family: bool = False
    """A carer or young person, and nothing else on any case. Who also works with children has the list of those: the
    columns and filters of work would tell about the child at home."""

    @property
    def sees_names(self) -> bool:
        return not self.everywhere or not self.everywhere <= NAMELESS


async def page_of(
    session: AsyncSession, reader: Reader, wanted: Wanted, today: date, *, number: int, most: int
) -> tuple[list[CaseListing], int]:
    """The lines of a page, counted from 1, and how many lines the whole list has. Past its end there are none."""
    skip = (number - 1) * most
    if wanted.narrows:
        # Looked through once: for the page, and for the count.
        query = _of(select(_ROW.case_id, func.count().over()), reader, wanted, today)
        found = (await session.execute(query.order_by(*_order(wanted)).offset(skip).limit(most))).all()
        total = found[0][1] if found else await count(session, reader, wanted, today) if skip else 0
        case_ids = [row[0] for row in found]
    else:
        # An index has it in this order: nothing is looked through.
        query = _of(select(_ROW.case_id), reader, wanted, today).order_by(*_order(wanted)).offset(skip).limit(most)
        case_ids, total = list((await session.execute(query)).scalars()), await count(session, reader, wanted, today)
    return await lines_of(session, reader, case_ids), total


async def count(session: AsyncSession, reader: Reader, wanted: Wanted, today: date) -> int:
    """How many lines there are."""
    number: int = (await session.execute(_of(select(func.count()), reader, wanted, today))).scalar_one()
    return number


async def counts(session: AsyncSession, reader: Reader, every: Mapping[str, Wanted], today: date) -> dict[str, int]:
    """The same of several lists at once, by their names."""
    columns = [func.count().filter(_matches(reader, wanted, today)).label(name) for name, wanted in every.items()]
    found = (await session.execute(_of(select(*columns), reader, Wanted(), today))).one()
    return dict(zip(every, found, strict=True))


async def ids_in_order(session: AsyncSession, reader: Reader, wanted: Wanted, today: date) -> list[str]:
    """The ids of the whole list's cases."""
    query = _of(select(_ROW.case_id), reader, wanted, today).order_by(*_order(wanted))
    found: list[str] = []
    async for some in (await session.stream_scalars(query)).partitions(_AT_ONCE):
        found += some
    return found


async def lines_of(session: AsyncSession, reader: Reader, case_ids: Sequence[str]) -> list[CaseListing]:
    """The lines of these cases in that order; those that are gone or not the reader's are left out."""
    query = _of(select(CaseListing), reader, Wanted(), date.min).where(_ROW.case_id.in_(case_ids))
    by_id = {line.case_id: line for line in (await session.execute(query)).scalars()}
    return [by_id[case_id] for case_id in case_ids if case_id in by_id]


async def teams(session: AsyncSession, reader: Reader) -> list[str]:
    """The teams of the children on the list, by name."""
    if reader.everywhere:
        return list((await session.execute(_TEAMS)).scalars())
    query = _of(select(_ROW.team).distinct(), reader, Wanted(), date.min).order_by(_ROW.team)
    return list((await session.execute(query)).scalars())


_AT_ONCE = 1000
"""Ids that are read at a time: other people's requests have their turn between."""


def _of(query: Select, reader: Reader, wanted: Wanted, today: date) -> Select:  # type: ignore[type-arg]
    query = query.select_from(CaseListing).where(_ROW.on_list, _matches(reader, wanted, today))
    if not reader.everywhere:
        theirs = select(CaseRole.case_id).where(CaseRole.person_id == reader.person_id)
        if not reader.as_family:
            theirs = theirs.where(CaseRole.role.not_in(FAMILY_ROLES))
        query = query.where(_ROW.case_id.in_(theirs))
    return query


def _matches(reader: Reader, wanted: Wanted, today: date) -> ColumnElement[bool]:
    return and_(
        true(),
        *_typed(reader, wanted),
        *_chosen(wanted),
        *_due(wanted, today),
    )


def _typed(reader: Reader, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Whose names nobody sees, nobody finds by a name; what is searched also holds the school, the team and people."""
    where = _ROW.searched if reader.sees_names and not reader.as_family else func.lower(_ROW.ref)
    found = [where.contains(word, autoescape=True) for word in wanted.words]
    if wanted.school:
        is_called = School.name.icontains(wanted.school, autoescape=True) | (School.urn == wanted.school)
        found.append(_ROW.school_urn.in_(select(School.urn).where(is_called)))
    if wanted.worker:
        called = select(Person.id).where(Person.name.icontains(wanted.worker, autoescape=True))
        works = select(CaseRole.case_id).where(CaseRole.role == Role.SOCIAL_WORKER, CaseRole.person_id.in_(called))
        found.append(_ROW.case_id.in_(works))
    return found


def _chosen(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.team:
        found.append(_ROW.team == wanted.team)
    if wanted.stage:
        found.append(_ROW.stage == wanted.stage.value)
    if wanted.not_opened:
        found.append(_ROW.stage.is_(None))
    if wanted.holder:
        found.append(_ROW.holders.contains([wanted.holder.value]))
    if wanted.year_group:
        found.append(_ROW.year_group == wanted.year_group)
    if wanted.area:
        found.append(_ROW.out_of_area.is_(wanted.area.is_out))
    if wanted.waits:
        found.append(_ROW.money_waits if wanted.waits is Waits.MONEY else _ROW.not_told > 0)
    return found


def _due(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    match wanted.due:
        case Due.OVERDUE:
            found.append(_ROW.due_on < today)
        case Due.SOON:
            found.append(_ROW.due_on.between(today, today + SOON))
        case Due.LATER:
            found.append(_ROW.due_on > today + SOON)
        case Due.OPEN:
            found.append(_ROW.due_on.is_(None))
    if wanted.due_from:
        found.append(_ROW.due_on >= wanted.due_from)
    if wanted.due_to:
        found.append(_ROW.due_on <= wanted.due_to)
    return found


def _order(wanted: Wanted) -> list[UnaryExpression[object]]:
    first: dict[Order, tuple[ColumnElement[object], ...]] = {
        Order.DUE: (_ROW.due_on,),
        Order.REF: (),
        Order.NAME: (_ROW.family_name, _ROW.given_name),
        Order.SCHOOL: (_ROW.school,),
        Order.TEAM: (_ROW.team,),
        Order.WORKER: (_ROW.social_worker,),
        Order.YEAR: (_ROW.year_place,),
        Order.STAGE: (_ROW.stage_place,),
        Order.HOLDER: (_ROW.holder_place,),
        Order.MEETING: (_ROW.meeting_on,),
        Order.AREA: (_ROW.out_of_area,),
    }
    columns = (*first[wanted.order], _ROW.ref)
    # What is not known stands at the end, and the other way round at the beginning: as the index has it.
    return [column.desc() if wanted.descending else column.asc() for column in columns]
