"""The calendar invitation to a meeting (.ics): it moves in people's calendars when the meeting moves.

It names a case reference only. The place is in it only where the caller gives one: when the social worker asked for it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Component, Event, vCalAddress

from activities.letter_facts import UnfitFact
from contracts.clock import LONDON
from rules.addresses import is_address

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
class MeetingInvitation:
    """One version of one meeting's invitation to one person (RFC 5546: same UID, rising SEQUENCE).

    Raises `UnfitFact` where an address is none.
    """

    uid: str
    """Stays the same as long as it is the same meeting."""
    sequence: int
    """Rises with every change of the meeting, the cancellation too."""
    on: date
    at: time | None
    """London wall-clock time; without one the invitation is for the whole day."""
    place: str | None
    case_reference: str
    sign_in_link: str
    organiser: str
    """The address that the letters come from."""
    attendee: str
    stamp: datetime
    """When the letter was put into the outbox: the same letter has the same bytes."""
    cancelled: bool = False

    def __post_init__(self) -> None:
        for name, address in (("sender", self.organiser), ("recipient", self.attendee)):
            if not is_address(address):
                raise UnfitFact(name)


def meeting_invitation(invitation: MeetingInvitation) -> bytes:
    """The invitation as a calendar of one event, to go out as `activities.letter_facts.LetterFacts.invitation`."""
    calendar = Calendar()
    calendar.add("prodid", "-//PEP//Meeting invitations//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if invitation.cancelled else "REQUEST")
    if invitation.at is not None:
        calendar.add_component(Component.from_ical(LONDON_TIME))
    calendar.add_component(_event(invitation))
    return bytes(calendar.to_ical())


def _event(invitation: MeetingInvitation) -> Event:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamp.astimezone(UTC).replace(microsecond=0))
    _put_time(event, invitation.on, invitation.at)
    event.add("summary", f"PEP meeting (case {invitation.case_reference})")
    event.add("description", f"Meeting on a Personal Education Plan. Sign in to see more: {invitation.sign_in_link}")
    event.add("url", invitation.sign_in_link)
    if invitation.place:
        event.add("location", invitation.place)
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")  # a school's calendars are often shared
    event.add("organizer", vCalAddress(f"mailto:{invitation.organiser}"))
    event.add("attendee", _attendee(invitation.attendee), encode=False)
    return event


def _put_time(event: Event, on: date, at: time | None) -> None:
    if at is None:
        event.add("dtstart", on)
        event.add("dtend", on + timedelta(days=1))
        return
    start = datetime.combine(on, at, LONDON)
    event.add("dtstart", start)
    event.add("dtend", start + LENGTH)


def _attendee(address: str) -> vCalAddress:
    """RSVP is false: people answer on the case's page, where the answer is recorded, not to a mailbox."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE"
    return attendee
