"""Files as spreadsheets save them: what cannot be read is said once, with its line."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.roll_file import COLUMNS as ROLL_COLUMNS
from casework.roll_file import check_roll
from casework.term_dates_file import COLUMNS, check_terms
from tests.support.clock import FIRST_MORNING
from tests.support.import_files import SPRING, SUMMER, as_csv, changed, roll_of, terms_file
from tests.support.sample import ROLL, TERMS

TODAY = FIRST_MORNING.date()
YEAR = terms_file({}, SPRING, SUMMER)
HEADER = ",".join(COLUMNS)


def faults(content: bytes) -> list[str]:
    return [str(fault) for fault in check_terms(content).faults]


def test_the_sample_files_have_no_fault() -> None:
    terms = check_terms(TERMS)
    assert (len(terms.rows), terms.faults, terms.warnings) == (27, (), ())
    roll = check_roll(ROLL, {row.calendar for row in terms.rows}, TODAY)
    assert (len(roll.rows), roll.faults, roll.warnings) == (32, (), ())


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + YEAR,
        YEAR.replace(b"\r\n", b"\n"),
        YEAR.replace(b"\r\n", b"\r"),
        YEAR.rstrip(),
        YEAR.replace(b"\r\n", b"\r\n\r\n") + b"\r\n  \r\n,,,,,,,,,\r\n",
        YEAR.replace(b",2026/27,", b', "2026/27" ,'.replace(b'"', b"")),
        YEAR.replace(b"Oak schools", '"Öak, schools"'.encode()),
    ],
    ids=["byte order mark", "LF", "CR", "no last line end", "blank lines", "blanks around", "quotes and letters"],
)
def test_a_file_may_be_saved_in_several_ways(content: bytes) -> None:
    assert faults(content) == []
    assert [row.term for row in check_terms(content).rows] == [row.term for row in check_terms(YEAR).rows]


def test_columns_may_stand_in_any_order() -> None:
    rows = [dict(zip(COLUMNS, YEAR.decode().splitlines()[1].split(","), strict=True))]
    assert check_terms(as_csv(reversed(COLUMNS), rows)).rows == check_terms(terms_file({})).rows


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    content = YEAR.replace(b"Oak schools", b'"Oak schools"', 1)
    content = content.replace(b"\r\n", b"\r\n\r\n", 1).replace(b"2027-07-21", b"21/07/2027")
    assert faults(content) == [
        "line 5: last_day is not a date of the calendar, written year-month-day like 2026-09-03."
    ]
    two_lines = YEAR.replace(b"oak.example/term-dates", b'"oak.example\n/term-dates"', 1)
    assert faults(two_lines.replace(b"2027-07-21", b"21/07/2027")) == [
        "line 2: source contains a line break, a tab or another invisible character; take it out.",
        "line 5: last_day is not a date of the calendar, written year-month-day like 2026-09-03.",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", f"line 1: the file is empty; it needs a header with the columns {', '.join(COLUMNS)}."),
        (b"\n \n", f"line 1: the file is empty; it needs a header with the columns {', '.join(COLUMNS)}."),
        (HEADER.encode() + b"\r\n\r\n", "line 1: there is no row below the header, so there is nothing to import."),
        (
            YEAR.replace(b"Oak schools", "Chêne".encode("cp1252")),
            'line 2: the file is not UTF-8 text; save it as "CSV UTF-8" and import it again.',
        ),
        (
            YEAR.decode().encode("utf-16"),
            'line 1: the file is not UTF-8 text; save it as "CSV UTF-8" and import it again.',
        ),
        (changed(YEAR, 1, "first_day", "begins"), "line 1: the column first_day is missing; add it."),
        (changed(YEAR, 1, "first_day", "first_day,notes"), "line 1: the column notes is not known; take it out."),
        (changed(YEAR, 1, "source", "source,"), "line 1: the column without a name is not known; take it out."),
        (
            changed(YEAR, 1, "source", "first_day"),
            "line 1: the column first_day stands there more than once; keep one.",
        ),
        (
            YEAR.replace(b",", b";"),
            f"line 1: this is not the header; it must name the columns {', '.join(COLUMNS)}; "
            "the columns must be separated by commas.",
        ),
        (
            b"".join(YEAR.splitlines(keepends=True)[1:]),
            f"line 1: this is not the header; it must name the columns {', '.join(COLUMNS)}.",
        ),
        (
            changed(YEAR, 3, "oak,", "oak,,"),
            "line 3: this line has 11 fields and the header 10; "
            "a comma is missing or too many, or a text with a comma is not in quotes.",
        ),
        (
            changed(YEAR, 4, "oak,", ""),
            "line 4: this line has 9 fields and the header 10; "
            "a comma is missing or too many, or a text with a comma is not in quotes.",
        ),
        (
            changed(YEAR, 3, "Oak schools", '"Oak schools'),
            "line 3: a quotation mark is not closed or stands where it should not; correct it. "
            "The lines below were not read.",
        ),
        (
            changed(YEAR, 3, "Oak schools", '"Oak" schools'),
            "line 3: a quotation mark is not closed or stands where it should not; correct it. "
            "The lines below were not read.",
        ),
        (
            changed(YEAR, 2, "Oak schools", "Oak\u202eschools"),
            "line 2: name contains a line break, a tab or another invisible character; take it out.",
        ),
        (
            changed(YEAR, 2, "Oak schools", "Oak\0schools"),
            "line 2: name contains a line break, a tab or another invisible character; take it out.",
        ),
        (changed(YEAR, 2, "oak.example", "o" * 1001), "line 2: source is longer than 1000 characters; shorten it."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
    assert sentence in faults(content)


def test_a_header_that_is_wrong_in_several_ways_has_a_sentence_for_each() -> None:
    assert faults(changed(YEAR, 1, "first_day,last_day", "begins,ends")) == [
        "line 1: the column first_day is missing; add it.",
        "line 1: the column last_day is missing; add it.",
        "line 1: the column begins is not known; take it out.",
        "line 1: the column ends is not known; take it out.",
    ]


def test_a_roll_without_its_header_repeats_nothing_of_the_child_on_line_1() -> None:
    content = b"".join(roll_of({}, {}).splitlines(keepends=True)[1:])
    assert [str(fault) for fault in check_roll(content, {"oak"}, TODAY).faults] == [
        f"line 1: this is not the header; it must name the columns {', '.join(ROLL_COLUMNS)}."
    ]


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"{HEADER}\n{text}".encode()))
def test_no_content_whatever_breaks_the_reading(content: bytes) -> None:
    checked = check_terms(content)
    assert checked.faults
    assert all(fault.line >= 1 and fault.reason.endswith(".") for fault in checked.faults)
