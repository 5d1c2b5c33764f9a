"""What the port to the finance system promises whichever system stands behind it."""

from datetime import date

import pytest

from activities.finance import PaymentOrder, payment_key
from rules.financial_year import financial_year


def order(key: str = "grant-C1-2026-27-autumn", pence: int = 50_000) -> PaymentOrder:
    return PaymentOrder(key, "100001", "C1", "2026/27", "autumn", pence)


def test_A8_the_key_names_the_child_the_year_and_the_term_and_nothing_else() -> None:
    assert payment_key("C104", "2026/27", "autumn") == "grant-C104-2026-27-autumn"


def test_A8_no_two_references_share_a_key() -> None:
    references = ["A/1", "A-1", "A%2F1", "A 1", "Å1", "A1"]
    keys = {payment_key(reference, "2026/27", "autumn") for reference in references}
    assert len(keys) == len(references)
    assert all(order(key) for key in keys)


@pytest.mark.parametrize("pence", [0, -1, 500.0, True, "50000"])
def test_M5_money_is_a_whole_number_of_pence(pence: int) -> None:
    with pytest.raises(ValueError, match="whole number of pence"):
        order(pence=pence)


@pytest.mark.parametrize("key", ["grant 1", "grant-Å", "grant\r\nX-Paid: yes"])
def test_a_key_holds_nothing_that_could_break_a_header_or_an_address(key: str) -> None:
    with pytest.raises(ValueError, match="plain characters"):
        order(key)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2027, 3, 31), "2026/27"),
        (date(2027, 4, 1), "2027/28"),
        (date(2026, 12, 31), "2026/27"),
        (date(2027, 1, 1), "2026/27"),
        (date(2100, 3, 31), "2099/00"),
    ],
)
def test_a_spring_payment_falls_into_the_financial_year_of_its_day(day: date, year: str) -> None:
    assert financial_year(day) == year
