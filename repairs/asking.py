"""What somebody asks for: whether they may, whether it is said well, and what else was given with it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from contracts.clock import in_words, london_date
from contracts.people import Role, named
from contracts.problems import RepairKind
from repairs.errors import RepairRefused
from rules.addresses import NOT_ONE, is_address
from rules.extending import DEADLINES, MOST_SCHOOL_DAYS
from rules.repairs import TYPED_COUNT_FROM, WHO_MAY_APPROVE, WHO_MAY_REPAIR, most_at_once

_WORDS_OF_A_REASON = 2
_LETTERS_OF_A_REASON = 10
_LONGEST_REASON = 500
_EVIDENCE = range(3, 101)
ROLES_TO_REASSIGN = (Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.TEAM_MANAGER, Role.PASTORAL)
Given = Mapping[str, str]
Read = dict[str, Any] | str
"""Parameters as they are kept, or what is wrong with them in a sentence."""


def role_to_ask(kind: RepairKind, roles: frozenset[Role]) -> Role:
    """The role in which somebody asks. Raises RepairRefused for who may not."""
    return _role(WHO_MAY_REPAIR[kind], roles, "ask for this")


def role_to_approve(kind: RepairKind, roles: frozenset[Role]) -> Role:
    """The role in which a second person agrees. Raises RepairRefused for who may not, and where one is enough."""
    if kind not in WHO_MAY_APPROVE:
        raise RepairRefused(["This needs no second person: who previewed it confirms it."])
    return _role(WHO_MAY_APPROVE[kind], roles, "agree to this")


def _role(allowed: tuple[Role, ...], roles: frozenset[Role], what: str) -> Role:
    found = next((role for role in allowed if role in roles), None)
    if found is None:
        raise RepairRefused([f"Only {named(allowed)} may {what}; ask one of them."])
    return found


def checked_reason(reason: str) -> str:
    """A reason that says something. Raises RepairRefused."""
    words = " ".join(reason.split())
    if len(words) < _LETTERS_OF_A_REASON or len(words.split()) < _WORDS_OF_A_REASON:
        raise RepairRefused(["Say why in a few words: whoever looks at this later has nothing else to go by."])
    if len(words) > _LONGEST_REASON:
        raise RepairRefused([f"Say why in at most {_LONGEST_REASON} characters; a longer story is a note."])
    return words


def check_count(kind: RepairKind, count: int) -> None:
    """Raises RepairRefused for nothing, and for more than one repair may touch."""
    if count == 0:
        raise RepairRefused(["There is nothing to do this to any more. Look at the problem again."])
    if count > most_at_once(kind):
        words = f"This would touch {count} things; one repair may touch {most_at_once(kind)}. Choose fewer of them."
        raise RepairRefused([words])


def check_typed(count: int, typed: int | None) -> None:
    """From ten things on their number is typed. Raises RepairRefused."""
    if count >= TYPED_COUNT_FROM and typed != count:
        raise RepairRefused(
            [f"Type {count}, the number of things that this touches, to say that you mean all of them."]
        )


def read(kind: RepairKind, given: Given | None, now: datetime) -> dict[str, Any]:
    """What else was given, as it is kept. An address is still in the clear. Raises RepairRefused for what is wrong."""
    fields = {name: str(value).strip() for name, value in (given or {}).items() if str(value).strip()}
    known, reader = _READERS.get(kind, ((), _nothing))
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise RepairRefused([f"{unknown[0]}: this is not asked here; leave it out."])
    found = reader(fields, now)
    if isinstance(found, str):
        raise RepairRefused([found])
    return found


def _nothing(_: Given, __: datetime) -> Read:
    return {}


def _extension(fields: Given, _: datetime) -> Read:
    typed = fields.get("school_days", "")
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= MOST_SCHOOL_DAYS):
        return f"school_days: give a whole number from 1 to {MOST_SCHOOL_DAYS}, by which the deadline moves."
    deadline = fields.get("deadline")
    if deadline is not None and deadline not in DEADLINES:
        return f"deadline: one of {', '.join(DEADLINES)}, or leave it out for the one that runs."
    return {"school_days": int(typed), **({"deadline": deadline} if deadline else {})}


def _opening_day(fields: Given, now: datetime) -> Read:
    try:
        on = date.fromisoformat(fields.get("on", ""))
    except ValueError:
        return "on: give the day on which the next review opens, for instance 2026-10-14."
    if on < london_date(now):
        return f"on: {in_words(on)} is over; give today or a day to come."
    return {"on": on.isoformat()}


def _person(fields: Given, _: datetime) -> Read:
    role, address = fields.get("role", ""), fields.get("address", "").lower()
    if role not in ROLES_TO_REASSIGN:
        return f"role: give the role that somebody else takes over, one of {', '.join(ROLES_TO_REASSIGN)}."
    if not is_address(address):
        return f"address: give the address of the person who takes over. This is {NOT_ONE}."
    return {"role": role, "address": address}


def _address(fields: Given, _: datetime) -> Read:
    address = fields.get("address", "").lower()
    return {"address": address} if is_address(address) else f"address: give the right address. This is {NOT_ONE}."


def _evidence(fields: Given, _: datetime) -> Read:
    evidence = fields.get("evidence", "")
    if len(evidence) not in _EVIDENCE or is_address(evidence):
        return "evidence: give the reference of the payment, as the bank or the finance system has it."
    return {"evidence": evidence}


def _event(fields: Given, _: datetime) -> Read:
    event = fields.get("event", "last")
    return {"event": event} if event in ("first", "last") else "event: first or last, the point to go back to."


_READERS: dict[RepairKind, tuple[tuple[str, ...], Callable[[Given, datetime], Read]]] = {
    RepairKind.EXTEND: (("school_days", "deadline"), _extension),
    RepairKind.BRING_FORWARD: (("on",), _opening_day),
    RepairKind.REASSIGN: (("role", "address"), _person),
    RepairKind.CORRECT_ADDRESS: (("address",), _address),
    RepairKind.PAID_OTHERWISE: (("evidence",), _evidence),
    RepairKind.RESET: (("event",), _event),
}
