"""My list as a file: a row a case, nothing that the reader's role does not see, and nothing in it that runs."""

import csv
import io
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, update

from store.record_reads import reads_of
from store.tables import Case, School
from tests.support.taken import Desk
from tests.web.door import Door
from tests.web.signed_in import sign_in_as
from tests.web.take_away.people import CARER, CHILD, FINANCE, OPERATOR, SOCIAL_WORKER, VIRTUAL_SCHOOL

HEADER = [
    "Case",
    "Child",
    "School",
    "Term",
    "Stage",
    "Held by",
    "Until",
    "Meeting",
    "Missing",
    "Grant",
    "Grant in pounds",
]
EVERY_CHILD = [f"C{number:03}" for number in range(1, 33)]


async def rows_for(door: Door, email: str) -> list[dict[str, str]]:
    await sign_in_as(door.database, door.clock, door.client, email)
    answer = await door.client.get("/work.csv")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="PEP-my-list-2027-01-06.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf"), "by this mark Excel knows UTF-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_a_row_tells_how_a_case_stands(visiting: Door, desk: Desk) -> None:
    (row,) = await rows_for(visiting, SOCIAL_WORKER)
    case = await desk.case()
    assert list(row) == HEADER
    assert (row["Case"], row["Child"]) == (CHILD, f"{case.given_name} {case.family_name}")
    assert (row["Term"], row["Stage"], row["Meeting"]) == ("spring", "being prepared for the meeting", "2027-01-20")
    assert row["Held by"] == "designated teacher"
    assert (row["Grant"], row["Grant in pounds"]) == ("not due yet", "0.00")
    assert "targets" in row["Missing"]


async def test_everybody_gets_their_own_cases_and_finance_and_operators_no_names(visiting: Door) -> None:
    assert [row["Case"] for row in await rows_for(visiting, VIRTUAL_SCHOOL)] == EVERY_CHILD
    (at_home,) = await rows_for(visiting, CARER)
    assert at_home["Case"] == CHILD
    assert [at_home[name] for name in ("Missing", "Grant", "Grant in pounds")] == ["", "", ""]
    finance = await rows_for(visiting, FINANCE)
    assert [row["Case"] for row in finance] == EVERY_CHILD
    hidden = ("Child", "Held by", "Until", "Meeting", "Missing")
    assert {row[name] for row in finance for name in hidden} == {""}
    assert all(row["School"] for row in finance)
    operators = await rows_for(visiting, OPERATOR)
    assert {row["Child"] for row in operators} == {""}
    assert any(row["Meeting"] for row in operators)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", " ="])
async def test_what_begins_like_a_formula_is_text(visiting: Door, start: str) -> None:
    typed = f'{start}HYPERLINK("https://evil.example","x")'
    async with visiting.database.transaction() as session:
        await session.execute(update(Case).where(Case.ref == CHILD).values(given_name=typed, family_name="B"))
        await session.execute(update(School).values(name=typed))
    (row,) = await rows_for(visiting, SOCIAL_WORKER)
    assert row["Child"] == f"'{typed} B"
    assert row["School"] == f"'{typed}"
    answer = await visiting.client.get("/work.xlsx")
    sheet = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


async def test_the_workbook_says_the_same_and_keeps_its_header_in_sight(visiting: Door) -> None:
    rows = await rows_for(visiting, VIRTUAL_SCHOOL)
    answer = await visiting.client.get("/work.xlsx")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[0] == HEADER
    assert [row[:6] for row in sheet[1:]] == [list(row.values())[:6] for row in rows]
    (ours,) = [row for row in sheet if row[0] == CHILD]
    assert str(ours[7]) == "2027-01-20"
    raw = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in raw


async def test_a_list_with_names_is_noted_as_a_read_of_each_child_in_it(visiting: Door) -> None:
    await rows_for(visiting, FINANCE)
    await rows_for(visiting, VIRTUAL_SCHOOL)
    async with visiting.database.transaction() as session:
        for child in (CHILD, EVERY_CHILD[0]):
            assert [(read.email, read.what) for read in await reads_of(session, child)] == [
                (VIRTUAL_SCHOOL, "work.csv")
            ]


async def test_a_list_that_is_read_in_several_goes_is_whole(visiting: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    for at_once in (1, 16, 31, 33):
        monkeypatch.setattr("web.epep.take_away.my_list._AT_ONCE", at_once)
        assert [row["Case"] for row in await rows_for(visiting, VIRTUAL_SCHOOL)] == EVERY_CHILD


async def test_a_long_list_costs_no_more_queries_than_a_short_one(visiting: Door) -> None:
    counts = []
    for email in (SOCIAL_WORKER, VIRTUAL_SCHOOL):
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any, asked: list[str] = asked) -> None:
            asked.append(statement)

        event.listen(visiting.database.engine.sync_engine, "before_cursor_execute", note)
        await rows_for(visiting, email)
        event.remove(visiting.database.engine.sync_engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1]
