"""A table as a file for a spreadsheet. What somebody typed is text in it and never runs (CSV injection)."""

import codecs
import csv
import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter

from contracts.clock import LONDON

Cell = str | date | int | float | None
"""A count is whole; what is not is money or a middle value, with two places."""
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""The wide forms are those of East Asian keyboards, which spreadsheets read as the plain ones."""
_WIDEST = 60


def as_csv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; days are ISO dates."""
    return codecs.BOM_UTF8 + csv_rows([header]) + csv_rows(rows)


def csv_rows(rows: Sequence[Sequence[Cell]]) -> bytes:
    """More rows of such a file: for one that is written while it is read."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def as_xlsx(header: Sequence[str], rows: Sequence[Sequence[Cell]], now: datetime, title: str = "My list") -> bytes:
    """A workbook of one sheet, its header frozen, dated `now` (UTC). Nothing of it is kept on a disk."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": title, "created": now.astimezone(LONDON).replace(tzinfo=None)})
    sheet = book.add_worksheet(title)
    bold, day, wrapped = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "d mmm yyyy"}),
        book.add_format(),
    )
    wrapped.set_text_wrap()
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, wrapped)
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    sheet.freeze_panes(1, 1)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(header) - 1)
    sheet.autofit(_WIDEST * 7)
    book.close()
    return file.getvalue()


def _plain(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return str(cell)
    text = cell or ""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text
