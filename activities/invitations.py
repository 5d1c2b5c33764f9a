"""The calendar invitation to a meeting (.ics): it moves in people's calendars when the meeting moves.

It names a case reference only. The place is in it only where the caller gives one: when the social worker asked for it.
"""

from dataclasses import dataclass

from icalendar import vCalAddress

from activities.letter_facts import UnfitFact
from casework.meeting_event import MeetingEvent, empty_calendar, event_of
from rules.addresses import is_address


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingInvitation(MeetingEvent):
    """One version of one meeting's invitation to one person (RFC 5546). `stamp` is when the letter was put into the
    outbox: the same letter has the same bytes.

    Raises `UnfitFact` where an address is none.
    """

    organiser: str
    """The address that the letters come from."""
    attendee: str
    cancelled: bool = False

    def __post_init__(self) -> None:
        for name, address in (("sender", self.organiser), ("recipient", self.attendee)):
            if not is_address(address):
                raise UnfitFact(name)


def meeting_invitation(invitation: MeetingInvitation) -> bytes:
    """The invitation as a calendar of one event, to go out as `activities.letter_facts.LetterFacts.invitation`."""
    calendar = empty_calendar("Meeting invitations", timed=invitation.at is not None)
    calendar.add("method", "CANCEL" if invitation.cancelled else "REQUEST")
    event = event_of(invitation)
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")  # a school's calendars are often shared
    event.add("organizer", vCalAddress(f"mailto:{invitation.organiser}"))
    event.add("attendee", _attendee(invitation.attendee), encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _attendee(address: str) -> vCalAddress:
    """RSVP is false: people answer on the case's page, where the answer is recorded, not to a mailbox."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE"
    return attendee
