"""What a report is counted from (docs/adr/0012-lists-and-figures.md)."""

from dataclasses import dataclass
from datetime import date


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
