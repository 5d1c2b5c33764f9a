"""Today: what must not wait, as numbers. Each is the count of the list that it leads to, asked in the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from contracts.clock import london_date
from contracts.people import Role
from store.listed import counts
from store.staff import roles_anywhere
from web.auth.session import InSession
from web.cases.asked import Asked
from web.cases.eyes import Reading
from web.cases.gathered import freshen
from web.dependencies import InOffice
from web.look.page import page

OFFICES = frozenset({Role.VIRTUAL_SCHOOL, Role.VIRTUAL_SCHOOL_HEAD, Role.FINANCE})
"""For whom the page is, of the roles for the whole authority; and for team managers, about their team."""
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the page: `asked` are the fields of the list's form."""

    asked: Mapping[str, str]
    words: str
    help: str

    @property
    def href(self) -> str:
        """The list behind it. Nothing in it was typed, so nothing is sealed."""
        return "/cases?" + "&".join(f"{name}={value}" for name, value in self.asked.items())


_MONEY = Number(
    {"waits": "money"}, "money not sent", "A grant or funding is due, and neither paid nor kept by the Virtual School."
)
_OF_PLANS = (
    Number({"due": "overdue"}, "overdue", "Their day has passed, whoever holds them."),
    Number({"due": "soon"}, "due today or within 5 days", "Counted in London days, weekends and holidays too."),
    Number({"holder": "virtual_school"}, "waiting for the Virtual School", "It holds them now."),
    _MONEY,
    Number({"waits": "letters"}, "people not told", "Children with a letter that did not arrive, not seen to yet."),
)
_OF_MONEY = (
    _MONEY,
    Number({"stage": "paying"}, "signed off, grant being paid", "What was signed off and is on its way."),
)


@router.get("/today")
async def today(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The Virtual School's numbers, a team's or finance's. Whoever has none of them is led to their work."""
    reading, now = await Reading.of(office, visitor), await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        roles = await roles_anywhere(session, visitor.person_id)
    numbers = [one for one in _numbers_for(roles) if reading.eyes.filters >= set(one.asked)]
    if not numbers:
        return RedirectResponse("/work", HTTPStatus.SEE_OTHER)
    late = await freshen(office.database, reading.reader, now)
    every = {str(place): reading.eyes.limited(Asked(one.asked).wanted()) for place, one in enumerate(numbers)}
    async with office.database.seen_by(visitor.person_id) as session:
        found = await counts(session, reading.reader, every, london_date(now))
    shown = [(found[str(place)], one) for place, one in enumerate(numbers)]
    team = not visitor.everywhere
    return await page(request, "cases/today.html", numbers=shown, late=late, now=now, team=team)


def _numbers_for(roles: frozenset[Role]) -> tuple[Number, ...]:
    if roles & (OFFICES - {Role.FINANCE} | {Role.TEAM_MANAGER}):
        return _OF_PLANS
    return _OF_MONEY if Role.FINANCE in roles else ()
