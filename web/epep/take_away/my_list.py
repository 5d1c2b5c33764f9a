"""A person's list as rows: every case that they work with, and how it stands, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.view import case_listed
from casework.which import shown
from contracts.people import READ_WHAT_IS_SHARED, Role
from contracts.review import GrantState, Stage
from rules.wording import GRANTS, STAGES, listed
from store.caseload import SeenCase, caseload
from store.schools import names_of_schools, place_of
from web.api.eyes import as_seen, sees_names
from web.epep.take_away.sheets import Cell

_AT_ONCE = 200
"""So many cases are read at a time: other people's requests have their turn between."""
HEADER = (
    "Case",
    "Child",
    "School",
    "Term",
    "Stage",
    "Held by",
    "Until",
    "Meeting",
    "Missing",
    "Grant",
    "Grant in pounds",
)


@dataclass(frozen=True, slots=True)
class MyList:
    """What a person's list is made of."""

    seen: Sequence[SeenCase]
    schools: Mapping[str, str]

    @property
    def named(self) -> list[str]:
        """The ids of the cases whose child's name the list tells."""
        return [one.case.id for one in self.seen if sees_names(one.roles)]

    def rows(self, now: datetime) -> list[list[Cell]]:
        """A row a case in the order of HEADER: London days, and money in pounds. Work for a processor: 2,300 cases
        take some tenths of a second."""
        return [self._row(one, as_seen(case_listed(one.case, shown(one.reviews), now), one)) for one in self.seen]

    def _row(self, seen: SeenCase, case: Mapping[str, Any]) -> list[Cell]:
        place, child = place_of(seen.case), seen.case
        return [
            case["child"],
            f"{child.given_name} {child.family_name}" if sees_names(seen.roles) else "",
            self.schools.get(place, "") if place else "no school place",
            case["term"] or "",
            STAGES[Stage(case["stage"])] if case["stage"] else "not opened yet",
            listed([Role(role).in_words for role in case["held_by"]]) if case["held_by"] else "",
            _day(case["until"]),
            _day(case["meeting"]["on"]) if case["meeting"] else None,
            *((None, None, None) if READ_WHAT_IS_SHARED.issuperset(seen.roles) else _work_and_money(case)),
        ]


def _work_and_money(case: Mapping[str, Any]) -> tuple[Cell, Cell, Cell]:
    """What is missing and the grant: for whoever works on the plan."""
    missing = " ".join(part["sentence"] for part in case["missing"])
    return missing, GRANTS[GrantState(case["grant"]["state"])], case["grant"]["pence"] / 100


async def my_list(session: AsyncSession, person_id: int) -> MyList:
    """Everything that a person's list is made of, in a handful of queries for every two hundred cases."""
    return MyList(await every_case(session, person_id), await names_of_schools(session))


async def every_case(session: AsyncSession, person_id: int) -> list[SeenCase]:
    """A person's whole caseload in the order of the references."""
    found = await caseload(session, person_id, limit=_AT_ONCE)
    seen = list(found)
    while len(found) == _AT_ONCE:
        found = await caseload(session, person_id, after=seen[-1].case.ref, limit=_AT_ONCE)
        seen += found
    return seen


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
