"""The list: filtered, sorted, page by page; nothing typed stands in an address; nobody finds what they do not see."""

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from casework.listing import bring_up_to_date
from contracts.people import Role
from store.listed import Order
from store.tracking_tables import CaseListing
from tests.cases.listed import EVERY_CHILD, every_row, shown, total
from tests.web.door import CHILD, SOCIAL_WORKER, TEACHER, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser

FINANCE, OPERATOR, MANAGER = "finance@council.example", "operator@council.example", "manager.south@council.example"


async def set_lines(door: Door, ref: str, **values: object) -> None:
    """Say something else in a line, without anything having happened."""
    await bring_up_to_date(door.database, door.clock.at, 10_000)
    async with door.database.transaction() as session:
        await session.execute(update(CaseListing).where(CaseListing.ref == ref).values(**values))


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("stage", "returned", {"stage": "returned"}),
        ("holder", "carer", {"holders": ["social_worker", "carer"]}),
        ("year", "Y13", {"year_group": "Y13"}),
        ("due", "overdue", {"due_on": date(2026, 8, 31)}),
        ("due", "soon", {"due_on": date(2026, 9, 6)}),
        ("area", "out", {"out_of_area": True}),
        ("waits", "money", {"money_waits": True}),
        ("waits", "letters", {"not_told": 2}),
        ("team", "Team of Its Own", {"team": "Team of Its Own"}),
    ],
)
async def test_a_filter_finds_what_it_says_and_nothing_else(
    door: Door, officer: Browser, field: str, value: str, line: dict[str, object]
) -> None:
    await set_lines(door, "C007", **line)
    page = await officer.send("/cases", {field: value})
    assert shown(page) == ["C007"]
    assert total(page) == 1
    assert page.fields[field] == [value], "the form says what is asked for"


async def test_a_span_of_days_and_several_filters_at_once(door: Door, officer: Browser) -> None:
    for ref, day in (("C007", 10), ("C008", 11), ("C009", 12)):
        await set_lines(door, ref, due_on=date(2026, 9, day), stage="preparing")
    await set_lines(door, "C009", stage="signing")
    assert shown(await officer.send("/cases", {"from": "2026-09-10", "to": "2026-09-11"})) == ["C007", "C008"]
    assert shown(await officer.send("/cases", {"from": "2026-09-11", "stage": "signing"})) == ["C009"]


async def test_a_day_that_is_none_is_said_and_what_was_typed_stays(officer: Browser) -> None:
    page = await officer.send("/cases", {"from": "31 Nov", "school": "Cedar"})
    assert (page.status, page.errors) == (422, ["“Due from” must be a real date, such as 2026-11-30."])
    assert (page.fields["from"], page.fields["school"]) == (["31 Nov"], ["Cedar"])


@pytest.mark.parametrize(("field", "typed"), [("school", "cedar high"), ("worker", "reid"), ("find", "cian reid")])
async def test_what_was_typed_is_found_and_stands_in_no_address(
    door: Door, officer: Browser, field: str, typed: str
) -> None:
    page = await officer.send("/cases", {field: typed, "sort": "name"})
    assert CHILD in shown(page)
    assert total(page) < len(EVERY_CHILD)
    for word in typed.split():
        assert word not in page.path.lower()
        addresses = re.findall(r'(?:href|action)="([^"]+)"', page.html)
        assert not [address for address in addresses if word in address.lower()]
    assert page.fields[field] == [typed]


@pytest.mark.parametrize("order", list(Order))
async def test_every_order_has_every_child_once_and_turns_round(door: Door, officer: Browser, order: Order) -> None:
    forth = await every_row(officer, f"/cases?sort={order}")
    back = await every_row(officer, f"/cases?sort=-{order}")
    assert sorted(forth) == EVERY_CHILD
    assert back == forth[::-1]
    if order is Order.NAME:
        async with door.database.transaction() as session:
            by_name = select(CaseListing.ref).order_by(CaseListing.family_name, CaseListing.given_name, CaseListing.ref)
            assert forth == list((await session.execute(by_name)).scalars())


async def test_the_soonest_comes_first_and_what_is_late_says_so_in_words(door: Door, officer: Browser) -> None:
    for ref, day in (("C020", date(2026, 8, 29)), ("C003", date(2026, 9, 1)), ("C012", date(2026, 9, 6))):
        await set_lines(door, ref, due_on=day)
    page = await officer.open("/cases")
    assert shown(page)[:3] == ["C020", "C003", "C012"]
    for words in ("3 days late", "Today", "In 5 days"):
        assert words in page.text


async def test_pages_follow_one_another_without_a_gap_or_a_repeat(
    door: Door, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.cases.gathered.A_PAGE", 5)
    assert sorted(await every_row(officer, "/cases")) == EVERY_CHILD
    assert len(await every_row(officer, "/cases?area=unknown")) == len(EVERY_CHILD)
    far = await officer.open("/cases?page=99&sort=ref")
    assert shown(far) == ["C031", "C032"], "past the end is the last page"
    assert "Page 7 of 7" in far.text


async def test_everybody_has_their_own_cases(door: Door, officer: Browser, browser_of: Opening) -> None:
    for email, cases in (
        (SOCIAL_WORKER, ["C004", CHILD, "C016", "C022", "C028"]),
        (TEACHER, [CHILD, "C015"]),
        (MANAGER, EVERY_CHILD[1::2]),
    ):
        browser = await browser_of(email)
        page = await browser.open("/cases?sort=ref")
        assert (shown(page), total(page)) == (cases, len(cases))
        assert '<details class="govuk-details">' in page.html, "a few children need no open filters"
    assert '<details class="govuk-details" open>' in (await officer.open("/cases")).html


async def test_finance_and_operators_see_no_names_and_filter_by_nothing_that_they_do_not_see(
    door: Door, browser_of: Opening
) -> None:
    """The answer to a filter would tell them; so would the order."""
    await set_lines(door, "C007", due_on=date(2026, 8, 31), holders=["carer"], year_group="N2", money_waits=True)
    by_due = "/cases?sort=due"
    for email, role, hidden in (
        (FINANCE, Role.FINANCE, ("due=overdue", "holder=carer", "year=N2", "area=unknown", "waits=letters")),
        (OPERATOR, Role.OPERATOR, ("year=N2", "area=unknown")),
    ):
        await door.put_on_staff(email, role)
        browser = await browser_of(email)
        page = await browser.open("/cases")
        assert total(page) == len(EVERY_CHILD)
        for told in ("Cian", "Reid", "Year 7", "South team"):
            assert told not in page.text
        assert ("Cedar High School" in page.text) == (role is Role.FINANCE)
        for asked in hidden:
            assert total(await browser.open(f"/cases?{asked}")) == len(EVERY_CHILD), asked
        for field, typed in (("find", "cian"), ("worker", "reid"), ("team", "South team")):
            found = await browser.send("/cases", {field: typed})
            assert total(found) == (0 if field == "find" else len(EVERY_CHILD)) if found.status == 200 else True
        assert shown(await browser.send("/cases", {"find": "c007"})) == ["C007"]
        assert shown(await browser.open("/cases?waits=money")) == ["C007"]
        assert (shown(await browser.open(by_due))[0] == "C007") == (role is Role.OPERATOR)


async def test_a_view_is_saved_opened_and_deleted(door: Door, officer: Browser) -> None:
    page = await officer.send("/cases", {"find": "cian", "sort": "school"})
    found = shown(page)
    form = page.form("/views")
    form.path = "/views"
    saved = await officer.press(form, {"name": "My boys"})
    assert "The view is saved." in saved.text
    assert shown(saved) == found
    opened = await officer.open(re.findall(r'href="(/views/\d+)"', (await officer.open("/cases")).html)[0])
    assert (shown(opened), opened.fields["find"], opened.fields["sort"]) == (found, ["cian"], ["school"])
    (way,) = re.findall(r'action="(/views/\d+/delete)"', opened.html)
    gone = opened.form(way)
    gone.path = way
    assert "The view is deleted." in (await officer.press(gone)).text
    assert "My boys" not in (await officer.open("/cases")).html


async def test_a_view_without_a_name_comes_back_with_the_list_as_it_was(officer: Browser) -> None:
    form = (await officer.send("/cases", {"find": "cian"})).form("/views")
    form.path = "/views"
    page = await officer.press(form, {"name": " ", "shared_with": "virtual_school"})
    assert (page.status, page.errors) == (422, ["Give the view a name, so that you find it again."])
    assert page.fields["find"] == ["cian"]
    assert page.fields["shared_with"] == ["virtual_school"]


async def test_a_shared_view_opens_for_the_same_role_and_for_nobody_else(
    door: Door, officer: Browser, browser_of: Opening
) -> None:
    """A school that the owner typed is sealed anew for whoever opens it; words that they searched for stay theirs."""
    form = (await officer.send("/cases", {"find": "cian", "school": "cedar high"})).form("/views")
    form.path = "/views"
    assert "Words that you searched for do not travel with it." in form.html
    kept = await officer.press(form, {"name": "Shared by Ola", "shared_with": "virtual_school"})
    assert "The words that you searched for are not in it." in kept.text
    assert kept.fields["find"] == ["cian"], "the owner's own list stays as it was"
    await door.put_on_staff("other@council.example", Role.VIRTUAL_SCHOOL)
    other, worker = await browser_of("other@council.example"), await browser_of(SOCIAL_WORKER)
    page = await other.open("/cases")
    (way,) = re.findall(r'href="(/views/\d+)"', page.html)
    assert "Shared by Ola" in page.text
    opened = await other.open(way)
    assert (opened.fields["school"], opened.fields["find"]) == (["cedar high"], [""])
    assert CHILD in shown(opened)
    for typed in ("cian", "cedar"):
        assert typed not in opened.path
    assert f'action="{way}/delete"' not in opened.html, "only who saved it deletes it"
    for stranger in (other, worker):
        refused = await stranger.client.post(f"{way}/delete", headers={"sec-fetch-site": "same-origin"})
        assert refused.status_code == 404
    assert "Shared by Ola" not in (await worker.open("/cases")).text
    assert (await worker.open(way)).status == 404


async def test_nobody_shares_with_a_role_that_they_do_not_have(
    door: Door, browser_of: Opening, officer: Browser
) -> None:
    worker = await browser_of(SOCIAL_WORKER)
    form = (await worker.open("/cases")).form("/views")
    form.path = "/views"
    await worker.press(form, {"name": "For officers", "shared_with": "virtual_school"})
    assert "For officers" in (await worker.open("/cases")).text
    assert "For officers" not in (await officer.open("/cases")).text


async def test_a_list_that_is_not_up_to_date_says_so(
    door: Door, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.cases.gathered._FRESH", 10)
    page = await officer.open("/cases")
    assert "are not up to date on this list yet" in page.text
    assert 0 < total(page) < len(EVERY_CHILD)
    for _ in range(5):
        page = await officer.open("/cases")
    assert total(page) == len(EVERY_CHILD)
    assert "not up to date" not in page.text
