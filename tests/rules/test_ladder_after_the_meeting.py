"""The ladder after the meeting: nudged, overdue, escalated; asked to sign, sign off and amend (A3, A4, A7, A8)."""

from contracts.review import Section
from rules.ladder import Kind, next_letter
from tests.support.living_stages import arranged, complete, ready, recorded, signed
from tests.support.reviews import DT, MEETING, NEXT_MEETING, SW, VS, held_on


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
