"""`./pep report`: the tables of the reports page, for a person and for a program; and what is no day or term."""

import pytest

from contracts.clock import in_words, london_date
from store.clock import DatabaseClock
from tests.cli.conftest import Service


async def test_a_report_counts_the_review_that_has_opened(service: Service, child: str) -> None:
    """One child, waiting for a date: `final` is false, as the day lasts."""
    today = london_date(await DatabaseClock(service.database).now())
    told = await service.pep("report", "--json", "--by", "school")
    assert told.code == 0
    assert (told.json["day"], told.json["by"], told.json["final"]) == (today.isoformat(), "school", False)
    tables = {table["name"]: table for table in told.json["tables"]}
    standing = {row["State"]: row["Reviews"] for row in tables["standing"]["rows"]}
    assert (standing["No meeting date"], sum(standing.values())) == (1, 1)
    assert all(table["definition"] for table in tables.values())
    assert child not in told.out, "figures are about nobody"

    by_area = await service.pep("report", "--json", "--by", "area")
    (groups,) = (table["rows"] for table in by_area.json["tables"] if table["name"] == "groups")
    assert [row["Reviews"] for row in groups] == [1]
    assert groups[0]["Area"] in {"In area", "Out of area", "Not known"}

    read = await service.pep("report")
    assert f"so far {in_words(today)}" in read.out.splitlines()[0]
    lines = read.out.splitlines()
    assert {table["title"] for table in tables.values()} - {"By school", "Grant by school"} <= set(lines)
    assert "Nothing to count." in lines[lines.index("Reasons for 0 returns") + 1]


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--term", "2019/20 autumn"), "No review of that term has opened."),
        (("--day", "2199-01-01"), "day"),
        (("--day", "yesterday"), "day"),
    ],
)
async def test_what_is_no_day_or_term_is_refused(service: Service, given: tuple[str, str], says: str) -> None:
    refused = await service.pep("report", *given)
    assert refused.code != 0
    assert says in refused.err
    assert refused.out == ""
