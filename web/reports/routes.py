"""Reports: the figures of a term or a year, for any day until now, as a page and as files (docs/reports.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from casework.figures import money_for, report_for
from contracts.clock import london_date
from contracts.figures import Area
from contracts.people import Role
from rules.figures.report import NO_SCHOOL, By
from rules.financial_year import financial_year_of
from rules.key_stages import KEY_STAGES
from store.figures import KnownTerm, Scope, known_terms, places, teams_of_manager
from store.staff import roles_anywhere
from web.absent import nothing_here
from web.auth.session import InSession, Visitor
from web.dependencies import InOffice, Office
from web.epep.take_away.downloads import download
from web.epep.take_away.sheets import CSV, as_csv
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page
from web.reports.asked import READERS, WHOLE, Asked, Given, as_query, asked, from_query, given_in
from web.reports.money_parts import money_parts
from web.reports.parts import Part, parts_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Found:
    """A report for one reader."""

    asked: Asked
    parts: Sequence[Part]
    lasts: bool
    money_only: bool
    all_money: bool
    """The plans are the reader's own teams', the money is every team's."""
    terms: Sequence[KnownTerm]
    teams: Sequence[str]
    schools: dict[str, str] = field(default_factory=dict)


@router.get("/reports")
async def reports(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The whole report. Team managers see their own teams', finance the money."""
    return await _show(request, office, visitor, _in_address(request, office, visitor))


@router.post("/reports")
async def ask_for_a_report(request: Request, office: InOffice, visitor: InSession) -> Response:
    """On to the report that the form asks for, with its team sealed in the address."""
    typed = await typed_in(request)
    given = given_in({name: first(typed, name) for name in typed})
    now = await office.clock.now()
    async with office.database.transaction() as session:
        reader = await _reader(session, visitor.person_id)
        what = asked(given, await known_terms(session), london_date(now), reader.own_teams)
    if what.problem:
        return await _show(request, office, visitor, given)
    query = as_query(what, office.doorkeeper.ring, visitor.person_id)
    return RedirectResponse(f"/reports{query}", HTTPStatus.SEE_OTHER)


async def _show(request: Request, office: Office, visitor: Visitor, given: Given) -> Response:
    found = await _found(office, visitor.person_id, given)
    return await page(
        request,
        "reports/report.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if found.asked.problem else HTTPStatus.OK,
        errors=[{"text": found.asked.problem, "href": "#day"}] if found.asked.problem else (),
        found=found,
        query=as_query(found.asked, office.doorkeeper.ring, visitor.person_id),
        key_stages=KEY_STAGES,
        areas=list(Area),
        kinds=list(By),
    )


@router.get("/reports/{part}.csv")
async def part_of_a_report(part: str, request: Request, office: InOffice, visitor: InSession) -> Response:
    """One table of the report as comma-separated values, money in pounds."""
    found = await _found(office, visitor.person_id, _in_address(request, office, visitor))
    wanted = next((one for one in found.parts if one.name == part), None)
    if wanted is None:
        raise nothing_here()
    name = f"PEP-report-{part}-{found.asked.term_key}-on-{found.asked.day}.csv"
    return download(as_csv(wanted.header, wanted.rows), CSV, name)


def _in_address(request: Request, office: Office, visitor: Visitor) -> Given:
    return from_query(request.url.query, office.doorkeeper.ring, visitor.person_id)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads a report, and what they may count."""

    roles: frozenset[Role]
    own_teams: frozenset[str] | None
    """A team manager's; None for who sees every team."""

    @property
    def money_only(self) -> bool:
        return not self.roles & (WHOLE | {Role.TEAM_MANAGER})

    @property
    def all_money(self) -> bool:
        """A team manager who is of finance as well."""
        return self.own_teams is not None and Role.FINANCE in self.roles


async def _reader(session: AsyncSession, person_id: int) -> _Reader:
    """Nothing is here for who is no reader of reports."""
    roles = await roles_anywhere(session, person_id)
    if not roles & READERS:
        raise nothing_here()
    manages = Role.TEAM_MANAGER in roles and not roles & WHOLE
    return _Reader(roles, await teams_of_manager(session, person_id) if manages else None)


async def _found(office: Office, person_id: int, given: Given) -> _Found:
    """Counted in the record itself and not as the reader sees it: row-level security shows children where they are now,
    and a report counts them where they were. What a reader may count is in the scope."""
    now = await office.clock.now()
    async with office.database.transaction() as session:
        reader = await _reader(session, person_id)
        terms = await known_terms(session)
        what = asked(given, terms, london_date(now), reader.own_teams)
        teams, schools = await places(session)
        plans = None if reader.money_only else what.scope(terms)
        grant = replace(what, own_teams=None).scope(terms) if reader.all_money else what.scope(terms)
        parts = await _parts(session, what, plans, grant, schools, now)
    offered = sorted(reader.own_teams) if reader.own_teams and not reader.all_money else teams
    lasts = what.day == london_date(now)
    return _Found(what, parts, lasts, reader.money_only, reader.all_money, terms, offered, schools)


async def _parts(
    session: AsyncSession, what: Asked, plans: Scope | None, grant: Scope, schools: dict[str, str], now: datetime
) -> list[Part]:
    """`plans` None: the reader sees the grant alone."""
    names = {**schools, NO_SCHOOL: "No school place"} if what.by is By.SCHOOL else {}
    year = financial_year_of(what.day)
    money = money_parts(await money_for(session, grant, year, what.day, what.by, now), names, what.by.in_words)
    if plans is None:
        return money
    report = await report_for(session, plans, what.day, what.by, now)
    return [*parts_of(report, names, what.by.in_words), *money]
