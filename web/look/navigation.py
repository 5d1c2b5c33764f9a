"""The doors that somebody who has signed in sees on every page: those behind which something is theirs."""

from dataclasses import dataclass
from typing import Any

from contracts.people import AT_THE_CONSOLE, Role


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the service navigation. `roles`: it is for who has one of these offices; None: for everybody."""

    text: str
    href: str
    roles: frozenset[Role] | None = None


_LEAD = frozenset({Role.VIRTUAL_SCHOOL, Role.VIRTUAL_SCHOOL_HEAD, Role.FINANCE})
DOORS = (
    Door("My work", "/work"),
    Door("Today", "/today", _LEAD | {Role.TEAM_MANAGER}),
    Door("Children", "/cases"),
    Door("Reports", "/reports", _LEAD | {Role.TEAM_MANAGER}),
    Door("Payments", "/payments", _LEAD),
    Door("Problems", "/console", AT_THE_CONSOLE),
    Door("Repairs", "/console/repairs", AT_THE_CONSOLE | {Role.VIRTUAL_SCHOOL, Role.FINANCE}),
    Door("Health", "/console/health", AT_THE_CONSOLE),
    Door("Audit", "/console/audit", AT_THE_CONSOLE),
)
"""What stands in the service navigation, in this order."""
_NOT_AT_THE_CONSOLE = "/work"
"""Who does nothing but keep the service running has no work on a plan: theirs begins at the problems."""


def doors_for(path: str, offices: frozenset[Role]) -> list[dict[str, Any]]:
    """The entries for somebody with these offices (Visitor.offices), as seen from a page and as
    `govukServiceNavigation` reads them: `current` is this very page, `active` this one or one below it."""
    doors = [door for door in DOORS if _is_for(door, offices)]
    within = max((door.href for door in doors if f"{path}/".startswith(f"{door.href}/")), key=len, default="")
    return [
        {"text": door.text, "href": door.href, "current": path == door.href, "active": door.href == within}
        for door in doors
    ]


def _is_for(door: Door, offices: frozenset[Role]) -> bool:
    if door.href == _NOT_AT_THE_CONSOLE and offices and offices <= AT_THE_CONSOLE:
        return False
    return door.roles is None or bool(door.roles & offices)
