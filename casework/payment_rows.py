"""A payment as a row of a file that an authority loads: no child's name, nothing that a spreadsheet would run."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from rules.financial_year import financial_year

CURRENCY = "GBP"
COLUMNS = (
    "payment_key",
    "school_urn",
    "amount",
    "currency",
    "case_ref",
    "academic_year",
    "term",
    "financial_year",
    "booked_on",
)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""https://owasp.org/www-community/attacks/CSV_Injection"""


class Payable(Protocol):
    """What a row says of a payment. Money is whole pence."""

    @property
    def key(self) -> str: ...
    @property
    def school_urn(self) -> str: ...
    @property
    def case_ref(self) -> str: ...
    @property
    def academic_year(self) -> str: ...
    @property
    def term(self) -> str: ...
    @property
    def pence(self) -> int: ...


def in_pounds(pence: int) -> str:
    """`500.00`"""
    return f"{pence // 100}.{pence % 100:02}"


def harmless(text: str) -> str:
    """Text that a spreadsheet shows instead of running it: what would start a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) or text.lstrip().startswith(_STARTS_A_FORMULA) else text


def row_of(day: date, payment: Payable) -> Iterator[str]:
    """The cells under `COLUMNS`; `day` is the London day of booking."""
    cells = (
        payment.key,
        payment.school_urn,
        in_pounds(payment.pence),
        CURRENCY,
        payment.case_ref,
        payment.academic_year,
        payment.term,
        financial_year(day),
        day.isoformat(),
    )
    return map(harmless, cells)
