"""What a letter may know: references, roles, dates, sums and fixed words.

There is no field for a child, a school or anything that somebody typed, and every field is checked, so that none can
come in by another door. A fact that does not fit is a fault of ours: `UnfitFact` names the field, never its value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from contracts.people import Role
from contracts.review import Section
from rules.addresses import is_address

DEADLINES = frozenset(
    {
        "review_due", "latest_safe_date", "meeting", "next_meeting", "completion", "signatures",
        "virtual_school_sign_off", "amendment", "check_in", "funding_decision",
    }
)  # fmt: skip
"""The deadline names of ACTS.md, with the next meeting and the check-in's own day."""

DUE: Mapping[str, tuple[str, ...]] = {
    "review_due": ("review_due",),
    "arrange_meeting": ("latest_safe_date", "review_due"),
    "invitation": ("meeting",),
    "before_meeting": ("meeting",),
    "did_it_take_place": ("meeting",),
    "completion_nudge": ("amendment", "completion"),
    "completion_overdue": ("amendment", "completion"),
    "escalation": ("funding_decision", "virtual_school_sign_off", "amendment", "completion"),
    "signature_asked": ("signatures", "amendment", "completion"),
    "sign_off_due": ("virtual_school_sign_off",),
    "returned": ("amendment",),
    "grant_released": (),
    "concern_raised": (),
    "check_in": (),
    "funding_decided": (),
}
"""The letter kinds of ACTS.md, each with the dates it may be about: the first that is given is the day it names."""

OTHER_PARTS: dict[str, str] = {
    "childs_voice": "what the child said, on record",
    "signature": "the signature",
    "next_meeting": "the date of the next meeting",
    "check_targets": "the designated teacher's check of the targets",
    "meeting_record": "the record of the meeting",
    "meeting_date": "a date for the meeting",
    "receiving_setting": "an invitation to the receiving school or college",
    "grant_agreed": "the meeting's agreement to the use of the grant",
    "sign_off": "the Virtual School's sign-off",
    "resume": "the Virtual School's word that the review goes on",
    "target:1": "target 1",
    "target:2": "target 2",
    "target:3": "target 3",
}
PARTS: Mapping[str, str] = {s.value: f'the section "{s.in_words}"' for s in Section} | OTHER_PARTS
"""Everything that a letter may call missing, in its words."""


class Invited(StrEnum):
    """People who are asked to a meeting and have no role on the case (`invite` in ACTS.md)."""

    PARENT = "parent"
    PROFESSIONAL = "professional"
    RECEIVING_SETTING = "receiving_setting"


class MeetingChange(StrEnum):
    """What an invitation says about the meeting."""

    ARRANGED = "arranged"
    MOVED = "moved"
    CANCELLED = "cancelled"


class UnfitFact(ValueError):
    """A fact does not fit the letter: an operator must act where it is a setting, else the developers."""

    def __init__(self, field_name: str) -> None:
        super().__init__(f"The letter cannot be written: its fact '{field_name}' is missing or not of its kind.")
        self.field_name = field_name


@dataclass(frozen=True, slots=True)
class Owed:
    """A part (a key of `PARTS`) that a role still owes, or that was returned to it."""

    part: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """One letter to one person. Raises `UnfitFact` where a fact is missing or not of its kind."""

    kind: str
    """A key of `DUE`."""
    role: str
    """The recipient's: a `Role` or an `Invited`."""
    stands_in_for: str | None = None
    """The role that the letter is meant for, where it has no address and `role` gets the letter instead."""
    case_reference: str
    """Opaque: it names a case and nobody."""
    term: str
    """As `Term.label` writes it."""
    dates: Mapping[str, date] = field(default_factory=dict)
    """London dates by deadline name."""
    missing: tuple[Owed, ...] = ()
    level: int | None = None
    """Of an escalation: 1 or 2."""
    pence: int | None = None
    """The grant or the additional funding, whole pence."""
    agreed: bool | None = None
    """Whether additional funding was agreed."""
    kept: bool = False
    """Whether the Virtual School keeps it, because the child has no school place."""
    target: int | None = None
    """The target that a concern is about."""
    grant_eligible: bool = True
    """Whether there is a grant to speak of."""
    first_plan: bool = False
    """Whether it is the first plan of a child who has entered care, whose days count from then."""
    meeting_time: str | None = None
    """`14:00`, London time."""
    meeting_change: str = MeetingChange.ARRANGED
    invitation: bytes | None = None
    """A calendar invitation made by `activities.invitations`."""
    message_id: str
    dated: datetime
    """When the letter was put into the outbox; with the Message-ID it makes a second copy recognisable."""
    sender: str
    recipient: str
    sign_in_link: str
    """The case's page, which asks for a sign-in. Without query and fragment: a link cannot carry a token."""
    authority_name: str
    is_demonstration: bool = False

    @property
    def due(self) -> date | None:
        """The day that the letter is about."""
        return next((self.dates[name] for name in DUE[self.kind] if name in self.dates), None)

    @property
    def late_roles(self) -> list[Role]:
        """Who owes something, each once."""
        return list(dict.fromkeys(owed.role for owed in self.missing))

    def __post_init__(self) -> None:
        for name, fits in self._checks():
            if not fits:
                raise UnfitFact(name)

    def _checks(self) -> tuple[tuple[str, bool], ...]:
        return (
            ("kind", self.kind in DUE),
            ("role", self.role in {*Role, *Invited}),
            ("stands_in_for", self.stands_in_for is None or self.stands_in_for in {*Role, *Invited}),
            ("case_reference", _matches(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", self.case_reference)),
            ("term", _matches(r"(?:autumn|spring|summer) term \d{4}/\d{2}", self.term)),
            ("dates", self.dates.keys() <= DEADLINES),
            ("missing", all(owed.part in PARTS for owed in self.missing)),
            ("message_id", _matches(r"<[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,120}>", self.message_id)),
            ("dated", self.dated.tzinfo is not None),
            ("sender", is_address(self.sender)),
            ("recipient", is_address(self.recipient)),
            ("sign_in_link", is_plain_link(self.sign_in_link)),
            ("authority_name", self.authority_name.isprintable() and 0 < len(self.authority_name) <= 80),
            ("meeting_time", self.meeting_time is None or _matches(r"[0-2]\d:[0-5]\d", self.meeting_time)),
            ("meeting_change", self.meeting_change in set(MeetingChange)),
            *self._checks_of_the_kind(),
        )

    def _checks_of_the_kind(self) -> tuple[tuple[str, bool], ...]:
        """A letter that cannot say by when, how much or whether is not sent."""
        names_a_sum = self.kind == "grant_released" or (self.kind == "funding_decided" and self.agreed is True)
        return (
            ("dates", self.kind not in DUE or not DUE[self.kind] or self.due is not None),
            ("level", self.kind != "escalation" or self.level in {1, 2}),
            ("agreed", self.kind != "funding_decided" or self.agreed is not None),
            ("pence", not names_a_sum or (self.pence is not None and self.pence > 0)),
            ("target", self.target is None or self.target in {1, 2, 3}),
        )


def is_plain_link(link: str) -> bool:
    """Whether it is an absolute web address of plain characters, without user, query or fragment."""
    if not _matches(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?", link):
        return False
    parts = urlsplit(link)
    return bool(parts.hostname) and "@" not in parts.netloc


def pounds(pence: int) -> str:
    """`£500`, or `£500.50` where there are odd pence."""
    whole, odd = divmod(pence, 100)
    return f"£{whole:,}.{odd:02}" if odd else f"£{whole:,}"


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None
