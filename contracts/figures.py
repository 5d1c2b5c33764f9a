"""What a report is counted from (docs/adr/0012-lists-and-figures.md)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Area(StrEnum):
    """Whether a child's school keeps the term dates of the authority's own schools. Not known without a school place,
    or before the authority has named its term dates."""

    INSIDE = "in"
    OUTSIDE = "out"
    UNKNOWN = "unknown"

    @property
    def in_words(self) -> str:
        return {Area.INSIDE: "In area", Area.OUTSIDE: "Out of area", Area.UNKNOWN: "Not known"}[self]

    @property
    def is_out(self) -> bool | None:
        """As it is stored: None is not known."""
        return {Area.INSIDE: False, Area.OUTSIDE: True, Area.UNKNOWN: None}[self]


def area_of(out_of_area: bool | None) -> Area:
    """The area as it is stored."""
    return next(area for area in Area if area.is_out is out_of_area)


@dataclass(frozen=True, slots=True)
class Opened:
    """What is fixed for a review and where it is counted. `ends_on` is the term's last day where no line has it."""

    review_id: str
    case_id: str
    academic_year: str
    term: str
    year_group: str
    eligible: bool
    team: str
    school_urn: str | None
    ends_on: date
    first_by: date | None = None
    """A first plan: by when it is complete. None for the others."""
    year_cap_pence: int = 150_000
    out_of_area: bool | None = None
    """Where its child's school was when it opened; None is not known."""
