"""Reminders, the date, the preparation and the day of the meeting, played on the time-skipping server."""

from tests.support.temporal_played import Theatre

DT, SW = "designated_teacher", "social_worker"
REMINDED = ("2026-10-15T08:00:00+01:00", "2026-11-05T08:00:00+00:00", "2026-11-19T08:00:00+00:00")
"""Six, three and one weeks before the latest safe date, 26 November; clocks change after the first."""


def test_A10_both_are_reminded_six_three_and_one_weeks_before_and_the_social_worker_asked_for_a_date(
    theatre: Theatre,
) -> None:
    assert theatre.letters("C2") == [
        letter
        for at in REMINDED
        for letter in ((at, "review_due", DT), (at, "arrange_meeting", SW), (at, "review_due", SW))
    ]


def test_A10_reminders_count_from_the_agreed_date_and_wait_for_the_reader_to_be_at_work(theatre: Theatre) -> None:
    """The meeting is on 18 November; three weeks before it the school is in its half term, the council is not."""
    assert theatre.letters("C3", "review_due")[:4] == [
        ("2026-10-07T08:00:00+01:00", "review_due", DT),
        ("2026-10-07T08:00:00+01:00", "review_due", SW),
        ("2026-10-28T08:00:00+00:00", "review_due", SW),
        ("2026-11-02T08:00:00+00:00", "review_due", DT),
    ]
    assert theatre.letters("C3", "arrange_meeting") == []


def test_M6_a_move_stops_every_chaser_of_the_old_date_at_once_and_the_new_date_is_reminded_of(theatre: Theatre) -> None:
    """Moved on 3 November from 18 to 24 November: nothing is sent on 11, 16 or 19 November."""
    moved = "2026-11-03T09:00:00+00:00"
    assert [letter for letter in theatre.letters("C3") if moved <= letter[0] < "2026-11-25"] == [
        (moved, "invitation", DT),
        (moved, "invitation", SW),
        ("2026-11-10T08:00:00+00:00", "before_meeting", DT),
        ("2026-11-17T08:00:00+00:00", "before_meeting", DT),
        ("2026-11-17T08:00:00+00:00", "review_due", SW),
        ("2026-11-23T08:00:00+00:00", "before_meeting", DT),
    ]


def test_B5_the_reminder_before_the_meeting_goes_to_whoever_has_not_prepared(theatre: Theatre) -> None:
    assert theatre.letters("C1", "before_meeting") == []
    assert theatre.letters("C8", "before_meeting") == [
        ("2026-11-02T08:00:00+00:00", "before_meeting", DT),
        ("2026-11-04T08:00:00+00:00", "before_meeting", DT),
        ("2026-11-09T08:00:00+00:00", "before_meeting", DT),
    ]


def test_M6_the_day_after_the_meeting_both_are_asked_whether_it_took_place(theatre: Theatre) -> None:
    at = "2026-11-25T08:00:00+00:00"
    assert theatre.letters("C3", "did_it_take_place") == [(at, "did_it_take_place", DT), (at, "did_it_take_place", SW)]
    assert theatre.letters("C1", "did_it_take_place") == [], "it was recorded on its day"


def test_M6_the_day_on_which_it_really_was_counts_from_then_on(theatre: Theatre) -> None:
    """Arranged for 24, held on 25 November: seven days later is 2 December."""
    recorded = [row for row in theatre.of("C3", "deadline") if row["at"] == "2026-11-26T11:00:00+00:00"]
    assert [(row["name"], row["on"]) for row in recorded] == [
        ("completion", "2026-12-02"),
        ("signatures", "2026-12-02"),
    ]
    assert "Wednesday 25 November 2026" in recorded[0]["sentence"]


def test_a_meeting_that_was_not_held_waits_for_a_date_again(theatre: Theatre) -> None:
    stages = [(row["at"][:16], row["stage"]) for row in theatre.of("C8", "stage")]
    assert stages[-2:] == [("2026-11-12T09:30", "waiting_for_date"), ("2026-12-19T00:00", "missed")]
    assert ("2026-11-19T08:00:00+00:00", "arrange_meeting", SW) in theatre.letters("C8")


def test_B1_a_term_without_a_meeting_is_missed_at_midnight_after_the_last_day_and_the_next_one_opens(
    theatre: Theatre,
) -> None:
    missed = theatre.of("C2")[-2:]
    assert [row["at"] for row in missed] == ["2026-12-19T00:00:00+00:00"] * 2
    assert missed[1]["why"] == "The autumn term 2026/27 is over and no meeting was held."
    assert theatre.of("C2", "opened", "spring")[0]["at"] == "2027-01-04T00:00:00+00:00"


def test_an_agreed_next_meeting_opens_its_review_six_weeks_before_it(theatre: Theatre) -> None:
    """3 February is agreed; the review opens in the Christmas holiday, and the school hears of it in January."""
    assert theatre.of("C1", "opened", "spring")[0]["at"] == "2026-12-23T00:00:00+00:00"
    assert theatre.of("C1", "stage", "spring")[0]["stage"] == "preparing"
    assert theatre.letters("C1", term="spring") == [
        ("2026-12-23T08:00:00+00:00", "invitation", SW),
        ("2026-12-23T08:00:00+00:00", "review_due", SW),
        ("2027-01-04T08:00:00+00:00", "invitation", DT),
        ("2027-01-04T08:00:00+00:00", "review_due", DT),
    ]
