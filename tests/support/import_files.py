"""Files to import, made of rows that are right but for what a test changes in them."""

import csv
import io
from collections.abc import Iterable, Mapping

from casework import roll_file, term_dates_file

RIGHT_TERM = {
    "calendar": "oak",
    "name": "Oak schools",
    "academic_year": "2026/27",
    "term": "autumn",
    "first_day": "2026-09-03",
    "last_day": "2026-12-18",
    "half_term_first": "2026-10-26",
    "half_term_last": "2026-10-30",
    "closed_days": "2026-09-04; 2026-12-04",
    "source": "oak.example/term-dates",
}
SPRING = {
    "term": "spring",
    "first_day": "2027-01-04",
    "last_day": "2027-03-25",
    "half_term_first": "",
    "half_term_last": "",
    "closed_days": "",
}
SUMMER = {**SPRING, "term": "summer", "first_day": "2027-04-12", "last_day": "2027-07-21"}
RIGHT_CHILD = {
    "child_ref": "C001",
    "given_name": "Wilhelmina",
    "family_name": "Quackenbush",
    "date_of_birth": "2016-05-04",
    "year_group": "Y6",
    "upn": "E860205021008",
    "entered_care_on": "2021-12-23",
    "school_urn": "900050",
    "school_name": "Hazel Primary School",
    "school_calendar": "oak",
    "designated_teacher": "Amara Clarke",
    "designated_teacher_email": "dt@hazel.example",
    "social_worker": "Isla Green",
    "social_worker_email": "isla@council.example",
    "team": "South team",
    "team_manager_email": "manager.south@council.example",
    "grant_eligible": "yes",
}
ANOTHER_CHILD = {"child_ref": "C002", "upn": "", "given_name": "Oluwaseun"}


def terms_file(*changes: Mapping[str, str]) -> bytes:
    """A file of term dates with one row for each set of changes to a right autumn term."""
    return as_csv(term_dates_file.COLUMNS, ({**RIGHT_TERM, **change} for change in changes or ({},)))


def roll_of(*changes: Mapping[str, str]) -> bytes:
    """A roll with one row for each set of changes to a right child."""
    return as_csv(roll_file.COLUMNS, ({**RIGHT_CHILD, **change} for change in changes or ({},)))


def as_csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows under a header of these columns, as a spreadsheet saves them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def changed(content: bytes, line: int, old: str, new: str) -> bytes:
    """The file with one line changed; the header is line 1."""
    lines = content.decode().splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    return "".join(lines).encode()
