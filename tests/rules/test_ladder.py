"""The default ladder of letters: what goes to whom, and when (PROCESS.md, Numbers; A3, A10, M6)."""

from dataclasses import replace

from contracts.policy import Policy
from contracts.review import Section
from rules.ladder import Kind, still_true
from tests.support.living_stages import arranged, ready, recorded
from tests.support.review_letters import Living
from tests.support.reviews import DT, MEETING, PASTORAL, SPRING, SW, at, plan_of


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
