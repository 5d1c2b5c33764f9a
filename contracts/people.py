"""Who takes part. People are addressed by role on the case, never by a stored name (PROCESS.md, People)."""

from enum import StrEnum


class Role(StrEnum):
    """A part that somebody plays. The first nine may act on a case; the next three only receive letters, and read."""

    SOCIAL_WORKER = "social_worker"
    DESIGNATED_TEACHER = "designated_teacher"
    PASTORAL = "pastoral"
    TEAM_MANAGER = "team_manager"
    VIRTUAL_SCHOOL = "virtual_school"
    FINANCE = "finance"
    OPERATOR = "operator"
    CARER = "carer"
    YOUNG_PERSON = "young_person"
    HEAD_TEACHER = "head_teacher"
    IRO = "iro"
    VIRTUAL_SCHOOL_HEAD = "virtual_school_head"
    ENGINEER = "engineer"
    """Sees what an operator sees, and may also reset, restart and end workflows."""

    @property
    def in_words(self) -> str:
        """The role as a sentence names it: `designated teacher`."""
        return _WORDS.get(self, self.value.replace("_", " "))


_WORDS = {
    Role.PASTORAL: "pastoral staff",
    Role.VIRTUAL_SCHOOL: "Virtual School",
    Role.FINANCE: "finance team",
    Role.VIRTUAL_SCHOOL_HEAD: "head of the Virtual School",
    Role.IRO: "IRO",
}

ACTING_ROLES = tuple(Role)[:9]

STAFF_ROLES = (
    Role.VIRTUAL_SCHOOL,
    Role.FINANCE,
    Role.OPERATOR,
    Role.IRO,
    Role.VIRTUAL_SCHOOL_HEAD,
    Role.ENGINEER,
)
"""Roles that may hold for the whole authority. The first three act; an engineer repairs; the others read."""

AT_THE_CONSOLE = frozenset({Role.OPERATOR, Role.ENGINEER})
"""They see references and states, no names and no content (PROCESS.md, People)."""

FAMILY_ROLES = frozenset({Role.CARER, Role.YOUNG_PERSON})
"""They read what is shared with them, and nothing about how the service works (PROCESS.md, People)."""

READ_WHAT_IS_SHARED = FAMILY_ROLES | {Role.IRO}
"""They read what is shared with them: no grant, and not what is missing from whom (PROCESS.md, People)."""

SCHOOL_ROLES = frozenset({Role.DESIGNATED_TEACHER, Role.PASTORAL, Role.HEAD_TEACHER})
"""People who are not chased in their school's holiday."""

BOTH_PARTIES = (Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER)
"""The two who complete and sign a PEP (PROCESS.md A1, A3, A4)."""


def named(roles: tuple[Role, ...] | list[Role]) -> str:
    """Roles as a sentence lists them: `the social worker and the designated teacher`."""
    words = [f"the {role.in_words}" for role in roles]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
