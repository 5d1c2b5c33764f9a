"""The list as a file: exactly the list, nothing that its reader does not see, nothing that runs, and noted as read."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from contracts.people import Role
from store.page_tables import RecordRead
from store.record_reads import reads_of
from store.tables import Case
from tests.cases.listed import EVERY_CHILD, every_row
from tests.web.door import CHILD, SOCIAL_WORKER, Door
from tests.web.epep.conftest import OFFICER, Opening
from tests.web.epep.pages import Browser


async def rows_of(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = await browser.client.get(f"/cases.csv{query}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="PEP-children-2026-09-01.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf"), "by this mark Excel knows UTF-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_a_file_has_the_rows_of_the_list_in_its_order(
    door: Door, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.cases.files._AT_ONCE", 7)
    for asked in ({}, {"sort": "-school"}, {"find": "cian"}, {"stage": "waiting_for_date"}, {"find": "nobody"}):
        page = await officer.send("/cases", asked)
        query = page.path.partition("?")[2]
        listed = await every_row(officer, page.path)
        assert [row["Case"] for row in await rows_of(officer, f"?{query}")] == listed
        book = await officer.client.get(f"/cases.xlsx?{query}")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert [row[0] for row in sheet[1:]] == listed


async def test_a_row_tells_how_the_case_stands(door: Door, officer: Browser) -> None:
    await door.arrange()
    (row,) = [row for row in await rows_of(officer) if row["Case"] == CHILD]
    assert (row["Child"], row["School"], row["Team"]) == ("Cian Reid", "Cedar High School", "South team")
    assert (row["Stage"], row["Held by"]) == ("Being prepared for the meeting", "designated teacher")
    assert (row["Due"], row["Meeting"]) == ("2026-10-14", "2026-10-14")
    assert (row["Term"], row["Grant in pounds"], row["Money not sent"]) == ("2026/27 autumn", "0.00", "no")
    assert row["Parts missing"].isdecimal(), "a count is whole, and money has two places"
    assert row["Letters that did not arrive"] == "0"


async def test_finance_takes_what_finance_sees_and_a_worker_their_own(door: Door, browser_of: Opening) -> None:
    await door.put_on_staff("finance@council.example", Role.FINANCE)
    finance = await rows_of(await browser_of("finance@council.example"))
    assert list(finance[0]) == ["Case", "School", "Term", "Stage", "Grant", "Grant in pounds", "Money not sent"]
    assert sorted(row["Case"] for row in finance) == EVERY_CHILD
    worker = await rows_of(await browser_of(SOCIAL_WORKER), "?sort=ref")
    assert [row["Case"] for row in worker] == ["C004", CHILD, "C016", "C022", "C028"]
    await door.put_on_staff("operator@council.example", Role.OPERATOR)
    operator = (await rows_of(await browser_of("operator@council.example")))[0]
    assert not {"Child", "School", "Team", "Social worker", "Year group"} & set(operator)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
async def test_what_begins_like_a_formula_is_text(door: Door, officer: Browser, start: str) -> None:
    async with door.database.transaction() as session:
        await session.execute(update(Case).where(Case.ref == CHILD).values(given_name=f"{start}1+1", team=f"{start}x"))
    (row,) = [row for row in await rows_of(officer) if row["Case"] == CHILD]
    assert row["Child"] == f"'{start}1+1 Reid"
    assert row["Team"] == f"'{start}x"


async def test_who_takes_names_away_has_read_each_child_on_the_list(
    door: Door, officer: Browser, browser_of: Opening
) -> None:
    await door.put_on_staff("finance@council.example", Role.FINANCE)
    await rows_of(await browser_of("finance@council.example"))
    page = await officer.send("/cases", {"find": "c010"})
    await rows_of(officer, f"?{page.path.partition('?')[2]}")
    async with door.database.transaction() as session:
        assert [(read.email, read.what) for read in await reads_of(session, CHILD)] == [(OFFICER, "cases.csv")]
        assert (await session.execute(select(func.count()).select_from(RecordRead))).scalar_one() == 1
