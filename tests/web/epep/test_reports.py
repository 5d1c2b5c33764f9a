"""The page of reports: for whom it is, what it shows, and that it holds for a day that is over."""

import csv
import io
import re
from html import unescape

from casework.authority import AuthorityDetails, set_up
from contracts.people import Role
from tests.web.door import AUTUMN, SOCIAL_WORKER, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser
from tests.web.outline import assert_whole

MANAGER = "manager.south@council.example"
FINANCE, HEAD = "finance@council.example", "head@council.example"


async def test_the_virtual_school_sees_everything_with_tables_and_charts(door: Door, officer: Browser) -> None:
    await door.open("C015", "C001")
    answer = await officer.client.get("/reports")
    outline = assert_whole(answer)
    assert outline.count["svg"] == 3  # no meeting has a date yet
    page = await officer.open("/reports")
    assert "The autumn term 2026/27, so far today" in page.text
    assert "Where 3 reviews stand" in page.text
    assert "Meeting held in the term" in page.text
    assert "Grant in the financial year 2026/27" in page.text


async def test_a_day_that_is_over_says_so_and_a_day_to_come_is_refused(door: Door, officer: Browser) -> None:
    page = await officer.open("/reports?day=2026-08-31")
    assert "at the end of Monday 31 August 2026" in page.text
    assert "Where 0 reviews stand" in page.text
    refused = await officer.client.get("/reports?day=2027-09-10")
    assert refused.status_code == 422
    assert "That day has not come yet" in refused.text
    assert (await officer.client.get("/reports?day=tomorrow")).status_code == 422


async def test_a_table_is_taken_away_as_a_file(door: Door, officer: Browser) -> None:
    await door.open("C015")
    answer = await officer.client.get("/reports/standing.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["State", "Reviews"]
    assert ["No meeting date", "2"] in rows
    assert (await officer.client.get("/reports/nothing.csv")).status_code == 404


async def test_a_team_manager_counts_the_own_team_alone(door: Door, browser_of: Opening) -> None:
    await door.open("C001", "C002", "C004")  # C010, which is open already, is of the south team as well
    manager = await browser_of(MANAGER)
    assert "Reports of your team" in (await manager.open("/work")).text
    assert "Where 3 reviews stand" in (await manager.open("/reports")).text
    other = await manager.send("/reports", {"team": "North team"})
    assert "Where 0 reviews stand" in other.text


async def test_reviews_are_compared_and_chosen_by_in_and_out_of_area(door: Door, officer: Browser) -> None:
    await set_up(door.database, AuthorityDetails("A", "vs@council.example", calendar="staffordshire"))
    await door.open("C001", "C004", "C012")  # C010 opened before the authority had named its term dates
    page = await officer.open("/reports?by=area")
    assert "By area" in page.text
    groups = (await officer.client.get("/reports/groups.csv?by=area")).content.decode("utf-8-sig")
    rows = [row[:2] for row in csv.reader(io.StringIO(groups))]
    assert rows == [["Area", "Reviews"], ["In area", "2"], ["Out of area", "1"], ["Not known", "1"]]
    for area, count in (("in", 2), ("out", 1), ("unknown", 1)):
        page = await officer.open(f"/reports?area={area}")
        assert f"Where {count} review" in page.text
        assert f"area={area}" in page.html.partition("standing.csv?")[2].partition('"')[0], "the file is of the same"
    assert "Where 4 reviews stand" in (await officer.open("/reports?area=nowhere")).text


async def test_a_teams_name_is_in_no_address(door: Door, officer: Browser, browser_of: Opening) -> None:
    """It may name somebody. It is sealed for nobody but the one who asked, as in the list of cases."""
    await door.open("C001", "C002", "C004", "C015")  # with C010 three of the south team
    asked = await officer.send("/reports", {"team": "South team", "by": "key_stage"})
    assert "Where 3 reviews stand" in asked.text
    assert (asked.fields["team"], asked.fields["by"]) == (["South team"], ["key_stage"])
    (of_it,) = re.findall(r'href="(/reports/standing\.csv\?[^"]+)"', asked.html)
    for address in (asked.path, of_it):
        assert "South" not in address
        assert "search=" in address
    rows = list(csv.reader(io.StringIO((await officer.client.get(unescape(of_it))).text)))
    assert sum(int(count) for _, count in rows[1:]) == 3
    await door.put_on_staff(HEAD, Role.VIRTUAL_SCHOOL_HEAD)
    theirs = await (await browser_of(HEAD)).open(asked.path)
    assert "Where 5 reviews stand" in theirs.text, "a seal that is somebody else's is passed over"
    assert ("team" in theirs.fields, theirs.fields["by"]) == (False, ["key_stage"])
    for other in (asked.path.replace("search=", "search=x"), "/reports?team=South+team", "/reports?search=x.x"):
        assert "Where 5 reviews stand" in (await officer.open(other)).text


async def test_a_day_that_cannot_be_counted_comes_back_in_the_form_and_in_no_address(officer: Browser) -> None:
    refused = await officer.send("/reports", {"team": "South team", "day": "the day of Cian"})
    assert (refused.status, refused.path) == (422, "/reports")
    assert refused.errors == ["The day must be a real date, like 2026-11-18. This is the report of today."]
    assert refused.fields["team"] == ["South team"]


async def test_finance_sees_money_and_nothing_else(door: Door, browser_of: Opening) -> None:
    await door.put_on_staff(FINANCE, Role.FINANCE)
    finance = await browser_of(FINANCE)
    page = await finance.open("/reports")
    assert "Grant in the financial year 2026/27" in page.text
    assert "Meeting held in the term" not in page.text
    assert (await finance.client.get("/reports/figures.csv")).status_code == 404


async def test_who_manages_a_team_and_is_of_finance_counts_the_own_teams_plans_and_everybodys_money(
    door: Door, browser_of: Opening
) -> None:
    await door.open("C001", "C002", "C004", "C015")  # C015 is of another team
    await door.put_on_staff(FINANCE, Role.FINANCE)
    finance, manager = await browser_of(FINANCE), await browser_of(MANAGER)
    plans = (await manager.client.get("/reports/standing.csv")).text
    assert (await manager.client.get("/reports/grant-groups.csv")).text != (
        await finance.client.get("/reports/grant-groups.csv")
    ).text
    await door.put_on_staff(MANAGER, Role.FINANCE)
    both = await browser_of(MANAGER)
    assert (await both.client.get("/reports/standing.csv")).text == plans
    assert (await both.client.get("/reports/grant-groups.csv")).text == (
        await finance.client.get("/reports/grant-groups.csv")
    ).text
    assert "Where 3 reviews stand" in (page := await both.open("/reports")).text
    assert "Plans are counted in your own teams, the grant in every team." in page.text
    assert "Where 0 reviews stand" in (await both.send("/reports", {"team": "North team"})).text


async def test_it_is_for_nobody_else(door: Door, browser_of: Opening) -> None:
    worker = await browser_of(SOCIAL_WORKER)
    assert (await worker.client.get("/reports")).status_code == 404
    await door.put_on_staff(HEAD, Role.VIRTUAL_SCHOOL_HEAD)
    head = await browser_of(HEAD)
    term = AUTUMN.replace("/", "-").replace(" ", "-")
    assert "Where 1 review stands" in (await head.open(f"/reports?term={term}")).text
