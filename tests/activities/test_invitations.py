"""The calendar invitation moves when the meeting moves and names nobody (PROCESS.md B4, M6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component, Timezone

from activities.invitations import MeetingInvitation, meeting_invitation
from activities.letter_facts import UnfitFact
from casework.meeting_event import LONDON_TIME
from contracts.clock import LONDON

MEETING = MeetingInvitation(
    uid="meeting-1@pep.northmoor.example",
    sequence=0,
    on=date(2026, 10, 14),
    at=time(14, 0),
    place=None,
    case_reference="C001",
    sign_in_link="https://pep.northmoor.example/cases/C001",
    organiser="pep@northmoor.example",
    attendee="somebody@school.example",
    stamp=datetime(2026, 9, 1, 7, 0, 0, 123, tzinfo=UTC),
)


def event_of(invitation: MeetingInvitation) -> Any:
    (event,) = Calendar.from_ical(meeting_invitation(invitation)).walk("VEVENT")
    return event


def test_B4_the_invitation_holds_the_case_the_link_and_the_hour_and_nothing_else() -> None:
    event = event_of(MEETING)
    assert event["SUMMARY"] == "PEP meeting (case C001)"
    assert event["URL"] == MEETING.sign_in_link
    assert event["ORGANIZER"] == "mailto:pep@northmoor.example"
    assert event["ATTENDEE"] == "mailto:somebody@school.example"
    assert event["CLASS"] == "PRIVATE"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
    known = "UID SEQUENCE DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION URL STATUS CLASS ORGANIZER ATTENDEE"
    assert set(event) == set(known.split())


def test_B4_the_place_is_in_it_only_where_it_is_given_and_adds_no_line_of_its_own() -> None:
    assert b"LOCATION" not in meeting_invitation(MEETING)
    typed = "Room 3; upstairs\r\nATTENDEE:mailto:x@evil.example"
    event = event_of(replace(MEETING, place=typed))
    assert event["LOCATION"].split() == typed.split()
    assert event["ATTENDEE"] == "mailto:somebody@school.example"


def test_M6_a_moved_meeting_keeps_its_uid_and_raises_its_sequence() -> None:
    first, moved = event_of(MEETING), event_of(replace(MEETING, sequence=1, on=date(2026, 10, 21)))
    assert first["UID"] == moved["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)
    assert moved.decoded("DTSTART").date() == date(2026, 10, 21)


@pytest.mark.parametrize(
    ("cancelled", "method", "status"), [(False, "REQUEST", "CONFIRMED"), (True, "CANCEL", "CANCELLED")]
)
def test_M6_a_cancelled_meeting_leaves_the_calendar(cancelled: bool, method: str, status: str) -> None:
    calendar = Calendar.from_ical(meeting_invitation(replace(MEETING, cancelled=cancelled)))
    assert calendar["METHOD"] == method
    assert calendar.walk("VEVENT")[0]["STATUS"] == status


@pytest.mark.parametrize(
    ("on", "utc_hour"), [(date(2026, 10, 23), 13), (date(2026, 10, 26), 14), (date(2027, 3, 29), 13)]
)
def test_the_hour_is_london_time_in_summer_and_in_winter(on: date, utc_hour: int) -> None:
    invitation = replace(MEETING, on=on)
    assert event_of(invitation).decoded("DTSTART").astimezone(UTC).hour == utc_hour
    assert b"DTSTART;TZID=Europe/London:" in meeting_invitation(invitation)


def test_the_time_zone_rules_are_those_of_london() -> None:
    rules = Component.from_ical(LONDON_TIME)
    assert isinstance(rules, Timezone)
    theirs = rules.to_tz(lookup_tzid=False)
    starts = [datetime(year, month, 24, 0, 30, tzinfo=UTC) for year in (2026, 2027, 2032) for month in (1, 3, 7, 10)]
    for instant in (start + timedelta(hours=hour) for start in starts for hour in range(8 * 24)):
        assert instant.astimezone(theirs).utcoffset() == instant.astimezone(LONDON).utcoffset(), instant


def test_a_meeting_without_an_hour_takes_the_whole_day() -> None:
    event = event_of(replace(MEETING, at=None))
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 10, 14), date(2026, 10, 15))
    assert b"VTIMEZONE" not in meeting_invitation(replace(MEETING, at=None))


@settings(max_examples=40)
@given(place=st.none() | st.text(max_size=200), sequence=st.integers(0, 99))
def test_the_same_meeting_gives_the_same_bytes_in_lines_that_every_calendar_reads(
    place: str | None, sequence: int
) -> None:
    invitation = replace(MEETING, place=place, sequence=sequence)
    once = meeting_invitation(invitation)
    assert once == meeting_invitation(replace(invitation))
    lines = once.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert b"BEGIN:VEVENT" in lines


@pytest.mark.parametrize("address", ["", "Ben <ben@home.example>", "a@b.example\r\nATTENDEE:mailto:x@evil.example"])
def test_an_address_that_is_none_is_not_invited(address: str) -> None:
    for addresses, fact in (({"organiser": address}, "sender"), ({"attendee": address}, "recipient")):
        with pytest.raises(UnfitFact, match=f"'{fact}' is missing or not of its kind"):
            replace(MEETING, **cast(Any, addresses))
