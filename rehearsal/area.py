"""The schools of a roll and who is new in the area: what people need to know beside the review before them."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.year_groups import YEAR_GROUPS

_FIRST_OF_SECONDARY = YEAR_GROUPS.index("Y7")

Newcomer = tuple[str, str]
"""A name and an address, invented."""

NEW_WORKERS: tuple[Newcomer, ...] = (
    ("Robin Shaw", "robin.shaw@council.example"),
    ("Noor Aziz", "noor.aziz@council.example"),
    ("Fern Okafor", "fern.okafor@council.example"),
    ("Jude Marsh", "jude.marsh@council.example"),
)
NEW_TEACHER: Newcomer = ("Petra Lindqvist", "petra.lindqvist@school.example")


@dataclass(frozen=True, slots=True)
class LocalSchool:
    """A school as the roll has it."""

    urn: str
    calendar: str
    designated_teacher: str
    email: str
    is_secondary: bool


@dataclass(frozen=True, slots=True)
class Area:
    """The schools of a roll in the order of their numbers, and each child's own by the child's reference."""

    schools: tuple[LocalSchool, ...] = ()
    of_child: Mapping[str, LocalSchool] = field(default_factory=dict)
    without_place: Mapping[str, bool] = field(default_factory=dict)
    """The children without a school place, by their references: whether they look for a secondary school."""

    def others(self, child: str) -> list[LocalSchool]:
        """Where a child could move to: every other school of the same phase; none where the roll has no other."""
        own = self.of_child.get(child)
        secondary = own.is_secondary if own else self.without_place.get(child)
        return [one for one in self.schools if one != own and one.is_secondary == secondary]


NOWHERE = Area()
"""Nobody moves."""


def read_area(roll: bytes) -> Area:
    """The area of a roll that was imported already, so that its columns are known to be right."""
    rows = list(csv.DictReader(io.StringIO(roll.decode("utf-8-sig"))))
    of_child = {row["child_ref"]: _school(row) for row in rows if row["school_urn"].strip()}
    by_urn = {school.urn: school for school in of_child.values()}
    return Area(
        tuple(by_urn[urn] for urn in sorted(by_urn)),
        {ref: by_urn[one.urn] for ref, one in of_child.items()},
        {row["child_ref"]: _is_secondary(row) for row in rows if not row["school_urn"].strip()},
    )


def _school(row: Mapping[str, str]) -> LocalSchool:
    named = row["designated_teacher"], row["designated_teacher_email"]
    return LocalSchool(row["school_urn"], row["school_calendar"], *named, _is_secondary(row))


def _is_secondary(row: Mapping[str, str]) -> bool:
    year_group = row["year_group"]
    return year_group in YEAR_GROUPS and YEAR_GROUPS.index(year_group) >= _FIRST_OF_SECONDARY
