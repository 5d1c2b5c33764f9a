"""Colleagues who draft, handovers, moves and leaving care as forms (PROCESS.md B14, Edge cases)."""

import pytest

from contracts.people import Role
from contracts.review import Stage
from store.cases import addresses_by_role, person_at
from tests.support.reviews import act_of, target, targets
from tests.support.taken import Desk, with_a_meeting
from tests.web.door import CHILD, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.people import CARER, DT, SW, VS, browser_in

ACTS = "/cases/C007/acts"
A_DAY = {"from-day": "4", "from-month": "9", "from-year": "2026"}


@pytest.fixture
async def desk(door: Door) -> Desk:
    """A meeting is arranged; it is the morning of 4 September 2026."""
    return await with_a_meeting(Desk(door.database, door.clock))


async def who(door: Door, desk: Desk, role: Role) -> list[str]:
    async with door.database.transaction() as session:
        return (await addresses_by_role(session, await desk.case())).get(role, [])


async def person_of(door: Door, email: str) -> int | None:
    async with door.database.transaction() as session:
        return await person_at(session, email)


async def test_B14_a_colleague_of_the_same_mail_domain_drafts_and_the_teacher_checks(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    teacher = await browser_in(DT, door, browser_of, "C007")
    page = await teacher.open(f"{ACTS}/delegate")
    assert "It must end as your own does: @school.example" in page.text
    stranger = await teacher.press(page, {"to": "aunt@home.example", "section": "all"})
    assert (stranger.status, stranger.fields["to"]) == (409, ["aunt@home.example"])
    assert "mail domain" in stranger.errors[0]
    sent = await teacher.press(stranger, {"to": "pastoral@school.example"})
    assert "They can draft now." in sent.text
    drafted = targets(target(1, what="Tell a story"))
    await desk.does(Role.PASTORAL, "submit", section="targets", content=drafted)
    carer = await browser_in(CARER, door, browser_of, "C007")
    assert "Tell a story" not in (await carer.open("/cases/C007")).html
    assert "Tell a story" in (await teacher.open("/cases/C007/plan")).text
    checked = await teacher.send(f"{ACTS}/check-targets")
    assert "The targets are checked." in checked.text
    assert "Tell a story" in (await carer.open("/cases/C007")).text


async def test_B14_one_section_alone_can_be_delegated(door: Door, desk: Desk, browser_of: Opening) -> None:
    teacher = await browser_in(DT, door, browser_of, "C007")
    await teacher.send(f"{ACTS}/delegate", {"to": "pastoral@school.example", "section": "attainment"})
    await desk.does(Role.PASTORAL, "submit", section="attainment", content={"words": "Reads well."})
    assert await desk.rules(Role.PASTORAL, "submit", section="targets", content=targets()) == ["ROLE"]


async def test_B14_what_one_colleague_may_draft_another_may_not(door: Door, desk: Desk, browser_of: Opening) -> None:
    await desk.does(DT, "delegate", to="reading@school.example", section="attainment")
    await desk.does(DT, "delegate", to="mentor@school.example", section="attendance_and_support")
    for email, theirs, other in (
        ("reading@school.example", "attainment", "attendance_and_support"),
        ("mentor@school.example", "attendance_and_support", "attainment"),
    ):
        browser = await browser_of(email)
        sent = await browser.send(f"/cases/C007/sections/{theirs}", {"words": "Reads well."})
        assert "The section is sent." in sent.text
        page = await browser.open(f"/cases/C007/sections/{other}")
        assert "Send this section" not in page.text
        assert (await browser.press(page, {"words": "Forced."})).status == 403
        forced = act_of(Role.PASTORAL, "submit", section=other, content={"words": "Forced."})
        answer = await desk.casework.take("C007", forced, person_id=await person_of(door, email))
        assert [finding.rule for finding in answer.findings] == ["ROLE"]


async def test_a_handover_names_the_new_person_and_the_old_one_sees_the_child_no_longer(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    worker, manager = [await browser_in(role, door, browser_of, "C007") for role in (SW, Role.TEAM_MANAGER)]
    for role in (SW, Role.TEAM_MANAGER):
        await door.put(f"{role.value}@council.example", role, CHILD)
    answers = {"role": "social_worker", "name": "Ada Quill", "email": "ada@council.example", **A_DAY}
    sent = await manager.send(f"{ACTS}/change-person", answers)
    assert "The handover is recorded." in sent.text
    assert await who(door, desk, SW) == ["ada@council.example"]
    assert (await worker.open("/cases/C007")).status == 404
    own = await manager.send(f"{ACTS}/change-person", {**answers, "role": "team_manager"})
    assert (own.path, own.status) == ("/work?done=change_person", 200)
    assert "The handover is recorded." in own.text, "also to somebody who has handed themselves over"


async def test_a_move_takes_the_new_school_s_dates_and_teacher(door: Door, desk: Desk, browser_of: Opening) -> None:
    officer = await browser_in(VS, door, browser_of, "C007")
    page = await officer.open(f"{ACTS}/change-school")
    forgotten = await officer.press(page, {"has_place": "yes", **A_DAY})
    assert forgotten.status == 409
    assert "The new school" in forgotten.errors[0]
    assert (await desk.case()).has_school_place
    school = {"school": "Elm School", "calendar": "phsg", "designated_teacher": "Ola Hart"}
    sent = await officer.press(forgotten, {**school, "email": "dt@elm.example"})
    assert "The change of school is recorded." in sent.text
    assert await who(door, desk, DT) == ["dt@elm.example"]
    assert (await desk.reviews())[0].plan.calendar.code == "phsg"


async def test_a_child_may_have_no_school_place_whatever_else_was_typed(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    worker = await browser_in(SW, door, browser_of, "C007")
    await worker.send(f"{ACTS}/change-school", {"has_place": "no", "school": "Elm School", **A_DAY})
    assert not (await desk.case()).has_school_place
    assert await who(door, desk, DT) == []


async def test_leaving_care_ends_the_plan(door: Door, desk: Desk, browser_of: Opening) -> None:
    worker = await browser_in(SW, door, browser_of, "C007")
    page = await worker.open(f"{ACTS}/leave-care")
    assert "every plan of this child is over" in page.text
    answers = {"on-day": "4", "on-month": "9", "on-year": "2026", "reason": "Adopted."}
    sent = await worker.press(page, answers)
    assert "no longer looked after" in sent.text
    assert (await desk.standing()).stage is Stage.CLOSED
