"""What of a plan is shared with whom: the one list of it (PROCESS.md, People and what they may do).

Social care sections belong to professionals; carer, young person and IRO see what is shared with them; finance and the
operator see nothing of a plan. Somebody with several roles sees what any of them does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from contracts.people import Role
from contracts.review import Section
from rules.sections import owners


class Part(StrEnum):
    """What a plan holds beside its sections."""

    LAST_PLAN = "last_plan"
    """What became of the previous targets: outcomes, check-ins, concerns, and what the money did (B15, M1, A9, A11)."""
    ATTENDEES = "attendees"
    RECORD = "record"
    """All that was recorded of the meeting; without it only its date and its actions."""
    SIGN_OFF = "sign_off"
    FUNDING = "funding"
    MISSING = "missing"
    AUTHORS = "authors"
    """The names of those who wrote or said something."""
    DRAFTS = "drafts"
    """Targets that the designated teacher has not checked yet (B14)."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one person sees. Without anything at all there is no plan for them."""

    sections: frozenset[Section] = frozenset()
    parts: frozenset[Part] = frozenset()
    views_of: frozenset[Role] = frozenset()
    """Whose views and agreement: the carer's, the young person's."""

    def __bool__(self) -> bool:
        return bool(self.sections or self.parts or self.views_of)


_FAMILY = frozenset({Role.CARER, Role.YOUNG_PERSON})
_TARGETS = frozenset({Section.TARGETS})
_SCHOOL_SECTIONS = frozenset(section for section in Section if Role.SOCIAL_WORKER not in owners(section)) | {
    Section.PREVIOUS_TARGETS
}
_SCHOOL_PARTS = frozenset({Part.LAST_PLAN, Part.ATTENDEES, Part.MISSING, Part.AUTHORS, Part.DRAFTS})
EVERYTHING = Share(frozenset(Section), frozenset(Part), _FAMILY)
"""What professionals see who answer for the whole plan, and who works at the command line."""
_SHARES = {
    Role.SOCIAL_WORKER: EVERYTHING,
    Role.DESIGNATED_TEACHER: EVERYTHING,
    Role.VIRTUAL_SCHOOL: EVERYTHING,
    Role.VIRTUAL_SCHOOL_HEAD: EVERYTHING,
    Role.TEAM_MANAGER: EVERYTHING,
    Role.PASTORAL: Share(_SCHOOL_SECTIONS, _SCHOOL_PARTS),
    Role.CARER: Share(_TARGETS, views_of=frozenset({Role.CARER})),
    Role.YOUNG_PERSON: Share(_TARGETS, views_of=frozenset({Role.YOUNG_PERSON})),
    Role.IRO: Share(_TARGETS),
}


def share_of(roles: Collection[Role]) -> Share:
    """What somebody with these roles on a case sees of its plan; nothing for finance and the operator."""
    shares = [_SHARES.get(role, Share()) for role in roles]
    return Share(
        frozenset[Section]().union(*(share.sections for share in shares)),
        frozenset[Part]().union(*(share.parts for share in shares)),
        frozenset[Role]().union(*(share.views_of for share in shares)),
    )
