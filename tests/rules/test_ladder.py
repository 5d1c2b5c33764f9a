"""The default ladder of letters: what goes to whom, and when (PROCESS.md, Numbers; A3, A10, M6)."""

from dataclasses import replace

from contracts.policy import Policy
from contracts.review import ReviewPlan, Section
from rules.ladder import Kind, next_letter, still_true
from rules.missing import parts_to_complete
from tests.support.review_letters import Living
from tests.support.reviews import DT, MEETING, NEXT_MEETING, PASTORAL, SPRING, SW, VS, at, held_on, plan_of


def arranged(plan: ReviewPlan | None = None, meeting: str = str(MEETING)) -> Living:
    case = Living(plan, at("2026-09-03", "00:00")).on("2026-09-04")
    case.does(SW, "arrange_meeting", on=meeting)
    return case


def ready(case: Living) -> Living:
    case.submits(case.teacher, Section.ATTAINMENT)
    case.submits(case.teacher, Section.TARGETS)
    return case


def recorded(plan: ReviewPlan | None = None) -> Living:
    case = ready(arranged(plan)).on(MEETING, "16:00")
    case.does(case.teacher, "record_meeting", **held_on(MEETING))
    return case


def complete(case: Living) -> Living:
    for part in parts_to_complete(case.plan, case.standing):
        if part.part == "next_meeting":
            case.does(SW, "next_meeting", on=str(NEXT_MEETING))
        else:
            case.submits(part.role, Section(part.part))
    return case


def signed(case: Living) -> Living:
    case.does(SW, "sign")
    case.does(case.teacher, "sign")
    return case


def test_A10_without_a_date_both_are_reminded_6_3_and_1_weeks_before_and_the_social_worker_to_arrange_one() -> None:
    case = Living(now=at("2026-09-03", "00:00")).on("2026-11-29")
    weeks = ["2026-10-16", "2026-11-06", "2026-11-20"]
    assert case.lines() == [
        f"{day} 08:00 {letter}"
        for day in weeks
        for letter in (
            "review_due designated_teacher",
            "arrange_meeting social_worker",
            "review_due social_worker",
        )
    ]


def test_A10_with_a_date_the_weeks_count_from_it_and_nobody_is_asked_to_arrange() -> None:
    case = ready(arranged(meeting="2026-11-11")).on("2026-11-11", "07:00")
    assert case.lines(Kind.REVIEW_DUE, Kind.ARRANGE_MEETING) == [
        f"{day} 08:00 review_due {role}"
        for day in ("2026-09-30", "2026-10-21", "2026-11-04")
        for role in ("designated_teacher", "social_worker")
    ]


def test_A10_the_weeks_are_policy() -> None:
    case = Living(plan_of(policy=replace(Policy(), reminder_weeks=(2,))), at("2026-09-03", "00:00")).on("2026-11-26")
    assert {letter.day.isoformat() for letter in case.letters} == {"2026-11-13"}


def test_A10_reminders_stop_once_the_meeting_was_held() -> None:
    case = recorded().on("2026-10-15")
    assert [line for line in case.lines() if line > f"{MEETING} 16:00" and "review_due" in line] == []


def test_both_are_invited_at_once_when_a_date_is_arranged() -> None:
    assert arranged().lines() == [
        "2026-09-04 10:00 invitation designated_teacher",
        "2026-09-04 10:00 invitation social_worker",
    ]


def test_an_invitation_of_a_weekend_reaches_each_on_their_first_day_at_work() -> None:
    case = Living(now=at("2026-09-03", "00:00")).on("2026-09-05", "11:00")
    case.does(SW, "arrange_meeting", on=str(MEETING))
    case.on("2026-09-07")
    assert case.lines() == [
        "2026-09-07 08:00 invitation designated_teacher",
        "2026-09-07 08:00 invitation social_worker",
    ]


def test_B5_before_the_meeting_only_the_teacher_is_chased_and_only_while_something_is_missing() -> None:
    case = arranged().on("2026-10-13")
    assert case.lines(Kind.BEFORE_MEETING) == [
        "2026-09-30 08:00 before_meeting designated_teacher",
        "2026-10-07 08:00 before_meeting designated_teacher",
        "2026-10-12 08:00 before_meeting designated_teacher",
    ]
    assert ready(arranged()).on("2026-10-13").lines(Kind.BEFORE_MEETING) == []


def test_B14_unchecked_targets_are_chased_before_the_meeting() -> None:
    case = arranged()
    case.delegated = frozenset({Section.TARGETS})
    case.submits(DT, Section.ATTAINMENT)
    case.submits(PASTORAL, Section.TARGETS)
    case.on("2026-10-01")
    assert case.lines(Kind.BEFORE_MEETING) == ["2026-09-30 08:00 before_meeting designated_teacher"]
    case.does(DT, "check_targets")
    assert len(case.on("2026-10-13").lines(Kind.BEFORE_MEETING)) == 1


def test_letters_that_fall_together_become_one_to_each_reader() -> None:
    case = arranged().on("2026-10-08")
    week_before = [line for line in case.lines() if line.startswith("2026-10-07")]
    assert week_before == [
        "2026-10-07 08:00 before_meeting designated_teacher",
        "2026-10-07 08:00 review_due social_worker",
    ]


def test_M6_the_day_after_the_meeting_both_are_asked_whether_it_took_place() -> None:
    case = ready(arranged()).on("2026-10-16")
    assert case.lines(Kind.DID_IT_TAKE_PLACE) == [
        "2026-10-15 08:00 did_it_take_place designated_teacher",
        "2026-10-15 08:00 did_it_take_place social_worker",
    ]


def test_M6_nobody_is_asked_whether_a_meeting_took_place_that_is_recorded() -> None:
    assert recorded().on("2026-10-20").lines(Kind.DID_IT_TAKE_PLACE) == []


def test_M6_a_meeting_on_a_friday_is_asked_about_on_monday() -> None:
    case = ready(arranged(meeting="2026-10-16")).on("2026-10-20")
    assert {letter.day.isoformat() for letter in case.letters if letter.step.kind is Kind.DID_IT_TAKE_PLACE} == {
        "2026-10-19"
    }


def test_M6_chasers_for_the_old_date_stop_at_once_and_the_new_date_has_its_own() -> None:
    case = arranged().on("2026-10-06")
    before = len(case.letters)
    case.does(SW, "move_meeting", on="2026-11-18", reason="A hearing.")
    case.on("2026-11-17")
    assert [letter.line for letter in case.letters[before:]] == [
        "2026-10-06 10:00 invitation designated_teacher",
        "2026-10-06 10:00 invitation social_worker",
        "2026-10-07 08:00 review_due designated_teacher",
        "2026-10-07 08:00 review_due social_worker",
        "2026-10-28 08:00 review_due social_worker",
        "2026-11-02 08:00 review_due designated_teacher",
        "2026-11-04 08:00 before_meeting designated_teacher",
        "2026-11-11 08:00 before_meeting designated_teacher",
        "2026-11-11 08:00 review_due social_worker",
        "2026-11-16 08:00 before_meeting designated_teacher",
    ]


def test_A3_the_missing_parties_are_nudged_then_overdue_then_escalated() -> None:
    case = recorded().on("2026-12-01")
    after = [line for line in case.lines() if line > "2026-10-14 17"]
    assert after == [
        "2026-10-19 08:00 completion_nudge designated_teacher",
        "2026-10-19 08:00 completion_nudge social_worker",
        "2026-10-22 08:00 completion_overdue designated_teacher",
        "2026-10-22 08:00 completion_overdue social_worker",
        "2026-10-22 08:00 completion_overdue virtual_school",
        "2026-10-28 08:00 escalation team_manager 1",
        "2026-11-02 08:00 escalation head_teacher 1",
        "2026-11-04 08:00 escalation iro 2",
        "2026-11-04 08:00 escalation virtual_school_head 2",
    ]


def test_A3_only_the_party_whose_part_is_missing_is_chased() -> None:
    case = recorded().on("2026-10-15")
    for section in (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS, Section.VOICE):
        case.submits(SW, section)
    case.does(SW, "next_meeting", on=str(NEXT_MEETING))
    case.on("2026-11-03")
    assert [line for line in case.lines() if line > "2026-10-15"] == [
        "2026-10-19 08:00 completion_nudge designated_teacher",
        "2026-10-22 08:00 completion_overdue designated_teacher",
        "2026-10-22 08:00 completion_overdue virtual_school",
        "2026-11-02 08:00 escalation head_teacher 1",
    ]


def test_A3_a_missing_signature_is_chased_like_a_missing_part() -> None:
    case = complete(recorded().on("2026-10-15"))
    case.does(DT, "sign")
    case.on("2026-10-29")
    assert [line for line in case.lines() if line > "2026-10-15 11"] == [
        "2026-10-19 08:00 completion_nudge social_worker",
        "2026-10-22 08:00 completion_overdue social_worker",
        "2026-10-22 08:00 completion_overdue virtual_school",
        "2026-10-28 08:00 escalation team_manager 1",
    ]


def test_A4_both_are_asked_to_sign_when_the_plan_is_complete_and_again_when_it_changes() -> None:
    case = complete(recorded().on("2026-10-15"))
    case.on("2026-10-15", "11:00").does(SW, "sign")
    case.on("2026-10-15", "15:00").submits(DT, Section.ATTAINMENT)
    assert case.lines(Kind.SIGNATURE_ASKED) == [
        "2026-10-15 10:00 signature_asked designated_teacher",
        "2026-10-15 10:00 signature_asked social_worker",
        "2026-10-15 15:00 signature_asked designated_teacher",
        "2026-10-15 15:00 signature_asked social_worker",
    ]


def test_A3_a_step_that_has_passed_when_the_meeting_is_recorded_late_is_skipped() -> None:
    case = ready(arranged()).on("2026-10-24")
    before = len(case.letters)
    case.does(SW, "record_meeting", **held_on(MEETING))
    case.on("2026-10-29")
    assert [letter.line for letter in case.letters[before:]] == ["2026-10-28 08:00 escalation team_manager 1"]


def test_A7_the_virtual_school_is_asked_at_once_reminded_on_the_due_day_and_its_head_told_the_day_after() -> None:
    case = signed(complete(recorded().on("2026-10-15"))).on("2026-11-10")
    assert case.lines(Kind.SIGN_OFF_DUE, Kind.ESCALATION) == [
        "2026-10-15 10:00 sign_off_due virtual_school",
        "2026-10-22 08:00 sign_off_due virtual_school",
        "2026-10-23 08:00 escalation virtual_school_head 1",
    ]


def test_a_return_is_told_to_those_whose_parts_came_back_on_their_first_day_at_work() -> None:
    case = signed(complete(recorded().on("2026-10-15"))).on("2026-10-24", "12:00")
    before = len(case.letters)
    case.does(VS, "return", parts=["voice"], reasons="Say more.")
    case.on("2026-11-02")
    assert [letter.line for letter in case.letters[before:]] == [
        "2026-10-26 08:00 returned social_worker",
        "2026-11-02 08:00 returned designated_teacher",
    ]


def test_after_a_return_the_ladder_keeps_its_distance_from_the_day_that_is_due() -> None:
    case = signed(complete(recorded().on("2026-10-15"))).on("2026-10-19")
    before = len(case.letters)
    case.does(VS, "return", parts=["targets"], reasons="No measure.")
    case.on("2026-12-01")
    assert [letter.line for letter in case.letters[before:]] == [
        "2026-10-19 10:00 returned designated_teacher",
        "2026-11-02 08:00 completion_nudge designated_teacher",
        "2026-11-03 08:00 completion_overdue designated_teacher",
        "2026-11-03 08:00 completion_overdue virtual_school",
        "2026-11-09 08:00 escalation head_teacher 1",
        "2026-11-16 08:00 escalation iro 2",
        "2026-11-16 08:00 escalation virtual_school_head 2",
    ]


def test_A8_both_are_told_when_the_grant_was_released() -> None:
    case = signed(complete(recorded().on("2026-10-15"))).on("2026-10-20")
    case.does(VS, "sign_off")
    assert case.lines(Kind.GRANT_RELEASED) == []
    case.is_paid()
    assert case.lines(Kind.GRANT_RELEASED) == [
        "2026-10-20 10:00 grant_released designated_teacher",
        "2026-10-20 10:00 grant_released social_worker",
    ]
    assert next_letter(case.plan, case.standing) is None


def test_where_there_is_no_school_place_the_virtual_school_gets_the_teachers_letters() -> None:
    case = recorded(plan_of(has_school_place=False)).on("2026-11-05")
    roles = {letter.step.role.value for letter in case.letters}
    assert roles == {"social_worker", "virtual_school", "team_manager", "virtual_school_head", "iro"}
    overdue = case.lines(Kind.COMPLETION_OVERDUE)
    assert len(overdue) == len(set(overdue)) == 2


def test_after_an_outage_only_what_is_still_true_is_written_and_once() -> None:
    case = ready(arranged()).sleeps("2026-10-20")
    before = case.letters[2:]
    assert [letter.line for letter in before] == [
        "2026-10-20 10:00 did_it_take_place designated_teacher",
        "2026-10-20 10:00 did_it_take_place social_worker",
    ]


def test_letters_wait_for_the_first_school_day_after_a_holiday() -> None:
    spring = plan_of(term=SPRING)
    case = Living(spring, at("2026-12-09", "00:00"))
    case.does(SW, "arrange_meeting", on="2027-01-13")
    case.on("2027-01-05")
    assert case.lines(Kind.REVIEW_DUE, Kind.BEFORE_MEETING) == [
        "2026-12-23 08:00 review_due social_worker",
        "2027-01-04 08:00 before_meeting designated_teacher",
    ]


def test_a_letter_that_was_written_is_no_longer_true_once_the_review_is_missed() -> None:
    case = Living(now=at("2026-09-03", "00:00")).on("2026-11-20", "08:00")
    written = [letter.step for letter in case.letters]
    assert any(still_true(case.plan, case.standing, step.name, step.role) for step in written)
    case.on("2027-01-04")
    assert not any(still_true(case.plan, case.standing, step.name, step.role) for step in written)


def test_M6_two_dates_of_one_instant_have_an_invitation_each_and_only_the_last_is_true() -> None:
    case = arranged()
    first = case.letters[0].step
    case.does(SW, "move_meeting", on="2026-10-15", reason="A hearing.")
    case.on("2026-09-04", "10:01")
    last = case.letters[-1].step
    assert len(case.lines(Kind.INVITATION)) == 4
    assert first.name != last.name
    assert not still_true(case.plan, case.standing, first.name, SW)
    assert still_true(case.plan, case.standing, last.name, SW)


def test_a_letter_that_was_written_is_sent_only_while_it_is_true() -> None:
    case = arranged().on("2026-10-07", "08:00")
    letter = next(one for one in case.letters if one.step.kind is Kind.BEFORE_MEETING)
    assert still_true(case.plan, case.standing, letter.step.name, DT)
    assert not still_true(case.plan, case.standing, letter.step.name, SW)
    ready(case)
    assert not still_true(case.plan, case.standing, letter.step.name, DT)


def test_the_invitation_to_the_old_date_is_not_sent_after_a_move() -> None:
    case = arranged()
    old = case.letters[0].step
    case.on("2026-09-04", "12:00").does(SW, "move_meeting", on="2026-10-15", reason="A hearing.")
    assert not still_true(case.plan, case.standing, old.name, old.role)
    assert still_true(case.plan, case.standing, case.letters[-1].step.name, SW)
