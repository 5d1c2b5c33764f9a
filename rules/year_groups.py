"""Year groups and academic years. A child's year group goes up every 1 September (ACTS.md, Files)."""

from datetime import date

YEAR_GROUPS = ("N1", "N2", "R", *(f"Y{number}" for number in range(1, 14)))
"""In order; N2 is the last year before Reception, Y13 the last of school."""
TRANSITION_YEARS = frozenset({"N2", "Y6", "Y11"})
"""Pre-school, Y6 and Y11: a receiving school or college takes part and transition is planned (PROCESS.md B3, B10)."""
_AGE_IN_N1 = 2
"""Age on 31 August before the academic year."""


def academic_year_of(day: date) -> str:
    """The academic year of a London date, `2026/27` from 1 September 2026 to 31 August 2027."""
    return academic_year_from(day.year if day.month >= 9 else day.year - 1)


def academic_year_from(start: int) -> str:
    """The academic year that starts in a calendar year, as schools write it: `2026/27`."""
    return f"{start}/{(start + 1) % 100:02}"


def start_of_academic_year(academic_year: str) -> int:
    """The calendar year in which `2026/27` starts. ValueError where the text is not an academic year."""
    start = academic_year[:4]
    if not (start.isascii() and start.isdigit()) or academic_year_from(int(start)) != academic_year:
        raise ValueError("an academic year is written as 2026/27")
    return int(start)


def year_group_in(year_group: str, known_in: str, academic_year: str) -> str:
    """The year group of a child in an academic year, from the one that was true in the year `known_in`.

    A child stays in Y13 after Y13 (a third year of sixth form is followed like the second) and in N1 before N1.
    ValueError for an unknown year group or a text that is not an academic year.
    """
    years = start_of_academic_year(academic_year) - start_of_academic_year(known_in)
    place = YEAR_GROUPS.index(year_group) + years
    return YEAR_GROUPS[min(max(place, 0), len(YEAR_GROUPS) - 1)]


def usual_year_group(date_of_birth: date, academic_year: str) -> str | None:
    """The year group that goes with a child's age on 31 August; None where children of that age are not at school."""
    born_in = start_of_academic_year(academic_year_of(date_of_birth))
    place = start_of_academic_year(academic_year) - born_in - 1 - _AGE_IN_N1
    return YEAR_GROUPS[place] if 0 <= place < len(YEAR_GROUPS) else None


def is_transition_year(year_group: str) -> bool:
    """Whether the child moves to another kind of setting at the end of the year (B3, B10)."""
    return year_group in TRANSITION_YEARS
