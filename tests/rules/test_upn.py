"""UPN check letters, with the library of standard numbers as oracle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import upn as oracle

from rules.upn import check_letter, has_known_area, why_no_upn

digits = st.text("0123456789", min_size=11, max_size=11)
last = st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUVWXYZ")


@pytest.mark.parametrize("upn", ["B801200005001", "U860200028001", "P207000016049"])
def test_a_right_upn(upn: str) -> None:
    assert why_no_upn(upn) is None


@pytest.mark.parametrize(
    "upn",
    [
        "",
        "B80120000500",
        "B8012000050011",
        "I801200005001",
        "8801200005001",
        "B80120000A001",
        "b801200005001",
        "B801200005001\n",
        "B80120000500١",
    ],
)
def test_what_has_not_the_shape_of_a_upn(upn: str) -> None:
    assert why_no_upn(upn) == (
        "upn is not 13 characters long, a check letter (never I, O or S), 11 digits and a last digit or letter"
    )


@given(digits, last)
def test_the_check_letter_is_that_of_the_oracle(numbers: str, final: str) -> None:
    assert check_letter(numbers + final) == oracle.calc_check_digit(numbers + final)


@given(digits, last, st.integers(0, 11), st.integers(1, 9))
def test_one_mistyped_digit_is_found(numbers: str, final: str, place: int, shift: int) -> None:
    rest = numbers + final
    upn = check_letter(rest) + rest
    assert why_no_upn(upn) is None
    if rest[place].isdigit():
        mistyped = rest[:place] + str((int(rest[place]) + shift) % 10) + rest[place + 1 :]
        assert why_no_upn(upn[0] + mistyped) == (
            "the check letter of the upn does not fit its digits, so a character is wrong"
        )


def test_every_area_of_the_oracle_is_known_and_the_newer_ones_too() -> None:
    newer = {838, 839, 940, 941, 942, 943, 660, 681}
    assert all(has_known_area(f"A{area}000000000") for area in oracle._la_numbers | newer)
    assert not any(has_known_area(f"A{area}000000000") for area in ("000", "199", "999", "875"))
