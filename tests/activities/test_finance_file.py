"""The payment file: loadable, complete, and harmless to open."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.finance import PaymentOrder
from activities.payment_file import write_payment_file
from casework.payment_rows import COLUMNS, harmless, in_pounds

DAY = date(2026, 11, 20)


def order(number: int = 1, pence: int = 50_000, case_ref: str = "C1") -> PaymentOrder:
    return PaymentOrder(f"grant-C{number}-2026-27-autumn", "100001", case_ref, "2026/27", "autumn", pence)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_says_who_is_paid_how_much_and_what_for(tmp_path: Path) -> None:
    path = write_payment_file(tmp_path, DAY, [order(pence=49_905)])
    assert path.name == "payments-2026-11-20.csv"
    assert path.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
    assert rows(path) == [
        {
            "payment_key": "grant-C1-2026-27-autumn",
            "school_urn": "100001",
            "amount": "499.05",
            "currency": "GBP",
            "case_ref": "C1",
            "academic_year": "2026/27",
            "term": "autumn",
            "financial_year": "2026/27",
            "booked_on": "2026-11-20",
        }
    ]


def test_writing_again_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "payments"
    write_payment_file(folder, DAY, [order(1)])
    path = write_payment_file(folder, DAY, [order(1), order(2)])
    assert len(rows(path)) == 2
    assert [file.name for file in folder.iterdir()] == [path.name]


def test_a_failure_while_writing_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = write_payment_file(tmp_path, DAY, [order(1)])

    def breaks_off() -> list[PaymentOrder]:
        raise OSError

    with pytest.raises(OSError):
        write_payment_file(tmp_path, DAY, (one for _ in "x" for one in breaks_off()))
    assert len(rows(path)) == 1
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    assert write_payment_file(tmp_path, DAY, [order()]).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("reference", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "  =1", "\n=1"])
def test_a_spreadsheet_runs_nothing_that_stands_in_it(reference: str, tmp_path: Path) -> None:
    assert rows(write_payment_file(tmp_path, DAY, [order(case_ref=reference)]))[0]["case_ref"] == f"'{reference}"


@given(st.text())
def test_harmless_text_never_starts_a_formula_and_other_text_is_left_alone(text: str) -> None:
    safe = harmless(text)
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))
    assert safe in (text, f"'{text}")


@given(st.integers(min_value=1, max_value=10**9))
def test_M5_pounds_are_the_same_sum_as_the_pence(pence: int) -> None:
    pounds, pennies = in_pounds(pence).split(".")
    assert len(pennies) == 2
    assert int(pounds) * 100 + int(pennies) == pence
