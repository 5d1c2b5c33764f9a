"""What may be done about what is stuck: what is offered, who may, whether it takes two people, and how many at once."""

from collections.abc import Collection

from contracts.errors import Fault
from contracts.people import AT_THE_CONSOLE, STAFF_ROLES, Role
from contracts.problems import NOT_TAKEN, ProblemKind, RepairKind

_CONSOLE = (Role.OPERATOR, Role.ENGINEER)
WHO_MAY_REPAIR: dict[RepairKind, tuple[Role, ...]] = {
    RepairKind.TRY_NOW: _CONSOLE,
    RepairKind.HOLD_STEP: _CONSOLE,
    RepairKind.RELEASE_STEP: _CONSOLE,
    RepairKind.HOLD_CASE: (*_CONSOLE, Role.VIRTUAL_SCHOOL),
    RepairKind.RELEASE_CASE: (*_CONSOLE, Role.VIRTUAL_SCHOOL),
    RepairKind.RESEND: (*_CONSOLE, Role.VIRTUAL_SCHOOL),
    RepairKind.CORRECT_ADDRESS: (Role.VIRTUAL_SCHOOL, Role.OPERATOR),
    RepairKind.EXTEND: (Role.VIRTUAL_SCHOOL,),
    RepairKind.BRING_FORWARD: (Role.VIRTUAL_SCHOOL,),
    RepairKind.REASSIGN: (Role.VIRTUAL_SCHOOL, Role.TEAM_MANAGER),
    RepairKind.PAID_OTHERWISE: (Role.FINANCE,),
    RepairKind.PAY_AGAIN: (Role.FINANCE,),
    RepairKind.RESTART: (Role.ENGINEER,),
    RepairKind.RESET: (Role.ENGINEER,),
    RepairKind.CANCEL: (Role.ENGINEER,),
}
"""Who may ask for a repair. Dates and people are the Virtual School's to change, money is finance's, runs are an
engineer's. An address is how somebody signs in: an operator may only ask, and a Virtual School officer agrees."""

WHO_MAY_APPROVE: dict[RepairKind, tuple[Role, ...]] = {
    RepairKind.CORRECT_ADDRESS: (Role.VIRTUAL_SCHOOL,),
    RepairKind.PAID_OTHERWISE: (Role.FINANCE,),
    RepairKind.PAY_AGAIN: (Role.FINANCE,),
    RepairKind.RESTART: _CONSOLE,
    RepairKind.RESET: _CONSOLE,
    RepairKind.CANCEL: _CONSOLE,
}
"""Repairs that need two people, and who may be the second: never the person who asked."""

NEEDS_TEMPORAL = frozenset(
    {
        RepairKind.TRY_NOW,
        RepairKind.HOLD_STEP,
        RepairKind.RELEASE_STEP,
        RepairKind.RESTART,
        RepairKind.RESET,
        RepairKind.CANCEL,
    }
)
"""What cannot work while Temporal is away: its buttons are disabled then. The others need PostgreSQL only."""

MOST_AT_ONCE: dict[RepairKind, int] = {
    RepairKind.PAID_OTHERWISE: 50,
    RepairKind.PAY_AGAIN: 50,
    RepairKind.RESET: 50,
    RepairKind.CANCEL: 50,
}
MOST = 2_500
"""Things that one repair may touch, where the table above says no less: every child of the largest authority."""
TYPED_COUNT_FROM = 10
"""From so many things on the number is typed, so that nobody does to hundreds what was meant for one."""

OFFERED: dict[ProblemKind, tuple[RepairKind, ...]] = {
    ProblemKind.ACTIVITY_FAILING: (RepairKind.TRY_NOW, RepairKind.HOLD_STEP, RepairKind.RELEASE_STEP),
    ProblemKind.WORKFLOW_FAILING: (RepairKind.RESTART, RepairKind.RESET, RepairKind.CANCEL),
    ProblemKind.NOT_PICKED_UP: (RepairKind.RESTART, RepairKind.CANCEL),
    ProblemKind.WAIT_PASSED: (RepairKind.TRY_NOW, RepairKind.RESTART),
    ProblemKind.NOT_TOLD: (RepairKind.TRY_NOW,),
    ProblemKind.LETTER_NOT_DELIVERED: (RepairKind.CORRECT_ADDRESS, RepairKind.RESEND),
    ProblemKind.PAYMENT_UNSURE: (RepairKind.TRY_NOW, RepairKind.PAID_OTHERWISE, RepairKind.PAY_AGAIN),
    ProblemKind.SERVICE_STOPPED: (),
}
"""What is offered for a problem, the suggested step first. A service that stopped is started where it runs; what waits
for it then goes on by itself."""
_OFFERED_OTHERWISE: dict[tuple[ProblemKind, str], tuple[RepairKind, ...]] = {
    (ProblemKind.ACTIVITY_FAILING, Fault.ON_HOLD): (RepairKind.RELEASE_CASE, RepairKind.TRY_NOW),
    (ProblemKind.NOT_PICKED_UP, NOT_TAKEN): (),
}
"""The same for one type of error. A step that waits because its case is on hold goes on once the case is released. A
run that waits for its turn is helped by more workers: started anew, it would wait again, behind all the others."""


_CASES = (RepairKind.HOLD_CASE, RepairKind.RELEASE_CASE)
FITS: dict[str, tuple[RepairKind, ...]] = {
    "activity": (
        RepairKind.TRY_NOW,
        RepairKind.HOLD_STEP,
        RepairKind.RELEASE_STEP,
        RepairKind.RESTART,
        RepairKind.RESET,
        RepairKind.CANCEL,
    ),
    "run": (RepairKind.RESTART, RepairKind.RESET, RepairKind.CANCEL),
    "review": (RepairKind.TRY_NOW, RepairKind.RESTART),
    "cycle": (RepairKind.TRY_NOW, RepairKind.RESTART),
    "workflow": (RepairKind.TRY_NOW, RepairKind.RESTART),
    "letter": (RepairKind.TRY_NOW, RepairKind.RESEND, RepairKind.CORRECT_ADDRESS),
    "payment": (RepairKind.TRY_NOW, RepairKind.PAID_OTHERWISE, RepairKind.PAY_AGAIN),
}
"""What can be done about a thing that is stuck, by the first word of its subject (store/watch_tables.py, Finding)."""
TO_A_CASE = (*_CASES, RepairKind.EXTEND, RepairKind.BRING_FORWARD, RepairKind.REASSIGN)
"""What is done to cases; nothing of them need be stuck."""


def offered(kind: ProblemKind, error_type: str) -> tuple[RepairKind, ...]:
    """What is offered for everything that is stuck in one way, the suggested step first."""
    return _OFFERED_OTHERWISE.get((kind, error_type), OFFERED[kind])


def fits(subject: str, kind: RepairKind) -> bool:
    """Whether this can be done about that thing."""
    return kind in _CASES or kind in FITS.get(subject.partition(":")[0], ())


def most_at_once(kind: RepairKind) -> int:
    """How many things one repair of this kind may touch."""
    return MOST_AT_ONCE.get(kind, MOST)


def needs_two(kind: RepairKind) -> bool:
    """Whether a second person has to agree before anything is done."""
    return kind in WHO_MAY_APPROVE


def may_ask(roles: Collection[Role]) -> list[RepairKind]:
    """What somebody with these roles may ask for."""
    return [kind for kind, allowed in WHO_MAY_REPAIR.items() if set(allowed) & set(roles)]


def may_approve(roles: Collection[Role]) -> list[RepairKind]:
    """What somebody with these roles may be the second person for."""
    return [kind for kind, allowed in WHO_MAY_APPROVE.items() if set(allowed) & set(roles)]


def sees_problem(kind: ProblemKind, roles: Collection[Role]) -> bool:
    """Whether somebody is shown a problem: everybody at the console, and who can do something about it.

    A problem is about the whole authority, so a role on single cases shows none.
    """
    theirs = set(roles) & set(STAFF_ROLES)
    if theirs & AT_THE_CONSOLE:
        return True
    return any(theirs & set(WHO_MAY_REPAIR[repair]) for repair in OFFERED[kind])
