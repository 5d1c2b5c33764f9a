"""One case over its years: the sentence, what is expected, the money, every act; each for those whom it concerns."""

import re

import pytest
from sqlalchemy import text

from contracts.people import Role
from store.cases import person_with
from store.tables import Case
from store.watch_tables import RepairItem, RepairRow
from tests.support.funding import applies, is_decided
from tests.support.reviews import DT, SW, VS
from tests.support.taken import SPRING, Desk, held, in_force, paid_in_the_ledger, signed, with_a_meeting
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Page
from tests.web.epep.people import browser_in
from tests.web.outline import assert_whole

CHILD = "C007"
PATH = f"/cases/{CHILD}/timeline"
NAME = "Tia"
USUAL, OWN = "A target has no measure.", "Say how the reading is measured, please."


def desk_of(door: Door) -> Desk:
    return Desk(door.database, door.clock)


async def seen_by(role: Role, door: Door, browser_of: Opening, path: str = PATH) -> Page:
    return await (await browser_in(role, door, browser_of, CHILD)).open(path)


async def test_A1_it_begins_with_the_sentence_and_what_is_expected_is_marked_so(
    door: Door, browser_of: Opening
) -> None:
    await held(desk_of(door))
    page = await seen_by(VS, door, browser_of)
    assert (
        "Waiting for the social worker and the designated teacher: 6 parts are missing, due by Wednesday 21 October "
        "2026 (in 5 working days). Next, on Monday 19 October 2026: the designated teacher and the social worker get "
        "a reminder to complete the plan."
    ) in page.text
    to_come, so_far = page.text.partition("Still to come, if nothing changes")[2].split("So far")
    assert "Wednesday 28 October 2026 Expected The team manager gets an escalation." in to_come
    assert to_come.index("4 November 2026") < to_come.index("22 October 2026")
    assert "Wednesday 9 December 2026 Expected The review of the 2026/27 spring term opens by itself." in page.text
    assert "Expected" not in so_far.partition("Who was told")[0]
    assert (
        "Friday 4 September 2026 The social worker arranged the meeting: it is on Wednesday 14 October 2026." in so_far
    )
    assert "Thursday 1 October 2026 The designated teacher sent the sections attainment and targets." in so_far
    assert so_far.index("recorded the meeting") < so_far.index("The review opened.")


async def test_M6_each_date_of_a_meeting_that_moved_is_in_it(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    await desk.on("2026-09-20").does(SW, "move_meeting", on="2026-10-20", reason="The child has an exam.")
    page = await seen_by(SW, door, browser_of)
    assert "moved the meeting: it is on Tuesday 20 October 2026." in page.text
    assert "arranged the meeting: it is on Wednesday 14 October 2026." in page.text
    assert "has an exam" not in page.text


async def test_a_return_is_told_with_its_usual_reasons_and_never_in_somebody_s_own_words(
    door: Door, browser_of: Opening
) -> None:
    desk = await signed(desk_of(door))
    await desk.does(VS, "return", parts=["target:1"], reasons=[USUAL, OWN])
    mine, console = await seen_by(DT, door, browser_of), await seen_by(Role.OPERATOR, door, browser_of)
    assert "The Virtual School returned target 1. Usual reasons: A target has no measure." in mine.text
    assert "The Virtual School returned parts of the plan." in console.text
    assert (OWN in mine.text, USUAL in console.text, OWN in console.text) == (False, False, False)


async def test_pauses_handovers_and_moves_of_school_are_in_it(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    new = {"role": "social_worker", "name": "Invented Name", "email": "new@council.example"}
    await desk.on("2026-09-10").does(VS, "change_person", **new, **{"from": "2026-09-10"})
    await desk.on("2026-09-14").does(VS, "pause", reason="A long stay in hospital.")
    paused = await seen_by(VS, door, browser_of)
    assert "The Virtual School paused this plan, and no deadline runs, since Monday 14 September 2026" in paused.text
    assert "Still to come" not in paused.text
    await desk.on("2026-09-21").does(VS, "resume", reason="Home again.")
    await desk.on("2026-09-28").does(VS, "change_school", **{"from": "2026-09-28"})
    page = await (await browser_of("virtual_school@council.example")).open(PATH)
    told = page.text.partition("So far")[2].partition("Who was told")[0]
    for line in (
        "Monday 28 September 2026 The child has no school place. The Virtual School recorded a change of school.",
        "Monday 21 September 2026 The Virtual School resumed the plan.",
        "Monday 14 September 2026 The Virtual School paused the plan.",
        "Thursday 10 September 2026 Somebody else is the social worker now. The Virtual School recorded a handover.",
    ):
        assert line in told
    assert not any(word in page.text for word in ("Invented Name", "hospital"))


async def test_the_years_are_folded_but_for_the_newest(door: Door, browser_of: Opening) -> None:
    desk = await in_force(desk_of(door))
    await desk.on("2027-01-05").opens(SPRING)
    async with door.database.transaction() as session:
        await session.execute(text(_A_YEAR_EARLIER))
    html = (await seen_by(VS, door, browser_of)).html
    years = re.findall(r'<details class="govuk-details epep-year"( open)?>\s*<summary[^>]*><span[^>]*>([^<]+)', html)
    assert years == [(" open", "2026/27"), ("", "2025/26")]
    assert html.index("Spring term 2026/27:") < html.index("Autumn term 2025/26:")


_A_YEAR_EARLIER = """
    UPDATE reviews SET academic_year = '2025/26', plan = jsonb_set(plan, '{term,academic_year}', '"2025/26"')
        WHERE term = 'autumn'
    """


async def test_every_act_is_there_with_its_role_refusals_too_and_leads_to_what_was_written(
    door: Door, browser_of: Opening
) -> None:
    desk = await held(desk_of(door))
    assert await desk.rules(DT, "sign")
    page = await seen_by(SW, door, browser_of)
    acts = page.text.partition("Every act, ")[2]
    assert "The designated teacher’s “sign” was not accepted" in acts
    assert "Thursday 1 October 2026 at 10:00 The designated teacher sent the section “targets”." in acts
    assert f'href="/cases/{CHILD}/sections/targets"' in page.html
    assert "sections/" not in (await seen_by(Role.OPERATOR, door, browser_of)).html


async def test_an_earlier_term_has_its_own_letters_and_acts(door: Door, browser_of: Opening) -> None:
    desk = await in_force(desk_of(door))
    await desk.on("2027-01-05").opens(SPRING)
    browser = await browser_in(VS, door, browser_of, CHILD)
    page = await browser.open(PATH)
    assert "Who was told, spring term 2026/27" in page.text
    earlier = await browser.open(f"{PATH}?term=2026%2F27%20autumn")
    assert "Who was told, autumn term 2026/27" in earlier.text
    assert "The Virtual School signed the plan off." in earlier.text.partition("Every act, ")[2]
    assert f"/cases/{CHILD}/plan?term=2026/27 autumn" in earlier.html
    assert (await browser.open(f"{PATH}?term=2019%2F20%20autumn")).status == 404


async def test_before_the_first_review_it_says_when_that_opens(door: Door, browser_of: Opening) -> None:
    page = await seen_by(VS, door, browser_of)
    assert (page.status, "No review is open yet." in page.text) == (200, True)


async def test_A8_finance_sees_the_money_and_its_dates_and_nothing_else(door: Door, browser_of: Opening) -> None:
    desk = await in_force(desk_of(door))
    await paid_in_the_ledger(desk, 30_000)
    page = await seen_by(Role.FINANCE, door, browser_of)
    assert "2026/27 autumn Grant £300 Paid Confirmed 16 Oct 2026 Oak Primary School key" in page.text
    assert "Friday 16 October 2026 The grant was paid: £300. The Virtual School signed the plan off." in page.text
    for hidden in (NAME, "Who was told", "Every act", "sent", "Nobody is waited for", "school.example"):
        assert hidden not in page.text, hidden


async def test_A8_the_console_sees_the_money_without_the_school(door: Door, browser_of: Opening) -> None:
    await paid_in_the_ledger(await in_force(desk_of(door)), 30_000)
    page = await seen_by(Role.OPERATOR, door, browser_of)
    assert "2026/27 autumn Grant £300 Paid Confirmed 16 Oct 2026 – key" in page.text
    for hidden in (NAME, "Oak Primary", "@"):
        assert hidden not in page.text.partition("Time line")[2], hidden


async def test_A12_additional_funding_stands_beside_the_grant_in_words(door: Door, browser_of: Opening) -> None:
    desk = await in_force(desk_of(door))
    first, second = await applies(desk, pence=90_000), await applies(desk, pence=20_000)
    await is_decided(desk, second, agreed=False, pence=0)
    page = await seen_by(VS, door, browser_of)
    assert "Additional funding £900 Asked for The Virtual School decides by" in page.text
    assert "Additional funding £200 Declined" in page.text
    await is_decided(desk, first, pence=80_000)
    page = await seen_by(Role.FINANCE, door, browser_of)
    assert "Additional funding £800 Due Decided, and not sent yet" in page.text
    assert "Additional funding" not in (await seen_by(Role.PASTORAL, door, browser_of)).text


@pytest.mark.parametrize("role", [Role.CARER, Role.YOUNG_PERSON, Role.IRO])
async def test_who_reads_what_is_shared_with_them_is_not_shown_it(role: Role, door: Door, browser_of: Opening) -> None:
    await held(desk_of(door))
    page = await seen_by(role, door, browser_of)
    assert (page.status, "This is not shown to you" in page.text) == (403, True)


async def test_what_was_repaired_is_told_to_the_authority_and_never_why(door: Door, browser_of: Opening) -> None:
    desk = await held(desk_of(door))
    await _repaired(door, await desk.case())
    office, school = await seen_by(VS, door, browser_of), await seen_by(DT, door, browser_of)
    assert "At the console, asked for by the operator: “Send the letter again”. Moved on." in office.text
    assert "INC-42" not in office.html
    assert "At the console" not in school.text


async def _repaired(door: Door, case: Case) -> None:
    now = door.clock.at
    async with door.database.transaction() as session:
        repair = RepairRow(
            kind="resend",
            parameters={},
            reason="INC-42: another child’s letter",
            asked_by=await person_with(session, "operator@council.example"),
            asked_role="operator",
            asked_at=now,
            frozen="0",
            count=1,
            pence=0,
            state="done",
            expires_at=now,
        )
        session.add(repair)
        await session.flush()
        line = {"subject": "letter:1", "case_id": case.id, "pence": 0, "seen": {}, "result": "moved_on", "at": now}
        session.add(RepairItem(repair_id=repair.id, number=1, **line))


async def test_the_page_is_whole_and_its_reading_is_noted(door: Door, browser_of: Opening) -> None:
    desk = await in_force(desk_of(door))
    await desk.on("2027-01-05").opens(SPRING)
    browser = await browser_in(VS, door, browser_of, CHILD)
    assert_whole(await browser.client.get(PATH))
    child, years = await browser.open(f"/cases/{CHILD}"), await browser.open(f"/cases/{CHILD}/history")
    assert f'href="{PATH}"' in child.html
    assert f'href="{PATH}"' in years.html
