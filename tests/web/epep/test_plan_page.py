"""The whole plan to read (PROCESS.md A4, A8, A9, A11, A12, B14, B15, M1-M5)."""

import httpx
import pytest
from sqlalchemy import event

from contracts.people import Role
from contracts.review import GrantState, Stage
from rules.wording import GRANTS, STAGES
from tests.support.carried import autumn_in_force, between_the_meetings, reviewed_in_spring
from tests.support.reviews import targets
from tests.support.taken import AUTUMN, SPRING, Desk, opened
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.people import BLUE, CARER, DT, SW, VS, YOUNG, browser_in
from tests.web.outline import assert_whole

PLAN, HISTORY = "/cases/C007/plan", "/cases/C007/history"


@pytest.fixture
async def desk(door: Door) -> Desk:
    """The autumn's plan is in force, with everything that can happen to one; the spring's is prepared."""
    return await reviewed_in_spring(await between_the_meetings(await autumn_in_force(Desk(door.database, door.clock))))


@pytest.mark.usefixtures("desk")
async def test_the_plan_shows_everything_that_professionals_share(door: Door, browser_of: Opening) -> None:
    worker = await browser_in(SW, door, browser_of, "C007")
    page = await worker.open(f"{PLAN}?term={AUTUMN}")
    assert page.status == 200
    for words in (
        "small group (pupil premium)",
        "a reading mentor (Virtual School)",
        "On track: Seven of ten. Strategies in place: yes.",
        "Concern: The club closed.",
        "Red: designated teacher",
        "Purple: designated teacher and social worker",
        "Target 1: a tutor, £150",
        "Confidential room No Reason Thin walls.",
        "lend a laptop: the SENCO, by Monday 2 November 2026",
        "Ada Quill, carer: Comes.",
        "“I like maths.”",
        "Agrees to the targets. “Fine by us.”",
        "£200 for target 1: waits for the Virtual School",
        "The social worker Signed",
        "Exception from B9 Was ill.",
    ):
        assert words in page.text, words
    assert "an old wording" not in page.text
    assert "ada@home.example" not in page.html
    assert "/cases/C007/plan.pdf?term=2026/27%20autumn" in page.html
    assert_whole(await worker.client.get(PLAN))


@pytest.mark.usefixtures("desk")
async def test_B15_M1_the_last_plan_s_targets_stand_with_outcome_impact_and_what_the_money_did(
    door: Door, browser_of: Opening
) -> None:
    page = await (await browser_in(DT, door, browser_of, "C007")).open(PLAN)
    assert f"The last plan’s targets ({AUTUMN})" in page.text
    assert "In all: 1 met, 1 partly met, 1 not met for £175.01 of £300.00." in page.text
    assert "Met. Reads aloud. Spent: £150. Virtual School’s help: Weekly." in page.text


async def test_B14_a_draft_says_that_nobody_has_checked_it(door: Door, desk: Desk, browser_of: Opening) -> None:
    teacher = await browser_in(DT, door, browser_of, "C007")
    await desk.does(DT, "delegate", to="pastoral@school.example")
    by_easter = [{**one, "by": "2027-03-20"} for one in targets()["targets"]]
    await desk.does(Role.PASTORAL, "submit", section="targets", content={"targets": by_easter})
    assert "Draft: the designated teacher has not checked it yet" in (await teacher.open(PLAN)).text


@pytest.mark.usefixtures("desk")
async def test_finance_and_operators_read_no_plan_and_no_name(door: Door, browser_of: Opening) -> None:
    for role in (Role.FINANCE, Role.OPERATOR):
        browser = await browser_in(role, door, browser_of, "C007")
        refused = await browser.open(PLAN)
        assert refused.status == 403
        assert "do not see what a plan says" in refused.text
        case = await browser.open("/cases/C007")
        assert case.status == 200
        assert "Case C007" in case.text
        for hidden in ("Tia", "Usman", "Seven of ten"):
            assert hidden not in refused.html + case.html, (role, hidden)
        assert ("Oak Primary" in case.html) == (role is Role.FINANCE), "the school that is paid"
        assert ("What is missing" in case.text) == (role is Role.OPERATOR)


@pytest.mark.usefixtures("desk")
async def test_a_term_without_a_plan_is_not_found_and_says_which_there_are(door: Door, browser_of: Opening) -> None:
    page = await (await browser_in(VS, door, browser_of, "C007")).open(f"{PLAN}?term=2025/26 summer")
    assert page.status == 404
    assert f"{AUTUMN}, {SPRING}" in page.text


@pytest.mark.usefixtures("desk")
async def test_B1_the_years_show_every_review_with_meeting_targets_and_grant(door: Door, browser_of: Opening) -> None:
    worker, carer = [await browser_in(role, door, browser_of, "C007") for role in (SW, CARER)]
    page = await worker.open(HISTORY)
    spring = f"{STAGES[Stage.PREPARING]} Arranged for 20 Jan 2027 – {GRANTS[GrantState.NOT_DUE]}"
    autumn = f"{STAGES[Stage.IN_FORCE]} Held on 14 Oct 2026 1 met, 1 partly, 1 not met £300, {GRANTS[GrantState.PAID]}"
    assert f"{SPRING} {spring} {AUTUMN} {autumn}".lower() in page.text.lower()
    assert f"{PLAN}?term=2026/27%20autumn" in page.html
    family = await carer.open(HISTORY)
    assert "Held on 14 Oct 2026 – –" in family.text
    assert "What happened" not in family.text


async def test_the_journal_says_who_did_what_by_role_and_repeats_nobody_s_words(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    await desk.does(SW, "submit", section="about_child", content={"words": BLUE})
    assert await desk.rules(SW, "move_meeting", on="2027-01-23", reason="Because of Ada.") == ["B2"]
    worker = await browser_in(SW, door, browser_of, "C007")
    page = await worker.open(HISTORY)
    assert "The social worker sent the section “about child”." in page.text
    assert "The social worker’s “move meeting” was not accepted (B2): nothing was changed." in page.text
    assert "The review opened." in page.text
    assert BLUE not in page.html
    assert "Ada" not in page.html
    for role, status in ((Role.FINANCE, 403), (YOUNG, 200), (Role.OPERATOR, 200)):
        seen = await (await browser_in(role, door, browser_of, "C007")).open(HISTORY)
        assert (seen.status, "The review opened." in seen.text) == (status, role is Role.OPERATOR)
        assert ("Tia" in seen.html) == (role is YOUNG)


async def test_the_years_cost_the_same_queries_however_many_there_are(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    await opened(Desk(door.database, door.clock, "C019"))
    desk.on("2027-01-06")
    officer = await browser_in(VS, door, browser_of, "C007")
    assert await queries(door, officer.client, HISTORY) == await queries(door, officer.client, "/cases/C019/history")


async def queries(door: Door, client: httpx.AsyncClient, path: str) -> int:
    """How many statements a page sends to PostgreSQL."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    engine = door.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert (await client.get(path)).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
