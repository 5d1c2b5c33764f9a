"""Who sees what of a case object (PROCESS.md, People): finance and operators see nothing that somebody wrote."""

from collections.abc import Collection, Mapping
from typing import Any

from contracts.people import Role
from store.caseload import NAMELESS, SeenCase
from store.schools import place_of

_NOT_FOR_FINANCE: dict[str, Any] = {
    "held_by": [],
    "since": None,
    "until": None,
    "missing": [],
    "meeting": None,
    "next_meeting": None,
    "deadlines": [],
}


def as_seen(case: Mapping[str, Any], seen: SeenCase) -> dict[str, Any]:
    """The case object as this person may see it.

    Finance: reference, term, stage, grant and the school that is paid. Operators: everything but the meeting's place,
    which is free text.
    """
    if sees_names(seen.roles):
        return dict(case)
    if _only({Role.FINANCE}, seen.roles):
        return {**case, **_NOT_FOR_FINANCE, "school_urn": place_of(seen.case)}
    meeting = case["meeting"]
    return {**case, "meeting": {**meeting, "place": None} if meeting else None}


def sees_names(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles on a case is told the child's name."""
    return not _only(NAMELESS, roles)


def _only(these: Collection[Role], roles: Collection[Role]) -> bool:
    return all(role in these for role in roles)
