"""One day's payments as a CSV file, put in its place in one step."""

import csv
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from activities.finance import PaymentOrder
from casework.payment_rows import COLUMNS, row_of


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


def _write_rows(draft: IO[str], day: date, payments: Iterable[PaymentOrder]) -> None:
    table = csv.writer(draft)
    table.writerow(COLUMNS)
    for payment in payments:
        table.writerow(row_of(day, payment))


def _sync_folder(folder: Path) -> None:
    """Without this the new name may be lost when the machine loses power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
