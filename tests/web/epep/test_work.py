"""My work: what I must do, by when, the most urgent first, with the sentence that says why."""

import re
from datetime import date, time

from contracts.clock import at_london
from contracts.people import Role
from tests.web.door import CHILD, SOCIAL_WORKER, TEACHER, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser, Page


def order(page: Page) -> list[str]:
    """The references in the order of the list."""
    return re.findall(r'<span class="epep-errand__ref">(\w+)</span>', page.html)


async def test_the_most_urgent_comes_first_with_the_sentence_why(door: Door, browser_of: Opening) -> None:
    await door.open("C004", "C016")
    worker = await browser_of(SOCIAL_WORKER)
    everything = await worker.open("/work")
    assert set(order(everything)) == {"C004", CHILD, "C016"}
    assert "The social worker has not arranged a date for the meeting." in everything.text
    assert "The meeting is held by" in everything.text
    for child, on in (("C016", "2026-10-15"), (CHILD, "2026-09-10")):
        assert (await door.arrange(child, on=on)).status_code == 200
    assert order(await worker.open("/work")) == ["C004"]
    meetings = (await worker.open("/work")).text.partition("Meetings to come")[2]
    assert meetings.index("10 September") < meetings.index("15 October")


async def test_what_is_late_says_by_how_many_days(door: Door, browser_of: Opening) -> None:
    await door.arrange(on="2026-09-10")
    teacher = await browser_of(TEACHER)
    assert "In 9 days" in (await teacher.open("/work")).text
    door.clock.at = at_london(door.clock.at.date().replace(day=10), door.clock.at.time())
    teacher = await browser_of(TEACHER)
    assert "Today" in (await teacher.open("/work")).text
    door.clock.at = at_london(door.clock.at.date().replace(day=12), door.clock.at.time())
    teacher = await browser_of(TEACHER)
    page = await teacher.open("/work")
    assert "2 days late" in page.text
    assert "It is not recorded whether the meeting took place." in page.text


async def test_each_errand_leads_to_where_it_is_done(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open("/work")
    ways = set(re.findall(rf'href="(/cases/{CHILD}/[^"]+)"', page.html))
    assert ways == {f"/cases/{CHILD}/sections/attainment", f"/cases/{CHILD}/sections/targets"}
    for way in ways:
        assert (await teacher.open(way)).status == 200


async def test_a_date_that_does_not_suit_the_school_is_the_social_worker_s_errand(
    door: Door, browser_of: Opening
) -> None:
    await door.arrange()
    await door.sign_in(Role.DESIGNATED_TEACHER, TEACHER)
    await door.act(action="agree_date", by="designated_teacher", agreed=False, words="Sports day.")
    worker = await browser_of(SOCIAL_WORKER)
    assert "The school says that the date of the meeting does not suit it" in (await worker.open("/work")).text


async def test_the_virtual_school_has_what_waits_for_it_and_not_every_child(door: Door, officer: Browser) -> None:
    assert "Nothing is waiting for you." in (await officer.open("/work")).text
    await door.sign_in(Role.VIRTUAL_SCHOOL, "officer@council.example")
    gone = {"action": "change_school", "by": "virtual_school", "from": "2026-09-01"}
    assert (await door.act(**gone)).status_code == 200
    assert order(await officer.open("/work")) == [CHILD]


async def test_who_has_nothing_to_do_on_a_list_begins_elsewhere(door: Door, browser_of: Opening) -> None:
    await door.put("carer@home.example", Role.CARER, CHILD)
    carer = await browser_of("carer@home.example")
    assert (await carer.open("/work")).path == f"/cases/{CHILD}/shared"


async def test_children_are_found_by_reference_name_and_stage(
    door: Door, officer: Browser, browser_of: Opening
) -> None:
    assert len(re.findall(r'href="/cases/C\d+"', (await officer.open("/cases")).html)) == 32
    for looked_for, found in (("cian c010", [CHILD]), ("c010", [CHILD]), ("%", [])):
        page = await officer.send("/cases", {"find": looked_for})
        assert re.findall(r'href="/cases/(C\d+)"', page.html) == found
        assert page.fields["find"] == [looked_for]
    assert "Nobody is found by this." in page.text
    assert CHILD in re.findall(r'href="/cases/(C\d+)"', (await officer.send("/cases", {"find": "Reid CIAN"})).html)
    named = await officer.send("/cases", {"find": "cian"})
    assert CHILD in re.findall(r'href="/cases/(C\d+)"', named.html)
    assert "cian" not in named.path.lower(), "a name is in no address"
    assert len(re.findall(r'href="/cases/C\d+"', (await officer.open(f"{named.path}x")).html)) == 32
    assert re.findall(r'href="/cases/(C\d+)"', (await officer.open("/cases?stage=waiting_for_date")).html) == [CHILD]
    worker = await browser_of(SOCIAL_WORKER)
    assert len(re.findall(r'href="/cases/C\d+"', (await worker.open("/cases")).html)) == 5
    assert "cian" not in (await worker.open(named.path)).html, "it opens for who looked, and for nobody else"


async def test_A6_a_team_manager_answers_for_what_the_team_is_late_with(door: Door, browser_of: Opening) -> None:
    manager = await browser_of("manager.south@council.example")
    assert "Nothing is waiting for you." in (await manager.open("/work")).text
    door.clock.at = at_london(date(2026, 12, 1), time(9, 0))
    manager = await browser_of("manager.south@council.example")
    page = await manager.open("/work")
    assert "The social worker has not arranged a date for the meeting." in page.text
    assert "days late" in page.text
