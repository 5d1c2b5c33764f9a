"""One day's payments as a CSV file: no child's name, nothing that a spreadsheet would run."""

import csv
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from activities.finance import CURRENCY, PaymentOrder, financial_year

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


def file_name(day: date) -> str:
    """`payments-2026-10-14.csv`, the London day of booking."""
    return f"payments-{day.isoformat()}.csv"


def write_payment_file(folder: Path, day: date, payments: Iterable[PaymentOrder]) -> Path:
    """Write the day's file whole and put it in its place in one step: a reader finds the old one or the new one.

    Readable by its owner only. Raises OSError; the file that was there is then untouched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file_name(day)
    with NamedTemporaryFile("w", encoding="utf-8", newline="", dir=folder, prefix=".payments-", delete=False) as draft:
        try:
            _write_rows(draft, day, payments)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).replace(target)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    _sync_folder(folder)
    return target


def in_pounds(pence: int) -> str:
    """`500.00`"""
    return f"{pence // 100}.{pence % 100:02}"


def harmless(text: str) -> str:
    """Text that a spreadsheet shows instead of running it: what would start a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) or text.lstrip().startswith(_STARTS_A_FORMULA) else text


def _write_rows(draft: IO[str], day: date, payments: Iterable[PaymentOrder]) -> None:
    table = csv.writer(draft)
    table.writerow(COLUMNS)
    for payment in payments:
        table.writerow(harmless(cell) for cell in _row(day, payment))


def _row(day: date, payment: PaymentOrder) -> tuple[str, ...]:
    return (
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


def _sync_folder(folder: Path) -> None:
    """Without this the new name may be lost when the machine loses power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
