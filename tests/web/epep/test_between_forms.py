"""Between two meetings: check-ins, concerns, additional funding (PROCESS.md A9, A11, A12)."""

from typing import Any

import pytest
from sqlalchemy import select

from casework.authority import AuthorityDetails, set_up
from store.base import Table
from store.money_tables import FundingRow
from store.outbox_tables import Letter
from store.tables import StoredAct
from tests.support.carried import autumn_in_force
from tests.support.taken import Desk
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Page
from tests.web.epep.people import CARER, DT, SW, browser_in

ACTS = "/cases/C007/acts"


@pytest.fixture
async def desk(door: Door) -> Desk:
    """The autumn's plan is in force, and the spring's is not open yet."""
    await set_up(door.database, AuthorityDetails("Exampleshire", "vs@council.example"))
    return (await autumn_in_force(Desk(door.database, door.clock))).on("2026-11-10")


async def rows(door: Door, table: type[Table]) -> list[Any]:
    async with door.database.transaction() as session:
        return list((await session.execute(select(table))).scalars())


def asks_about_the_targets(page: Page) -> bool:
    """Whether a form offers the three targets by their own words."""
    return all(f"Target {number} multiply fractions" in page.text for number in (1, 2, 3))


@pytest.mark.usefixtures("desk")
async def test_A9_the_teacher_checks_in_on_a_target_by_its_own_words(door: Door, browser_of: Opening) -> None:
    teacher = await browser_in(DT, door, browser_of, "C007")
    page = await teacher.open(f"{ACTS}/check-in")
    assert asks_about_the_targets(page)
    halfway = await teacher.press(page, {"words": "Reads aloud now."})
    assert (halfway.status, halfway.fields["words"]) == (422, ["Reads aloud now."])
    assert "Choose an answer for “Which target?”." in halfway.errors
    answers = {"target": "2", "on_track": "yes", "words": "Reads aloud now.", "strategies_in_place": "yes"}
    sent = await teacher.press(halfway, answers)
    assert "Thank you. Your check-in is part of the next review." in sent.text
    (act,) = [act for act in await rows(door, StoredAct) if act.action == "check_in"]
    assert {name: act.body.get(name) for name in ("target", "on_track", "strategies_in_place", "told_staff")} == {
        "target": 2,
        "on_track": True,
        "strategies_in_place": True,
        "told_staff": None,
    }
    assert "concern_raised" not in {letter.kind for letter in await rows(door, Letter)}


async def test_A11_a_carer_s_concern_reaches_the_virtual_school_the_same_day(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    carer = await browser_in(CARER, door, browser_of, "C007")
    page = await carer.open(f"{ACTS}/raise-concern")
    assert asks_about_the_targets(page)
    sent = await carer.press(page, {"target": "3", "words": "The club closed."})
    assert (sent.path, sent.status) == ("/cases/C007/shared?done=raise_concern", 200)
    assert "The Virtual School is told today." in sent.text
    (letter,) = [letter for letter in await rows(door, Letter) if letter.kind == "concern_raised"]
    assert (letter.role, letter.facts["target"], letter.dated) == ("virtual_school", 3, desk.clock.at)


@pytest.mark.usefixtures("desk")
async def test_A12_funding_is_applied_for_in_pounds_and_with_its_targets(door: Door, browser_of: Opening) -> None:
    worker = await browser_in(SW, door, browser_of, "C007")
    page = await worker.open(f"{ACTS}/apply-for-funding")
    wrong = await worker.press(page, {"pence": "a lot", "why": "A laptop.", "targets": ["1", "3"]})
    assert (wrong.status, wrong.fields["targets"]) == (422, ["1", "3"])
    sent = await worker.press(wrong, {"pence": "£1,200.50"})
    assert "The application is with the Virtual School." in sent.text
    (application,) = await rows(door, FundingRow)
    (act,) = [act for act in await rows(door, StoredAct) if act.id == application.act_id]
    assert (application.asked_pence, act.body["targets"]) == (120_050, [1, 3])
