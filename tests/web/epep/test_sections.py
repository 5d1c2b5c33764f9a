"""The sections of the plan as forms (PROCESS.md A2, A3, B5-B8, B11, B13, M5)."""

import pytest

from casework.take import Casework
from tests.web.door import CHILD, FOREIGN, SOCIAL_WORKER, TEACHER, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Answers

TARGETS = f"/cases/{CHILD}/sections/targets"
VOICE = f"/cases/{CHILD}/sections/voice"


def three_targets() -> Answers:
    """Targets that keep every rule, as somebody types them."""
    typed: dict[str, str | list[str]] = {}
    for number in range(3):
        typed |= {
            f"targets-{number}-{name}": text
            for name, text in {
                "subject": "Maths",
                "what": "Multiply fractions",
                "measure": "Four of five right",
                "by-day": "20",
                "by-month": "11",
                "by-year": "2026",
                "who": "Ms Abbott",
                "how_often": "Twice a week",
                "strategies-0-what": "A small group",
                "strategies-0-kind": "pupil_premium",
                "evidence": "A test",
                "drafted_with": "The maths teacher",
                "childs_words": "I want to be good at maths.",
            }.items()
        }
        typed[f"targets-{number}-covers"] = ["homework", "careers"]
    return typed


async def test_A2_a_section_is_written_by_its_owner_and_read_by_the_other(door: Door, browser_of: Opening) -> None:
    teacher, worker = await browser_of(TEACHER), await browser_of(SOCIAL_WORKER)
    sent = await teacher.send(f"/cases/{CHILD}/sections/attainment", {"words": "Reads well, two levels up."})
    assert (sent.path, sent.status) == (f"/cases/{CHILD}?done=submit", 200)
    assert "The section is sent." in sent.text
    read = await worker.open(f"/cases/{CHILD}/sections/attainment")
    assert "Reads well, two levels up." in read.text
    assert "Send this section" not in read.text
    assert (await worker.press(read, {"words": "Mine"})).status == 403


async def test_A2_both_write_a_purple_section_and_see_each_other_s_part(door: Door, browser_of: Opening) -> None:
    teacher, worker = await browser_of(TEACHER), await browser_of(SOCIAL_WORKER)
    await worker.send(VOICE, {"words": "He told me that he likes maths."})
    page = await teacher.open(VOICE)
    assert "He told me that he likes maths." in page.text
    assert page.fields["words"] == [""]
    await teacher.send(VOICE, {"words": "He told me he wants to be a vet."})
    assert (await worker.open(VOICE)).fields["words"] == ["He told me that he likes maths."]


async def test_B13_targets_that_are_not_smart_are_refused_with_everything_still_typed(
    door: Door, browser_of: Opening
) -> None:
    await door.arrange()
    teacher = await browser_of(TEACHER)
    refused = await teacher.send(TARGETS, {**three_targets(), "targets-1-measure": ""})
    assert refused.status == 409
    assert refused.errors == ["Target 2 is not SMART yet: say how it is measured."]
    assert 'href="#targets-1-kind"' in refused.html
    assert refused.fields["targets-0-what"] == ["Multiply fractions"]
    mended = await teacher.press(refused, {"targets-1-measure": "Four of five right"})
    assert "The section is sent." in mended.text
    written = await door.written("targets")
    assert [target["number"] for target in written["targets"]] == [1, 2, 3]
    assert written["targets"][0]["by"] == "2026-11-20"
    assert written["targets"][0]["strategies"] == [{"what": "A small group", "kind": "pupil_premium"}]


async def test_the_rules_speak_before_anything_is_sent(door: Door, browser_of: Opening) -> None:
    """B6, B7, B10, B11, B13: help before the refusal, from the same rules."""
    teacher = await browser_of(TEACHER)
    page = await teacher.open(TARGETS)
    helped = await teacher.press(page, {**three_targets(), "targets-2-childs_words": ""}, press="autosave")
    assert "Before you send: 1 thing to add" in helped.text
    assert "add the child's own words" in helped.text
    page = await teacher.open(TARGETS)
    assert page.fields["targets-0-what"] == ["Multiply fractions"]
    complete = await teacher.press(page, {"targets-2-childs_words": "I like it."}, press="check")
    assert "Nothing is missing." in complete.text
    assert await door.written("targets") is None


async def test_M5_the_grant_s_lines_stay_within_what_is_left_and_the_page_says_how_much(
    door: Door, browser_of: Opening
) -> None:
    teacher = await browser_of(TEACHER)
    path = f"/cases/{CHILD}/sections/grant"
    page = await teacher.open(path)
    assert "This term at most £500. Left of this academic year's £1,500: £1,500." in page.text
    line = {"lines-0-target": "1", "lines-0-what": "A tutor", "lines-0-pence": "£500.01"}
    refused = await teacher.press(page, line)
    assert refused.errors == ["The lines add up to £500.01, but the most for one term is £500: take lines out."]
    wrong = await teacher.press(refused, {"lines-0-pence": "a lot"})
    assert wrong.errors == ["“What does it cost?” must be a sum in pounds, such as 300 or 12.50."]
    assert wrong.fields["lines-0-pence"] == ["a lot"]
    await teacher.press(wrong, {"lines-0-pence": "123.40"})
    assert (await door.written("grant"))["lines"] == [{"target": 1, "what": "A tutor", "pence": 12340}]


async def test_lines_are_added_without_javascript(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(f"/cases/{CHILD}/sections/grant")
    more = await teacher.press(page, {"lines-0-what": "A tutor"}, press="add:lines")
    assert more.fields["lines-0-what"] == ["A tutor"]
    assert more.fields["lines-1-what"] == [""]
    strategies = await teacher.send(TARGETS, {}, press="add:targets-1-strategies")
    assert "targets-1-strategies-1-what" in strategies.fields
    assert "targets-0-strategies-1-what" not in strategies.fields


async def test_two_sendings_of_one_form_are_one_act(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(f"/cases/{CHILD}/sections/attainment")
    for _ in range(2):
        sent = await teacher.press(page, {"words": "Reads well."})
        assert sent.path == f"/cases/{CHILD}?done=submit"
    assert (await door.rows())["acts"] == 1


@pytest.mark.parametrize("ref", [FOREIGN, "C999", "%3Cb%3E"])
async def test_a_foreign_child_s_section_is_not_there(door: Door, browser_of: Opening, ref: str) -> None:
    worker = await browser_of(SOCIAL_WORKER)
    pages = [await worker.open(f"/cases/{ref}{rest}") for rest in ("", "/sections/voice", "/acts/sign")]
    assert {(page.status, page.text) for page in pages} == {(404, pages[0].text)}


async def test_a_section_that_the_plan_does_not_have_is_not_there(door: Door, browser_of: Opening) -> None:
    worker = await browser_of(SOCIAL_WORKER)
    for section in ("transition", "previous_targets", "nothing"):
        assert (await worker.open(f"/cases/{CHILD}/sections/{section}")).status == 404


async def test_A1_the_task_list_says_who_holds_it_and_what_is_missing(door: Door, browser_of: Opening) -> None:
    await door.arrange()
    teacher = await browser_of(TEACHER)
    page = await teacher.open(f"/cases/{CHILD}")
    for words in (
        "The designated teacher holds it since Tuesday 1 September 2026, until Wednesday 14 October 2026.",
        "The targets section is due before the meeting.",
        "Red: the designated teacher's",
        "Blue: the social worker's",
        "Purple: both write",
    ):
        assert words in page.text


async def test_M5_a_grant_of_many_lines_that_came_by_another_door_loses_none_when_it_is_sent_again(
    door: Door, browser_of: Opening
) -> None:
    teacher, address = await browser_of(TEACHER), f"/cases/{CHILD}/sections/grant"
    lines = [{"target": 1, "what": f"Book {number}", "pence": 100} for number in range(50)]
    act = {"action": "submit", "by": "designated_teacher", "section": "grant", "content": {"lines": lines}}
    assert (await Casework(door.database, door.clock).take(CHILD, act)).accepted
    assert "The section is sent." in (await teacher.send(address)).text
    assert await door.written("grant") == {"lines": lines}
