"""A meeting as an entry of a calendar: the same in the invitation that is mailed and in the feed that is asked for.

It names a case reference only, never a child. The place is in it only where the caller gives one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Component, Event

from contracts.clock import LONDON

LENGTH = timedelta(hours=1)

LONDON_TIME = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
END:VTIMEZONE
"""
"""The rules in words that every calendar reads. icalendar's `Timezone.from_tzid` starts summer time an hour late, and
the bytes would change with the time zone database; a test compares these rules with that database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEvent:
    """One version of one meeting (RFC 5545: same UID, rising SEQUENCE)."""

    uid: str
    """Stays the same as long as it is the same meeting."""
    sequence: int
    """Rises with every change of the meeting, the cancellation too."""
    on: date
    at: time | None
    """London wall-clock time; without one it is for the whole day."""
    place: str | None
    case_reference: str
    sign_in_link: str
    stamp: datetime
    """When this version came to be: the same version has the same bytes."""


def uid_of(review_id: str) -> str:
    """What every calendar knows a review's meeting by."""
    return f"{review_id}@pep.invalid"


def event_of(meeting: MeetingEvent) -> Event:
    """The entry, as far as it is the same for everybody."""
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.stamp.astimezone(UTC).replace(microsecond=0))
    _put_time(event, meeting.on, meeting.at)
    event.add("summary", f"PEP meeting (case {meeting.case_reference})")
    event.add("description", f"Meeting on a Personal Education Plan. Sign in to see more: {meeting.sign_in_link}")
    event.add("url", meeting.sign_in_link)
    if meeting.place:
        event.add("location", meeting.place)
    return event


def empty_calendar(product: str, *, timed: bool) -> Calendar:
    """A calendar without entries yet; `timed` where one of them has a time of day."""
    calendar = Calendar()
    calendar.add("prodid", f"-//PEP//{product}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if timed:
        calendar.add_component(Component.from_ical(LONDON_TIME))
    return calendar


def feed_of(meetings: Sequence[MeetingEvent]) -> bytes:
    """A calendar of all these meetings, to be asked for again and again."""
    calendar = empty_calendar("My PEP meetings", timed=any(meeting.at for meeting in meetings))
    calendar.add("x-wr-calname", "PEP meetings")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        event = event_of(meeting)
        event.add("status", "CONFIRMED")
        event.add("class", "PRIVATE")  # a school's calendars are often shared
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _put_time(event: Event, on: date, at: time | None) -> None:
    if at is None:
        event.add("dtstart", on)
        event.add("dtend", on + timedelta(days=1))
        return
    start = datetime.combine(on, at, LONDON)
    event.add("dtstart", start)
    event.add("dtend", start + LENGTH)
