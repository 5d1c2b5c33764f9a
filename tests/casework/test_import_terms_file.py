"""Term dates: every wrong line is named with its own sentence (ACTS.md, Files)."""

from collections.abc import Mapping
from datetime import date

import pytest

from casework.term_dates_file import CalendarTerm, check_terms
from contracts.calendar import Term, TermName
from tests.support.import_files import SPRING, SUMMER, terms_file
from tests.support.sample import TERMS


def faults(*changes: Mapping[str, str]) -> list[str]:
    return [str(fault) for fault in check_terms(terms_file(*changes)).faults]


def warnings(*changes: Mapping[str, str]) -> list[str]:
    return [str(warning) for warning in check_terms(terms_file(*changes)).warnings]


def test_a_right_row_is_read_whole() -> None:
    assert check_terms(terms_file({})).rows == (
        CalendarTerm(
            "oak",
            Term(
                "2026/27",
                TermName.AUTUMN,
                date(2026, 9, 3),
                date(2026, 12, 18),
                date(2026, 10, 26),
                date(2026, 10, 30),
                (date(2026, 9, 4), date(2026, 12, 4)),
            ),
            "Oak schools",
            "oak.example/term-dates",
            line=2,
        ),
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"calendar": ""}, "calendar is empty; fill it in."),
        (
            {"calendar": "Oak Schools"},
            "calendar must be a short code of lower-case letters, digits and hyphens, like widmer-end.",
        ),
        ({"name": ""}, "name is empty; fill it in."),
        ({"academic_year": ""}, "academic_year is empty; fill it in."),
        (
            {"academic_year": "2026"},
            "academic_year must be two years of this century that follow each other, written like 2026/27.",
        ),
        (
            {"academic_year": "2026/28"},
            "academic_year must be two years of this century that follow each other, written like 2026/27.",
        ),
        (
            {"academic_year": "9999/00"},
            "academic_year must be two years of this century that follow each other, written like 2026/27.",
        ),
        ({"term": ""}, "term is empty; fill it in."),
        ({"term": "michaelmas"}, "term must be one of autumn, spring, summer."),
        ({"first_day": ""}, "first_day is empty; fill it in."),
        ({"last_day": ""}, "last_day is empty; fill it in."),
        (
            {"first_day": "3 Sept"},
            "first_day is not a date of the calendar, written year-month-day like 2026-09-03.",
        ),
        ({"last_day": "20261218"}, "last_day is not a date of the calendar, written year-month-day like 2026-09-03."),
        ({"last_day": "2026-12-32"}, "last_day is not a date of the calendar, written year-month-day like 2026-09-03."),
        (
            {"half_term_first": "26.10."},
            "half_term_first is not a date of the calendar, written year-month-day like 2026-09-03.",
        ),
        (
            {"closed_days": "2026-09-04;2026-W36-5"},
            "2026-W36-5 in closed_days is not a date of the calendar, written year-month-day like 2026-09-03.",
        ),
        (
            {"closed_days": "", "first_day": "2026-12-18", "last_day": "2026-09-03"},
            "the autumn term 2026/27 is reversed: it ends on 2026-09-03 before it starts on 2026-12-18.",
        ),
        (
            {"half_term_last": ""},
            "half_term_first and half_term_last belong together; give both or neither.",
        ),
        (
            {"half_term_first": ""},
            "half_term_first and half_term_last belong together; give both or neither.",
        ),
        (
            {"half_term_first": "2026-10-30", "half_term_last": "2026-10-26"},
            "the half term is reversed: it ends on 2026-10-26 before it starts on 2026-10-30.",
        ),
        (
            {"half_term_first": "2026-12-14", "half_term_last": "2026-12-21"},
            "the half term from 2026-12-14 to 2026-12-21 lies outside the autumn term 2026/27.",
        ),
        (
            {"half_term_first": "2026-09-02", "half_term_last": "2026-09-08"},
            "the half term from 2026-09-02 to 2026-09-08 lies outside the autumn term 2026/27.",
        ),
        ({"closed_days": "2026-09-02"}, "the closed day 2026-09-02 lies outside the autumn term 2026/27."),
        (
            {"half_term_first": "2026-09-03", "half_term_last": "2026-12-18", "closed_days": ""},
            "the autumn term 2026/27 has no school day: half term and closed days take all of it.",
        ),
    ],
)
def test_each_fault_of_a_row_has_its_own_sentence(change: dict[str, str], sentence: str) -> None:
    assert faults({}, {**SPRING, "calendar": "elm"}, {"calendar": "ash", **change}) == [f"line 4: {sentence}"]


def test_each_closed_day_that_is_no_date_is_named_once_and_cut_where_it_can_be_none() -> None:
    assert faults({"closed_days": "4/9/2026; 2026-09-31;4/9/2026;" + "x" * 30}) == [
        f"line 2: {day} in closed_days is not a date of the calendar, written year-month-day like 2026-09-03."
        for day in ("4/9/2026", "2026-09-31", "x" * 20 + "...")
    ]


@pytest.mark.parametrize(
    ("change", "column", "day"),
    [
        ({"first_day": "2025-09-03"}, "first_day", "2025-09-03"),
        ({"first_day": "2026-08-24"}, "first_day", "2026-08-24"),
        ({"last_day": "2027-09-01"}, "last_day", "2027-09-01"),
    ],
)
def test_a_date_in_the_wrong_year(change: dict[str, str], column: str, day: str) -> None:
    assert faults(change) == [
        f"line 2: {column} {day} is not in the academic year 2026/27, "
        "whose terms lie between 2026-08-25 and 2027-08-31."
    ]


def test_a_year_that_is_wrong_in_both_dates_names_both() -> None:
    assert len(faults({"academic_year": "2027/28"})) == 2


@pytest.mark.parametrize("change", [{"first_day": "2026-08-25"}, {"term": "summer", "last_day": "2027-08-31"}])
def test_the_last_week_of_august_belongs_to_the_year(change: dict[str, str]) -> None:
    assert faults(change) == []


def test_a_term_twice() -> None:
    assert faults({}, SPRING, {"first_day": "2026-09-02"}) == [
        "line 4: this term of this calendar stands on line 2 already; keep one of the two."
    ]


def test_a_term_twice_is_found_although_one_of_the_two_is_faulty() -> None:
    assert "line 3: this term of this calendar stands on line 2 already; keep one of the two." in faults(
        {}, {"first_day": ""}
    )


def test_a_calendar_with_two_names() -> None:
    assert faults({}, {**SPRING, "name": "Oak school"}) == ["line 3: the calendar oak has another name on line 2."]


def test_overlapping_terms() -> None:
    assert faults({}, {**SPRING, "first_day": "2026-12-18"}) == [
        "line 3: the spring term 2026/27 overlaps with the autumn term 2026/27, which stands on line 2 and lasts "
        "from 2026-09-03 to 2026-12-18."
    ]


def test_a_term_that_covers_two_others_overlaps_with_both() -> None:
    assert [fault.split(",")[0] for fault in faults({"last_day": "2027-06-01"}, SPRING, SUMMER)] == [
        "line 3: the spring term 2026/27 overlaps with the autumn term 2026/27",
        "line 4: the summer term 2026/27 overlaps with the autumn term 2026/27",
    ]


def test_terms_of_different_calendars_may_overlap() -> None:
    assert faults({}, {**SPRING, "calendar": "elm", "first_day": "2026-12-01"}) == []


def test_terms_out_of_order_within_the_year() -> None:
    summer_first = {**SUMMER, "first_day": "2027-01-04", "last_day": "2027-03-25"}
    assert faults({}, {**SPRING, "first_day": "2027-04-12", "last_day": "2027-07-21"}, summer_first) == [
        "line 3: the spring term 2026/27 starts after the summer term 2026/27; the other one stands on line 4. "
        "The terms of a year come in the order autumn, spring, summer."
    ]


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert faults(SUMMER, {}, SPRING) == []


def stored(name: TermName, first: date, last: date) -> CalendarTerm:
    return CalendarTerm("oak", Term("2026/27", name, first, last))


def test_a_term_that_overlaps_with_one_that_is_stored() -> None:
    spring = stored(TermName.SPRING, date(2026, 12, 14), date(2027, 3, 25))
    assert [str(fault) for fault in check_terms(terms_file({}), [spring]).faults] == [
        "line 2: the autumn term 2026/27 overlaps with the spring term 2026/27, which is stored already and lasts "
        "from 2026-12-14 to 2027-03-25."
    ]


def test_a_term_that_replaces_the_stored_one_does_not_overlap_with_it() -> None:
    before = stored(TermName.AUTUMN, date(2026, 9, 1), date(2027, 1, 8))
    assert check_terms(terms_file({}, SPRING), [before]).faults == ()


def test_what_may_be_meant_is_only_a_warning() -> None:
    assert warnings({"source": "", "last_day": "2026-12-19"}) == [
        "line 2: last_day 2026-12-19 is at a weekend; look whether that is meant.",
        "line 2: source is empty; say where the dates were published, so that somebody can check them.",
    ]


def test_every_wrong_line_of_a_long_file_is_named() -> None:
    lines = TERMS.decode().splitlines()
    broken = [lines[0], *(line.replace("-", "/", 2 + line.split(",")[0].count("-")) for line in lines[1:])]
    named = {fault.line for fault in check_terms("\n".join(broken).encode()).faults}
    assert named == set(range(2, len(lines) + 1))
