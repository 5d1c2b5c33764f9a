"""Closed days: every wrong line is named with its own sentence (docs/calendars.md)."""

from collections.abc import Mapping
from datetime import date

import pytest

from casework.closed_days_file import COLUMNS, ClosedDayRow, Kind, check_closed_days
from casework.csv_file import Checked
from tests.support.calendars import calendar
from tests.support.import_files import as_csv

RIGHT = {"calendar": "kayes", "day": "2026-11-16", "kind": "inset", "source": "letter of 1 June", "verified": "yes"}
KNOWN = {"kayes": calendar("kayes").terms}


def checked(*changes: Mapping[str, str]) -> Checked[ClosedDayRow]:
    return check_closed_days(as_csv(COLUMNS, ({**RIGHT, **change} for change in changes)), KNOWN)


def test_a_right_row_is_read_whole() -> None:
    found = checked({}, {"day": "2026-11-17", "kind": "closure", "verified": "no"})
    assert found.rows == (
        ClosedDayRow("kayes", date(2026, 11, 16), Kind.INSET, "letter of 1 June", verified=True, line=2),
        ClosedDayRow("kayes", date(2026, 11, 17), Kind.CLOSURE, "letter of 1 June", verified=False, line=3),
    )
    assert (found.faults, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"calendar": ""}, "calendar is empty; fill it in."),
        ({"calendar": "elsewhere"}, "there is no school calendar elsewhere; import its term dates first."),
        ({"day": "16/11/2026"}, "day is not a date of the calendar, written year-month-day like 2026-09-03."),
        ({"kind": "snow"}, "kind must be one of inset, closure, open."),
        ({"verified": "perhaps"}, "verified must be yes or no."),
    ],
)
def test_a_wrong_row_is_a_fault(change: Mapping[str, str], sentence: str) -> None:
    assert [str(fault) for fault in checked(change).faults] == [f"line 2: {sentence}"]


def test_the_same_day_twice_is_a_fault() -> None:
    assert [str(fault) for fault in checked({}, {"kind": "closure"}).faults] == [
        "line 3: this day of this calendar stands on line 2 already; keep one of the two."
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"day": "2026-12-30"}, "2026-12-30 is in no term of kayes that is known; it closes no school day."),
        ({"day": "2026-11-14"}, "2026-11-14 is at a weekend; look whether that is meant."),
        ({"source": ""}, "source is empty; say where the day was published, so that somebody can check it."),
    ],
)
def test_what_looks_wrong_is_a_warning(change: Mapping[str, str], sentence: str) -> None:
    found = checked(change)
    assert (len(found.rows), found.faults) == (1, ())
    assert [str(warning) for warning in found.warnings] == [f"line 2: {sentence}"]
