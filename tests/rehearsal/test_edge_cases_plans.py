"""Plans that do not go the straight way: what the journal shows (tests/acts/edge_cases)."""

from datetime import date, datetime

from contracts.people import SCHOOL_ROLES
from tests.support.edge_cases import EdgeCases

DT, SW, VS, TM = "designated_teacher", "social_worker", "virtual_school", "team_manager"
CHASERS = ("completion_nudge", "completion_overdue", "escalation")
ELM_CHILDREN = {"E01", "E02"}
OAK_HALF_TERM, ELM_HALF_TERM = (date(2026, 10, 26), date(2026, 10, 30)), (date(2026, 10, 19), date(2026, 10, 30))
CHRISTMAS = (date(2026, 12, 19), date(2027, 1, 3))


def test_a_review_without_a_meeting_counts_from_the_decision_and_calls_the_meeting_off(autumn: EdgeCases) -> None:
    decided = "2026-09-21T10:00:00+01:00"
    assert autumn.due("E09", "completion") == [("2026-09-21", "2026-09-28")]
    assert [letter for letter in autumn.letters("E09", "invitation") if letter[0] == decided] == [
        (decided, "invitation", SW),
        (decided, "invitation", DT),
    ]
    assert autumn.letters("E09", "did_it_take_place", "before_meeting") == []
    assert autumn.stages("E09")[-1] == "2026-09-28 in_force"


def test_only_one_review_of_the_year_does_without_a_meeting(autumn: EdgeCases) -> None:
    assert autumn.refusals("E09", "spring") == [("review_without_meeting", ["ORDER"])]
    assert "once in a year: arrange a meeting" in autumn.said("E09", "review_without_meeting", "spring")[0]


def test_M6_both_are_asked_the_day_after_and_a_late_record_counts_from_the_day_of_the_meeting(
    autumn: EdgeCases,
) -> None:
    assert autumn.letters("E10", "did_it_take_place") == [
        ("2026-10-13T08:00:00+01:00", "did_it_take_place", DT),
        ("2026-10-13T08:00:00+01:00", "did_it_take_place", SW),
    ]
    assert autumn.due("E10", "completion") == [("2026-10-20", "2026-10-19")]
    assert autumn.of("E10", "missed") == []


def test_A4_a_signature_by_proxy_ends_the_waiting_for_it(autumn: EdgeCases) -> None:
    assert "2026-10-16 virtual_school" in autumn.stages("E11")
    assert autumn.letters("E11", *CHASERS) == []
    assert autumn.refusals("E11") == [("proxy_sign", ["ROLE"])]


def test_A4_a_return_in_half_term_reaches_the_teacher_when_the_school_opens_and_counts_its_days_from_there(
    autumn: EdgeCases,
) -> None:
    assert autumn.letters("E12", "returned") == [("2026-11-02T08:00:00+00:00", "returned", DT)]
    assert autumn.due("E12", "amendment") == [("2026-10-26", "2026-11-06")]
    assert autumn.letters("E12", "completion_overdue") == []


def test_A7_a_virtual_school_that_is_late_is_reminded_and_then_its_head_is_told(autumn: EdgeCases) -> None:
    before_the_return = [one for one in autumn.letters("E12", "sign_off_due", "escalation") if one[0] < "2026-10-26"]
    assert [(at[:10], kind, to) for at, kind, to in before_the_return] == [
        ("2026-10-15", "sign_off_due", VS),
        ("2026-10-22", "sign_off_due", VS),
        ("2026-10-23", "escalation", "virtual_school_head"),
    ]


def test_a_plan_that_its_term_leaves_unfinished_goes_on_beside_the_next_review(autumn: EdgeCases) -> None:
    assert autumn.of("E13", "missed") == []
    assert autumn.of("E13", "opened", "spring")[0]["at"][:10] == "2027-01-04"
    assert autumn.stages("E13")[-1] == "2027-01-06 in_force"
    assert [row["pence"] for row in autumn.of("E13", "grant")] == [45_000]
    assert {to for _, kind, to in autumn.letters("E13", *CHASERS) if kind == "completion_nudge"} == {SW}


def test_A5_the_next_date_is_the_next_reviews_although_that_is_open_already(autumn: EdgeCases) -> None:
    assert "2027-01-05 preparing" in autumn.stages("E13", "spring")


def test_a_pause_moves_the_deadline_by_its_school_days_and_says_so(autumn: EdgeCases) -> None:
    assert autumn.due("E14", "completion") == [("2026-10-12", "2026-10-19"), ("2026-10-20", "2026-10-23")]
    sentence = autumn.of("E14", "deadline")[-1]["sentence"]
    assert sentence.endswith("and 4 school days later because the review was paused.")


def test_nobody_is_chased_in_a_pause_and_everybody_by_the_new_day_after_it(autumn: EdgeCases) -> None:
    assert [at[:10] for at, _, _ in autumn.letters("E14", *CHASERS)][:3] == ["2026-10-21", "2026-10-21", "2026-10-26"]


def test_in_a_pause_nothing_is_written_but_a_child_is_heard(autumn: EdgeCases) -> None:
    assert autumn.refusals("E14") == [("submit", ["ORDER"]), ("resume", ["ORDER"])]
    assert "record_voice" in [row["action"] for row in autumn.of("E14", "accepted")]


def test_A11_the_virtual_school_hears_of_a_concern_the_same_day_be_it_a_saturday(autumn: EdgeCases) -> None:
    at = "2026-11-07T19:30:00+00:00"
    assert autumn.letters("E17", "concern_raised") == [(at, "concern_raised", VS)]
    assert autumn.said("E17", "raise_concern") == [
        "There is no target 1 yet: the designated teacher submits the targets first."
    ]


def test_A9_the_teacher_is_asked_once_at_half_way_and_a_target_off_track_is_a_concern(autumn: EdgeCases) -> None:
    assert autumn.letters("E18", "check_in") == [("2026-11-09T08:00:00+00:00", "check_in", DT)]
    assert autumn.letters("E18", "concern_raised") == [("2026-11-11T15:05:00+00:00", "concern_raised", VS)]
    assert autumn.refusals("E18") == [("check_in", ["ORDER"])]


def test_B9_without_the_childs_voice_the_sign_off_needs_an_exception(autumn: EdgeCases) -> None:
    assert autumn.refusals("E24") == [("sign_off", ["B9"])]
    assert autumn.of("E24", "grant")[0]["at"] == "2026-10-16T11:05:00+01:00"


def test_B9_the_young_persons_own_views_are_their_voice_and_a_carers_agreement_is_no_signature(
    autumn: EdgeCases,
) -> None:
    assert autumn.refusals("E27") == [("sign", ["ROLE"])]
    assert autumn.stages("E27")[-1] == "2026-10-16 in_force"


def test_M6_a_record_that_was_a_mistake_takes_its_clocks_and_chasers_back(autumn: EdgeCases) -> None:
    assert autumn.due("E26", "completion") == [("2026-10-12", "2026-10-19"), ("2026-10-15", "2026-10-22")]
    assert "2026-10-13 meeting_due" in autumn.stages("E26")
    assert autumn.letters("E26", *CHASERS) == []
    assert autumn.said("E26", "correct") == ["No act of this child has this id: name the act that was a mistake."]


def test_B14_pastoral_drafts_wait_for_the_teachers_check_and_the_reminders_go_on_until_then(autumn: EdgeCases) -> None:
    reminded = [at[:10] for at, _, _ in autumn.letters("E28", "before_meeting")]
    assert reminded == ["2026-09-28", "2026-10-05", "2026-10-12"], "drafted on 1 October, checked on the 15th"
    assert autumn.refusals("E28") == [("sign", ["B14"])]
    assert "2026-10-15 signing" in autumn.stages("E28")


def test_B3_receiving_staff_are_invited_and_their_invitation_moves_with_the_meeting(spring: EdgeCases) -> None:
    found = [letter for letter in spring.letters("P01", term="spring") if letter[2] == "receiving_setting"]
    assert [at[:10] for at, _, _ in found] == ["2027-01-12", "2027-02-01"]
    assert spring.refusals("P01", "spring") == []
    assert "transition@secondary.example" in spring.mailed("P01", "2027-01-12")


def test_B3_without_receiving_staff_the_sign_off_needs_an_exception(spring: EdgeCases) -> None:
    assert spring.refusals("P02", "spring") == [("submit", ["B10"]), ("sign_off", ["B3"])]
    assert [row["at"][:16] for row in spring.of("P02", "grant", "spring")] == ["2027-03-12T11:05"]


def test_B10_the_year_group_that_a_child_is_taught_in_counts_and_not_the_age(spring: EdgeCases) -> None:
    assert spring.refusals("P03", "spring") == [("submit", ["B10"]), ("sign_off", ["B3"])]
    assert spring.stages("P03", "spring")[-1] == "2027-03-15 in_force"


def test_no_school_person_gets_a_letter_while_their_school_is_closed(
    autumn: EdgeCases, spring: EdgeCases, summer: EdgeCases
) -> None:
    """Whatever moves, falls or changes hands meanwhile."""
    letters = [row for play in (autumn, spring, summer) for row in play.rows if row["what"] == "letter"]
    to_school = [(row["child"], datetime.fromisoformat(row["at"])) for row in letters if row["to"] in SCHOOL_ROLES]
    assert len(to_school) > 200
    assert [(child, at) for child, at in to_school if _is_closed(child, at.date())] == []


def test_letters_that_no_act_causes_leave_at_eight(autumn: EdgeCases) -> None:
    acts = {(row["child"], row["at"]) for row in autumn.rows if row["what"] == "accepted"}
    alone = [row["at"] for row in autumn.rows if row["what"] == "letter" and (row["child"], row["at"]) not in acts]
    assert {at[11:19] for at in alone} == {"08:00:00"}


def _is_closed(child: str, day: date) -> bool:
    half_term = ELM_HALF_TERM if child in ELM_CHILDREN and day > date(2026, 10, 14) else OAK_HALF_TERM
    holidays = (half_term, CHRISTMAS, (date(2026, 7, 22), date(2026, 9, 2)), (date(2027, 2, 15), date(2027, 2, 19)))
    easter = (date(2027, 3, 26), date(2027, 4, 11))
    closed = any(first <= day <= last for first, last in (*holidays, easter))
    return day.weekday() > 4 or closed or day == date(2026, 12, 4)
