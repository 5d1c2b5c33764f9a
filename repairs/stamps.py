"""How the things of a repair are now. It is kept with the preview as `seen`, and compared before anything is done.

Only what would make the repair another one is in it: a step that fails once more meanwhile is still the same step. No
address and no name: a person's row is told by PostgreSQL's number of its version.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.problems import RepairKind
from contracts.review import Standing
from rules.extending import deadline_to_move, extended
from store import repairables
from store.outbox_tables import Letter
from store.reviews import KeptReview
from store.tables import Case
from store.unsettled import letters_with

Seen = dict[str, Any]
GONE: Seen = {"there": False}


class Thing(Protocol):
    """A thing of a repair, previewed or stored."""

    @property
    def subject(self) -> str: ...

    @property
    def finding_id(self) -> int | None: ...

    @property
    def case_id(self) -> str | None: ...


async def seen_now(
    session: AsyncSession, kind: RepairKind, parameters: Mapping[str, Any], things: Sequence[Thing]
) -> list[Seen]:
    """How each of these is now, in their order."""
    looks = {
        RepairKind.HOLD_CASE: _holds,
        RepairKind.RELEASE_CASE: _holds,
        RepairKind.EXTEND: _deadlines,
        RepairKind.BRING_FORWARD: _openings,
        RepairKind.REASSIGN: _people,
    }
    look = looks.get(kind, _stuck)
    return await look(session, parameters, things)


async def _stuck(session: AsyncSession, _: Mapping[str, Any], things: Sequence[Thing]) -> list[Seen]:
    runs = await repairables.findings_still_there(session, [one.finding_id for one in things if one.finding_id])
    letters = await letters_with(session, [int(name) for name in _named("letter", things)])
    payments = await repairables.payments_under(session, _named("payment", things))
    versions = await repairables.person_versions(session, [int(name) for name in _named("person", things)])

    def seen(thing: Thing) -> Seen:
        if thing.finding_id is not None and thing.finding_id not in runs:
            return GONE
        what, _, name = thing.subject.partition(":")
        found: Seen = {"there": True}
        if thing.finding_id is not None:
            found["run"] = runs[thing.finding_id]
        match what:
            case "letter":
                letter = letters.get(int(name))
                return {**found, "letter": _state_of(letter)} if letter else GONE
            case "payment":
                return {**found, "payment": list(payments[name])} if name in payments else GONE
            case "person":
                return {**found, "version": versions[int(name)]} if int(name) in versions else GONE
        return found

    return [seen(thing) for thing in things]


def _state_of(letter: Letter) -> str:
    return letter.state if letter.settled_at is not None else "waiting"


def _named(what: str, things: Sequence[Thing]) -> list[str]:
    parts = [one.subject.partition(":") for one in things]
    return [name for kind, _, name in parts if kind == what]


async def _holds(session: AsyncSession, _: Mapping[str, Any], things: Sequence[Thing]) -> list[Seen]:
    held = await repairables.held_cases(session, [one.case_id for one in things if one.case_id])
    return [{"held": one.case_id in held} for one in things]


async def _deadlines(session: AsyncSession, parameters: Mapping[str, Any], things: Sequence[Thing]) -> list[Seen]:
    reviews = await repairables.reviews_with(session, _named("review", things))
    by = int(parameters["school_days"])
    return [_moved(reviews.get(one.subject.partition(":")[2]), by) for one in things]


def _moved(kept: KeptReview | None, school_days: int) -> Seen:
    """The deadline that would be moved, and where to. `changes` is not in it: a letter that goes out moves nothing."""
    if kept is None:
        return GONE
    before, after = deadline_to_move(kept.plan, kept.standing), None
    given = extended(kept.standing, school_days)
    if isinstance(given, Standing):
        after = deadline_to_move(kept.plan, given)
    if before is None or after is None:
        return {"there": True, "stage": kept.standing.stage.value}
    return {"there": True, "deadline": before.name, "on": before.on.isoformat(), "to": after.on.isoformat()}


async def _openings(session: AsyncSession, parameters: Mapping[str, Any], things: Sequence[Thing]) -> list[Seen]:
    cases = await repairables.cases_of(session, [one.case_id for one in things if one.case_id])

    def seen(case: Case | None) -> Seen:
        if case is None or not case.in_care or case.opens_at is None:
            return GONE
        return {"there": True, "term": case.opens_term, "at": case.opens_at.isoformat(), "to": parameters["on"]}

    return [seen(cases.get(one.case_id or "")) for one in things]


async def _people(session: AsyncSession, parameters: Mapping[str, Any], things: Sequence[Thing]) -> list[Seen]:
    found = await repairables.people_on(
        session, [one.case_id for one in things if one.case_id], Role(parameters["role"])
    )
    return [{"people": found.get(one.case_id or "", [])} for one in things]
