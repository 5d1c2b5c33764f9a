"""What the Virtual School may put right, and what is told beside the plan (ACTS.md; PROCESS.md A8, A9, A11, B4, B9)."""

from datetime import date

from contracts.people import Role
from contracts.review import GrantState, Section, Stage
from store.grants import GrantIntent, intend
from store.money_tables import GrantCorrection, GrantRow
from store.outbox_tables import Letter, Message
from store.tables import Attendee, StoredAct
from tests.support.reviews import DT, MEETING, SW, VS, grant, held_on, targets
from tests.support.taken import (
    SPRING,
    Desk,
    complete,
    held,
    in_force,
    opened,
    paid_in_the_ledger,
    signed,
    with_a_meeting,
)

CARER, YOUNG = Role.CARER, Role.YOUNG_PERSON


async def letters(desk: Desk, kind: str) -> list[tuple[str, bool]]:
    """To whom letters of a kind were written, and whether they cancel a meeting."""
    rows = [row for row in await desk.rows(Letter) if row.kind == kind]
    return [(row.intended_role, bool(row.facts.get("cancelled"))) for row in rows]


async def test_a_pause_moves_what_was_running_by_its_school_days_and_says_so(desk: Desk) -> None:
    await held(desk)
    answer = await desk.on("2026-10-16").does(VS, "pause", reason="The child is missing.")
    assert answer.case is not None
    assert (answer.case["stage"], answer.case["held_by"]) == ("paused", ["virtual_school"])
    assert await desk.rules(SW, "next_meeting", on="2027-01-21") == ["ORDER"]
    assert (await desk.reviews())[0].standing.stage is Stage.PAUSED
    answer = await desk.on("2026-10-21").does(VS, "resume", reason="The child is back.")
    assert answer.case is not None
    (completion,) = [one for one in answer.case["deadlines"] if one["name"] == "completion"]
    assert completion["on"] == "2026-11-02", "21 October and three school days, over half term"
    assert "3 school days later because the review was paused" in completion["sentence"]


async def test_a_pause_over_the_end_of_term_is_no_missed_term_until_it_is_resumed(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-12-01").does(VS, "pause", reason="In hospital.")
    await desk.on("2027-01-05").passes()
    assert await desk.stages() == ["paused"]
    await desk.does(VS, "resume", reason="Out again.")
    await desk.on("2027-01-05", "10:01").passes()
    assert await desk.stages() == ["missed"]


async def test_one_review_a_year_may_do_without_a_meeting(desk: Desk) -> None:
    await with_a_meeting(desk)
    answer = await desk.on("2026-10-05").does(VS, "review_without_meeting", reason="The child asked for it.")
    standing = await desk.standing()
    assert (standing.stage, standing.held_on, standing.without_meeting) == (Stage.COMPLETING, date(2026, 10, 5), True)
    assert ("designated_teacher", True) in await letters(desk, "invitation"), "the meeting is called off"
    assert answer.case is not None
    assert "the decision to do without a meeting" in answer.case["deadlines"][0]["sentence"]
    await desk.on("2026-12-19", "00:00").passes()
    await desk.on("2027-01-04", "00:00").opens(SPRING)
    assert await desk.on("2027-01-05").rules(VS, "review_without_meeting", reason="Again.") == ["ORDER"]


async def test_A8_a_paid_plan_that_is_opened_again_is_never_paid_twice(desk: Desk) -> None:
    await in_force(desk)
    paid = (await desk.standing()).grant_pence
    await desk.on("2026-11-02").does(VS, "reopen", reason="Target 2 was another child's.")
    standing = await desk.standing()
    assert (standing.stage, standing.grant, standing.paid_pence) == (Stage.SIGNING, GrantState.PAID, paid)
    assert await desk.rules(DT, "submit", section="grant", content=grant(paid + 100)) == ["M5"]
    await desk.does(DT, "submit", section="grant", content=grant(paid - 5_000))
    await desk.does(DT, "submit", section="targets", content=targets())
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.does(VS, "sign_off")
    standing = await desk.standing()
    assert (standing.stage, standing.grant) == (Stage.IN_FORCE, GrantState.PAID)


async def test_A8_what_was_paid_too_much_is_owed_back_by_an_entry_of_its_own(desk: Desk) -> None:
    await in_force(desk)
    await paid_in_the_ledger(desk, 30_000)
    await desk.on("2026-11-02").does(VS, "reopen", reason="The club was cheaper.")
    await desk.does(DT, "submit", section="grant", content=grant(25_000))
    for role in (SW, DT):
        await desk.does(role, "sign")
    signed_off = await desk.does(VS, "sign_off")
    assert [(row.pence, row.act_id) for row in await desk.rows(GrantCorrection)] == [(-5_000, signed_off.id)]
    (row,) = await desk.rows(GrantRow)
    assert (row.pence, row.state) == (30_000, "confirmed"), "what was paid stays as it is"


async def test_a_closed_plan_is_opened_again_and_its_workflow_is_told(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2027-01-04", "00:00").opens(SPRING)
    await desk.on("2027-01-05").does(SW, "arrange_meeting", on="2027-01-20")
    await desk.on("2027-01-20", "16:00").does(DT, "record_meeting", **held_on("2027-01-20"))
    assert await desk.stages() == ["closed", "completing"]
    answer = await desk.on("2027-01-21").does(VS, "reopen", review="autumn", reason="A wrong date.")
    assert await desk.stages() == ["signing", "completing"]
    assert len(answer.to_tell) == 1
    for role in (SW, DT):
        await desk.does(role, "sign")
    await desk.does(VS, "sign_off")
    assert await desk.stages() == ["closed", "completing"], "the next meeting was held already"


async def test_a_meeting_recorded_by_mistake_is_taken_back(desk: Desk) -> None:
    await with_a_meeting(desk)
    answer = await desk.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING))
    await desk.on("2026-10-15").does(VS, "correct", act=answer.id, reason="It was another child's meeting.")
    standing = await desk.standing()
    assert (standing.stage, standing.held_on, standing.meeting_on) == (Stage.MEETING_DUE, None, MEETING)
    assert await desk.rules(VS, "correct", act="no such act", reason="x") == ["ORDER"]


async def test_A11_the_virtual_school_is_told_of_a_concern_at_once(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2026-11-07", "21:00").does(CARER, "raise_concern", target=2, words="No tutor came.")
    assert await letters(desk, "concern_raised") == [("virtual_school", False)]
    row = next(row for row in await desk.rows(Letter) if row.kind == "concern_raised")
    assert (row.facts["target"], row.dated, row.next_try_at) == (2, desk.clock.at, desk.clock.at)
    assert "No tutor" not in str(row.facts)


async def test_A9_the_designated_teacher_is_asked_once_and_not_after_the_answer(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2026-11-25", "07:59").passes()
    assert await letters(desk, "check_in") == []
    await desk.on("2026-11-25", "08:00").passes()
    assert await letters(desk, "check_in") == [("designated_teacher", False)]
    await desk.on("2026-11-26").does(DT, "check_in", target=1, on_track=True, words="Reads well.")
    assert (await desk.standing()).checked_in


async def test_A9_a_target_that_is_not_on_track_is_a_concern(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2026-11-05").does(DT, "check_in", target=3, on_track=False, words="No club yet.")
    assert await letters(desk, "concern_raised") == [("virtual_school", False)]
    await desk.on("2026-11-25", "08:00").passes()
    assert await letters(desk, "check_in") == [], "it was answered before it was asked"


async def test_B9_the_young_persons_own_words_are_their_voice(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-10-01").does(YOUNG, "give_views", words="I like maths.")
    assert (await desk.standing()).voice_heard
    await desk.does(CARER, "agree")


async def test_B9_a_carers_views_are_not_the_childs(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(CARER, "give_views", words="He sleeps better.")
    assert not (await desk.standing()).voice_heard


async def test_B4_whoever_is_asked_hears_of_the_date_of_each_move_and_of_the_end(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-04").does(SW, "invite", kind="professional", name="A B", email="guest@nhs.example")
    assert await letters(desk, "invitation") == [], "there is no date yet"
    await desk.does(SW, "arrange_meeting", on=str(MEETING))
    await desk.on("2026-09-05").does(DT, "move_meeting", on="2026-10-15", reason="A trip.")
    await desk.does(SW, "invite", kind="carer", email="carer@home.example")
    await desk.on("2026-10-15", "17:00").does(SW, "record_meeting", held=False, reason="Nobody came.")
    rows = [row for row in await desk.rows(Letter) if row.role in ("professional", "carer")]
    found = [(row.role, row.facts["sequence"], bool(row.facts.get("cancelled"))) for row in rows]
    moves = [("professional", 1, False), ("professional", 2, False), ("carer", 2, False)]
    assert found == [*moves, ("professional", 3, True), ("carer", 3, True)]
    assert (await desk.standing()).meeting_sequence == 3


async def test_B4_answers_are_kept(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(SW, "invite", kind="carer", email="carer@home.example")
    await desk.does(CARER, "answer_invitation", answer="yes")
    assert [(row.kind, row.answer) for row in await desk.rows(Attendee)] == [("carer", "yes")]


async def test_A12_additional_funding_is_applied_for_and_decided_once(desk: Desk) -> None:
    await in_force(desk)
    asked = await desk.on("2026-11-03").does(DT, "apply_for_funding", pence=90_000, why="A tutor.", targets=[1])
    decision = {"application": asked.id, "agreed": True, "pence": 80_000, "reason": "Needed."}
    assert await desk.rules(VS, "decide_funding", **{**decision, "application": "nothing"}) == ["ORDER"]
    await desk.does(VS, "decide_funding", **decision)
    assert await desk.rules(VS, "decide_funding", **decision) == ["ORDER"]
    assert sorted(await letters(desk, "funding_decided")) == [("designated_teacher", False), ("social_worker", False)]
    assert any(row.workflow_id.startswith("pep-funding-") for row in await desk.rows(Message))


async def test_a_plan_that_comes_into_force_after_the_next_meeting_is_closed_at_once(desk: Desk) -> None:
    await signed(desk)
    await desk.on("2027-01-04", "00:00").opens(SPRING)
    await desk.on("2027-01-05").does(SW, "arrange_meeting", on="2027-01-20")
    await desk.on("2027-01-20", "16:00").does(DT, "record_meeting", **held_on("2027-01-20"))
    await desk.on("2027-01-21").does(VS, "sign_off")
    await desk.is_paid()
    assert await desk.stages() == ["closed", "completing"]


async def test_M1_the_second_plan_needs_the_impact_after_the_meeting(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2027-01-04", "00:00").opens(SPRING)
    await desk.on("2027-01-05").does(SW, "arrange_meeting", on="2027-01-20")
    silent = {"outcomes": [{"number": number, "outcome": "met"} for number in (1, 2, 3)]}
    await desk.does(DT, "submit", section="previous_targets", content=silent)
    await desk.on("2027-01-20", "16:00").does(DT, "record_meeting", **held_on("2027-01-20"))
    assert await desk.rules(DT, "submit", section="previous_targets", content=silent) == ["M1"]
    await complete(desk, 1)
    assert Section.PREVIOUS_TARGETS in {one.section for one in (await desk.standing(1)).submitted}


async def test_M5_a_sign_off_never_passes_what_the_year_has_left_by_now(desk: Desk) -> None:
    """The plan's own number is from the day on which it opened; another term's grant was released since."""
    await complete(await held(desk))
    await desk.does(DT, "submit", section="grant", content=grant(45_000))
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    plan = (await desk.reviews())[0].plan
    async with desk.database.transaction() as session:
        other = GrantIntent(
            key="another", case_id=plan.case_id, review_id=plan.review_id, academic_year="2026/27", term="summer",
            school_urn=(await desk.case()).school_urn, pence=120_000, cap_pence=150_000, year_cap_pence=150_000,
            signed_off_by_act=(await desk.rows(StoredAct))[-1].id,
        )  # fmt: skip
        await intend(session, other, desk.clock.at)
    refused = await desk.on("2026-10-16").take(VS, "sign_off")
    assert [finding.rule for finding in refused.findings] == ["M5"]
    assert "£300 is left for this academic year" in refused.findings[0].sentence
    await desk.does(VS, "return", parts=["grant"], reasons="Ask for less.")
    assert await desk.rules(DT, "submit", section="grant", content=grant(30_001)) == ["M5"]
    await desk.does(DT, "submit", section="grant", content=grant(30_000))
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.does(VS, "sign_off")
