"""From a preview to a repair that runs: by the person who asked, and by a second one where two are needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import AT_THE_CONSOLE, Role
from contracts.problems import RepairKind, RepairState
from repairs.asking import check_typed, checked_reason, role_to_approve
from repairs.audit import Entry, note, words_hash
from repairs.errors import RepairRefused, UnknownRepair
from repairs.stamps import seen_now
from rules.repairs import WHO_MAY_APPROVE, WHO_MAY_REPAIR, needs_two
from store.repairs import find_repair, items_of, leave_out_the_rest, repairs_under_way_with
from store.watch_tables import RepairRow

PREVIEW_LASTS = timedelta(minutes=30)
APPROVAL_LASTS = timedelta(hours=24)
_ANOTHER_LIST = "This is not the list that was previewed. Look at it again, and confirm what you see."
_TOO_LATE = "It was too long ago that this was looked at. Make a new preview."
_OVER = {
    RepairState.DONE: "This repair is done.",
    RepairState.STOPPED: "This repair was stopped.",
    RepairState.REFUSED: "The second person said no to this repair. Make a new preview if it is still wanted.",
    RepairState.EXPIRED: _TOO_LATE,
}


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is at the desk, with every role of theirs."""

    person_id: int
    roles: frozenset[Role]


async def confirm(
    session: AsyncSession, operator: Operator, number: int, frozen: str, typed: int | None, now: datetime
) -> RepairState:
    """See `RepairDesk.confirm`; inside its transaction."""
    row = await _locked(session, number)
    if row.asked_by != operator.person_id:
        raise RepairRefused(["Somebody else has previewed this. Make a preview of your own."])
    if row.frozen != frozen:
        raise RepairRefused([_ANOTHER_LIST])
    if row.state in (RepairState.RUNNING, RepairState.AWAITING_APPROVAL):
        return RepairState(row.state)  # the button was pressed twice
    _still_waits(row, RepairState.PREVIEWED, now)
    check_typed(row.count, typed)
    await _is_as_it_was(session, row)
    await _nobody_else_does_it(session, number)
    if needs_two(RepairKind(row.kind)):
        row.state, row.expires_at = RepairState.AWAITING_APPROVAL, now + APPROVAL_LASTS
    else:
        row.state, row.begun_at = RepairState.RUNNING, now
    await note(session, now, _line("confirmed", operator, row))
    return RepairState(row.state)


async def approve(session: AsyncSession, operator: Operator, number: int, frozen: str, now: datetime) -> RepairState:
    """See `RepairDesk.approve`; inside its transaction."""
    row = await _of_somebody_else(session, operator, number)
    if row.frozen != frozen:
        raise RepairRefused([_ANOTHER_LIST])
    if row.state == RepairState.RUNNING and row.approved_by == operator.person_id:
        return RepairState.RUNNING  # the button was pressed twice
    _still_waits(row, RepairState.AWAITING_APPROVAL, now)
    await _is_as_it_was(session, row)
    row.state, row.approved_by, row.approved_at, row.begun_at = RepairState.RUNNING, operator.person_id, now, now
    await note(session, now, _line("approved", operator, row))
    return RepairState.RUNNING


async def refuse(session: AsyncSession, operator: Operator, number: int, reason: str, now: datetime) -> RepairState:
    """See `RepairDesk.refuse`; inside its transaction."""
    words = checked_reason(reason)
    row = await _of_somebody_else(session, operator, number)
    _still_waits(row, RepairState.AWAITING_APPROVAL, now)
    row.state, row.ended_at, row.refusal = RepairState.REFUSED, now, words
    await note(session, now, _line("refused", operator, row, reason_sha256=words_hash(words)))
    return RepairState.REFUSED


async def stop(session: AsyncSession, operator: Operator, number: int, now: datetime) -> RepairState:
    """See `RepairDesk.stop`; inside its transaction."""
    row = await _locked(session, number)
    kind = RepairKind(row.kind)
    may = {*WHO_MAY_REPAIR[kind], *WHO_MAY_APPROVE.get(kind, ()), *AT_THE_CONSOLE}
    if operator.person_id != row.asked_by and not may & operator.roles:
        raise RepairRefused(["This repair is not yours to stop; ask whoever began it."])
    if row.state == RepairState.STOPPED:
        return RepairState.STOPPED
    if row.state not in (RepairState.PREVIEWED, RepairState.AWAITING_APPROVAL, RepairState.RUNNING):
        raise RepairRefused([f"{_OVER[RepairState(row.state)]} There is nothing to stop."])
    row.stopped_by = operator.person_id
    if row.state != RepairState.RUNNING:
        row.ended_at = now
    row.state = RepairState.STOPPED
    left_out = await leave_out_the_rest(session, number, now)
    await note(session, now, _line("stopped", operator, row, left_out=left_out))
    return RepairState.STOPPED


async def _locked(session: AsyncSession, number: int) -> RepairRow:
    row = await find_repair(session, number, lock=True)
    if row is None:
        raise UnknownRepair
    return row


async def _of_somebody_else(session: AsyncSession, operator: Operator, number: int) -> RepairRow:
    row = await _locked(session, number)
    if row.asked_by == operator.person_id:
        raise RepairRefused(["You asked for this yourself: another person has to agree to it."])
    role_to_approve(RepairKind(row.kind), operator.roles)
    return row


def _still_waits(row: RepairRow, state: RepairState, now: datetime) -> None:
    if row.state in _OVER:
        raise RepairRefused([_OVER[RepairState(row.state)]])
    if row.state == RepairState.PREVIEWED and state is not RepairState.PREVIEWED:
        raise RepairRefused(["Whoever previewed this has not confirmed it yet."])
    if row.state != state:
        raise RepairRefused(["This repair is under way already."])
    if row.expires_at <= now:
        raise RepairRefused([_TOO_LATE])


async def _is_as_it_was(session: AsyncSession, row: RepairRow) -> None:
    """A stale preview is refused: what somebody agreed to is what they saw."""
    items = await items_of(session, row.id)
    seen = await seen_now(session, RepairKind(row.kind), row.parameters, items)
    changed = sum(item.seen != now for item, now in zip(items, seen, strict=True))
    if changed:
        what = "1 thing is" if changed == 1 else f"{changed} things are"
        raise RepairRefused([f"{what} no longer as the preview showed. Nothing was done. Make a new preview."])


async def _nobody_else_does_it(session: AsyncSession, number: int) -> None:
    others = await repairs_under_way_with(session, number)
    if others:
        words = f"Repair {others[0]} is about some of the same things and is not over. Wait for it, or stop it."
        raise RepairRefused([words])


def _line(what: str, operator: Operator, row: RepairRow, **more: str | int) -> Entry:
    facts = {"repair": row.id, "kind": row.kind, "frozen": row.frozen, "count": row.count, "pence": row.pence, **more}
    return Entry(what, operator.person_id, facts=facts)
