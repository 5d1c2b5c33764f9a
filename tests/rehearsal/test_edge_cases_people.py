"""Schools and people change, children come and go: what the journal and the mail show (tests/acts/edge_cases)."""

from tests.support.edge_cases import EdgeCases

DT, SW, VS = "designated_teacher", "social_worker", "virtual_school"
OLD_TEACHER, NEW_TEACHER, ELM = "dt@hazel.example", "petra@hazel.example", "dt@elm.example"
OLD_WORKER, NEW_WORKER = "isla@council.example", "jo@council.example"
CHASERS = ("completion_nudge", "completion_overdue", "escalation")


def test_B2_another_school_takes_a_date_away_on_which_it_is_closed_and_the_social_worker_is_asked(
    autumn: EdgeCases,
) -> None:
    moved = "2026-10-05T10:00:00+01:00"
    assert autumn.stages("E01")[:3] == [
        "2026-09-03 waiting_for_date",
        "2026-09-07 preparing",
        "2026-10-05 waiting_for_date",
    ]
    assert [one for one in autumn.letters("E01") if one[0] == moved] == [
        (moved, "invitation", DT),
        (moved, "invitation", SW),
        (moved, "arrange_meeting", SW),
    ]
    assert autumn.refusals("E01") == [("arrange_meeting", ["B2"])]
    assert "is in the school's half term. The nearest valid dates are" in autumn.said("E01", "arrange_meeting")[0]


def test_M7_the_latest_safe_date_is_the_new_schools(autumn: EdgeCases) -> None:
    assert autumn.due("E01", "latest_safe_date") == [("2026-09-03", "2026-11-26"), ("2026-10-05", "2026-11-25")]


def test_M6_nobody_is_asked_about_the_date_that_fell(autumn: EdgeCases) -> None:
    about_it = autumn.letters("E01", "before_meeting", "did_it_take_place")
    assert about_it == [], "prepared, and recorded on the day"


def test_a_move_finds_the_new_designated_teacher_and_leaves_the_old_one_in_peace(autumn: EdgeCases) -> None:
    assert {ELM, OLD_WORKER} <= autumn.mailed("E01", "2026-10-06")
    assert OLD_TEACHER in autumn.mailed("E01", "2026-10-05"), "the meeting goes out of their calendar"
    assert OLD_TEACHER not in autumn.mailed("E01", "2026-10-06") | autumn.mailed("E02", "2026-10-15")


def test_A4_a_move_after_the_meeting_keeps_targets_and_signatures(autumn: EdgeCases) -> None:
    assert autumn.stages("E02")[3:] == [
        "2026-10-12 completing",
        "2026-10-14 signing",
        "2026-10-16 virtual_school",
        "2026-10-21 paying",
        "2026-10-21 in_force",
    ]
    assert [at[:10] for at, _, _ in autumn.letters("E02", "signature_asked")] == ["2026-10-14"] * 2


def test_A8_after_a_move_the_grant_follows_the_child_and_its_letter_waits_for_the_new_schools_half_term(
    autumn: EdgeCases,
) -> None:
    paid = {grant["child"]: grant["school_urn"] for grant in autumn.grants}
    assert paid["E02"] != paid["E04"] == "900050"
    assert autumn.letters("E02", "grant_released") == [
        ("2026-10-21T11:00:00+01:00", "grant_released", SW),
        ("2026-11-02T08:00:00+00:00", "grant_released", DT),
    ]
    assert autumn.due("E02", "virtual_school_sign_off") == [("2026-10-16", "2026-11-06")]


def test_A3_clocks_run_on_through_a_handover_and_chase_the_new_social_worker_alone(autumn: EdgeCases) -> None:
    assert autumn.letters("E03", "completion_nudge", "completion_overdue") == [
        ("2026-10-19T08:00:00+01:00", "completion_nudge", SW),
        ("2026-10-20T08:00:00+01:00", "completion_overdue", SW),
        ("2026-10-20T08:00:00+01:00", "completion_overdue", VS),
    ]
    assert NEW_WORKER in autumn.mailed("E03", "2026-10-16")
    assert OLD_WORKER not in autumn.mailed("E03", "2026-10-16")
    assert NEW_WORKER not in autumn.mailed("E03", "2026-09-01", "2026-10-16")


def test_A4_a_signature_outlives_the_person_who_gave_it(autumn: EdgeCases) -> None:
    """The designated teacher signed and handed over; the successor is asked for nothing."""
    assert "2026-10-15 virtual_school" in autumn.stages("E04")
    assert autumn.letters("E04", "signature_asked", *CHASERS) == [
        ("2026-10-14T10:15:00+01:00", "signature_asked", DT),
        ("2026-10-14T10:15:00+01:00", "signature_asked", SW),
    ]
    after = autumn.mailed("E04", "2026-10-15")
    assert NEW_TEACHER in after
    assert OLD_TEACHER not in after


def test_a_handover_holds_from_its_day_and_not_before(autumn: EdgeCases) -> None:
    before, after = autumn.mailed("E05", "2026-10-14", "2026-11-02"), autumn.mailed("E05", "2026-11-02")
    assert (OLD_TEACHER in before, NEW_TEACHER in before) == (True, False)
    assert (OLD_TEACHER in after, NEW_TEACHER in after) == (False, True)


def test_without_a_school_place_the_virtual_school_does_the_teachers_part(autumn: EdgeCases) -> None:
    since = [row for row in autumn.of("E06", "letter") if row["at"] >= "2026-09-08T10"]
    assert {row["to"] for row in since} == {SW, VS}
    assert OLD_TEACHER not in autumn.mailed("E06", "2026-09-09")
    assert autumn.refusals("E06") == [("submit", ["ROLE"])]
    assert autumn.said("E06", "submit") == [
        "The attainment section is not the designated teacher's to submit; it is for the Virtual School."
    ]
    assert autumn.stages("E06")[-1] == "2026-10-16 in_force"


def test_a_child_who_is_on_the_roll_without_a_school_place_has_a_teacher_once_there_is_one(autumn: EdgeCases) -> None:
    assert autumn.refusals("E35") == []
    assert autumn.stages("E35")[-1] == "2026-10-16 in_force"
    before = [row["to"] for row in autumn.of("E35", "letter") if row["at"] < "2026-11-16"]
    assert set(before) == {SW, VS}
    spring = [row["to"] for row in autumn.of("E35", "letter", "spring")]
    assert DT in spring
    assert OLD_TEACHER in autumn.mailed("E35", "2026-11-16")


def test_A8_A12_without_a_school_place_grant_and_funding_are_kept_and_nobody_is_paid(autumn: EdgeCases) -> None:
    assert autumn.of("E35", "grant") == autumn.of("E35", "funding") == []
    assert [grant for grant in autumn.grants if grant["child"] == "E35"] == []
    (kept,) = [row for row in autumn.funding if row["child"] == "E35"]
    assert (kept["state"], kept["pence"], kept["school_urn"], kept["key"]) == ("kept", 100_000, None, None)
    assert {to for _, _, to in autumn.letters("E35", "funding_decided")} == {SW, VS}


def test_B1_the_first_plan_of_a_child_who_enters_care_in_term_has_days_of_its_own(autumn: EdgeCases) -> None:
    """Ten working days after 23 November lie in the lead-up to the end of term: here they count."""
    assert autumn.due("E07", "latest_safe_date") == [("2026-11-23", "2026-12-07")]
    assert autumn.refusals("E07") == [("arrange_meeting", ["M7"])]
    words = autumn.said("E07", "arrange_meeting")[0]
    assert "the first plan of a child who entered care on Monday 23 November 2026 is begun within 10 working" in words
    assert "grant" not in words, "that is the reason of other plans"
    assert autumn.due("E07", "completion") == [("2026-12-03", "2026-12-10")]
    assert autumn.stages("E07")[-1] == "2026-12-14 in_force"


def test_B1_the_first_plan_in_the_summer_holiday_needs_no_school(summer: EdgeCases) -> None:
    """An interim plan of the Virtual School and the social worker, begun within ten working days."""
    assert summer.due("H01", "latest_safe_date", "summer") == [("2026-07-27", "2026-08-10")]
    assert summer.refusals("H01", "summer") == [("arrange_meeting", ["M7"])]
    assert {row["to"] for row in summer.of("H01", "letter", "summer")} == {SW, VS}
    assert summer.stages("H01", "summer")[-1] == "2026-08-17 in_force"


def test_after_a_first_plan_in_the_holiday_the_school_is_written_to_when_it_opens(summer: EdgeCases) -> None:
    to_school = [letter for letter in summer.letters("H01", term="autumn") if letter[2] == DT]
    assert to_school == [
        ("2026-09-03T08:00:00+01:00", "invitation", DT),
        ("2026-09-03T08:00:00+01:00", "review_due", DT),
    ]


def test_a_child_who_leaves_care_is_followed_no_longer(autumn: EdgeCases) -> None:
    """From the Saturday before half term, said ahead: the plan is closed, each hears of the meeting when at work."""
    assert autumn.stages("E15")[-1] == "2026-10-24 closed"
    assert _from(autumn, "E15", "2026-10-21") == [
        ("2026-10-26T08:00:00+00:00", "invitation", SW),
        ("2026-11-02T08:00:00+00:00", "invitation", DT),
    ]
    assert autumn.of("E15", term="spring") == []
    assert autumn.refusals("E15") == [("arrange_meeting", ["ORDER"]), ("change_person", ["ORDER"])]
    assert autumn.said("E15", "arrange_meeting") == [
        "The child is no longer looked after: this review is over, and nothing is left to do. "
        "A roll says when they enter care again, and a review opens then."
    ]


def test_at_eighteen_a_young_person_is_followed_no_longer_although_nobody_says_so(autumn: EdgeCases) -> None:
    assert autumn.stages("E16")[-1] == "2026-11-10 closed"
    assert autumn.of("E16", "closed")[0]["at"] == "2026-11-10T00:00:00+00:00"
    assert _from(autumn, "E16", "2026-11-10") == [
        ("2026-11-10T08:00:00+00:00", "invitation", DT),
        ("2026-11-10T08:00:00+00:00", "invitation", SW),
    ]
    assert autumn.of("E16", "missed") == autumn.of("E16", term="spring") == []


def test_term_dates_that_nobody_knows_stop_no_meeting(autumn: EdgeCases) -> None:
    assert autumn.refusals("E34") == []
    assert "dt@distant.example" in autumn.mailed("E34", "2026-09-16")


def test_B1_a_child_whose_schools_dates_nobody_knows_has_a_review_all_the_same(autumn: EdgeCases) -> None:
    assert autumn.of("E34", "opened", "spring") != []


def test_mail_that_bounces_is_in_the_history_and_the_others_still_get_theirs(autumn: EdgeCases) -> None:
    assert {row["facts"]["to"] for row in autumn.refused_mail} == {DT}
    assert {row["child"] for row in autumn.refused_mail} == {"E32"}
    assert "dt@bounces.example" not in autumn.mailed("E32", "2026-09-01")
    assert autumn.letters("E32", "invitation") == [("2026-09-07T10:00:00+01:00", "invitation", SW)]
    assert [row for row in autumn.of("E32", "letter") if row["to"] == DT] == []


def _from(played: EdgeCases, child: str, day: str) -> list[tuple[str, str, str]]:
    return sorted(letter for letter in played.letters(child) if letter[0] >= day)
