"""Term dates and a roll for many years: invented, the same every time, and shaped like those that schools publish."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from casework import roll_file, term_dates_file
from contracts.calendar import Term, TermName
from rules.year_groups import academic_year_from

CALENDAR = "invented-primary"
_MONDAY, _WEDNESDAY, _THURSDAY, _FRIDAY = 0, 2, 3, 4


def term_dates(first_year: int, years: int) -> bytes:
    """The file of term dates of one calendar, from the academic year that starts in `first_year`."""
    rows = [
        [
            CALENDAR, "Invented", term.academic_year, term.name, term.first_day, term.last_day,
            term.half_term_first, term.half_term_last, ";".join(map(str, term.closed_days)), "invented",
        ]
        for start in range(first_year, first_year + years)
        for term in terms_of(start)
    ]  # fmt: skip
    return _written(term_dates_file.COLUMNS, rows)


def roll() -> bytes:
    """The roll of one child who is in N1 in 2026/27 and turns 18 after fifteen years."""
    child = [
        "C001", "Ada", "Invented", date(2023, 11, 20), "N1", "", date(2024, 5, 6), "900000", "Oak School", CALENDAR,
        "Ann Teacher", "dt@school.example", "Sam Worker", "sw@council.example", "North", "tm@council.example", "yes",
    ]  # fmt: skip
    return _written(roll_file.COLUMNS, [child])


def terms_of(start: int) -> Iterator[Term]:
    """The three terms of the academic year that starts in a calendar year, each with a week of half term."""
    end, academic_year = start + 1, academic_year_from(start)
    spring_ends = _first(_THURSDAY, date(end, 3, 24))
    yield _term(academic_year, TermName.AUTUMN, _first(_WEDNESDAY, date(start, 9, 2)),
                _first(_FRIDAY, date(start, 12, 16)), _first(_MONDAY, date(start, 10, 24)))  # fmt: skip
    yield _term(academic_year, TermName.SPRING, _first(_MONDAY, date(end, 1, 3)), spring_ends,
                _first(_MONDAY, date(end, 2, 12)))  # fmt: skip
    yield _term(academic_year, TermName.SUMMER, spring_ends + timedelta(days=19), _first(_WEDNESDAY, date(end, 7, 17)),
                _first(_MONDAY, date(end, 5, 25)), (_first(_MONDAY, date(end, 5, 1)),))  # fmt: skip


def _term(
    academic_year: str, name: TermName, first: date, last: date, half_term: date, closed: tuple[date, ...] = ()
) -> Term:
    return Term(academic_year, name, first, last, half_term, half_term + timedelta(days=4), closed)


def _first(weekday: int, day: date) -> date:
    """The first such day of the week from a day on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _written(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([columns, *rows])
    return file.getvalue().encode()
