"""Year groups go up every 1 September (ACTS.md, Files)."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.year_groups import (
    YEAR_GROUPS,
    academic_year_from,
    academic_year_of,
    is_transition_year,
    start_of_academic_year,
    usual_year_group,
    year_group_in,
)
from tests.support.sample import ROLL

years = st.integers(2000, 2150).map(academic_year_from)


@pytest.mark.parametrize(
    ("day", "academic_year"),
    [("2026-08-31", "2025/26"), ("2026-09-01", "2026/27"), ("2027-08-31", "2026/27"), ("1999-10-01", "1999/00")],
)
def test_an_academic_year_starts_on_1_september(day: str, academic_year: str) -> None:
    assert academic_year_of(date.fromisoformat(day)) == academic_year


@pytest.mark.parametrize("text", ["", "2026", "2026-27", "2026/28", "2026/2027", "26/27", " 2026/27", "２０２６/27"])
def test_what_is_not_an_academic_year(text: str) -> None:
    with pytest.raises(ValueError, match="written as 2026/27"):
        start_of_academic_year(text)


@pytest.mark.parametrize(
    ("known", "later", "reached"),
    [
        ("N1", 1, "N2"),
        ("N2", 1, "R"),
        ("R", 1, "Y1"),
        ("Y6", 1, "Y7"),
        ("Y11", 2, "Y13"),
        ("Y13", 1, "Y13"),
        ("Y6", 0, "Y6"),
    ],
)
def test_a_year_group_goes_up_and_stays_at_y13(known: str, later: int, reached: str) -> None:
    assert year_group_in(known, "2026/27", academic_year_from(2026 + later)) == reached


@given(st.sampled_from(YEAR_GROUPS), years, st.integers(0, 20), st.integers(0, 20))
def test_going_up_year_by_year_is_going_up_at_once(known: str, year: str, first: int, second: int) -> None:
    start = start_of_academic_year(year)
    between, end = academic_year_from(start + first), academic_year_from(start + first + second)
    assert year_group_in(year_group_in(known, year, between), between, end) == year_group_in(known, year, end)


@pytest.mark.parametrize("year_group", YEAR_GROUPS)
def test_B3_B10_transition_is_pre_school_y6_and_y11(year_group: str) -> None:
    assert is_transition_year(year_group) == (year_group in {"N2", "Y6", "Y11"})


def test_children_of_the_sample_are_in_the_year_group_of_their_age() -> None:
    for row in csv.DictReader(ROLL.decode().splitlines()):
        assert usual_year_group(date.fromisoformat(row["date_of_birth"]), "2026/27") == row["year_group"]


def test_no_year_group_goes_with_an_age_before_or_after_school() -> None:
    assert usual_year_group(date(2025, 1, 1), "2026/27") is None
    assert usual_year_group(date(2004, 1, 1), "2026/27") is None
