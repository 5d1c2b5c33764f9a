"""Who does what: for every kind of repair, and every kind of thing, the one function that does it."""

from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import RepairKind
from repairs.keys import Keys
from watch.parts import Parts
from watch.performing import dates, holds, letters, payments, people, runs, steps, waits
from watch.performing.deed import Deed, Done

InRecord = Callable[[AsyncSession, Deed], Awaitable[Done]]
"""Does it in the transaction that also keeps what came of it: once, whatever dies."""
Reaching = Callable[[Parts, Deed], Awaitable[Done]]
"""Reaches beyond that transaction; asked for again it finds out what it has done already."""

_IN_RECORD: dict[RepairKind, InRecord] = {
    RepairKind.HOLD_CASE: holds.hold,
    RepairKind.RELEASE_CASE: holds.release,
    RepairKind.RESEND: letters.resend,
    RepairKind.EXTEND: dates.extend,
    RepairKind.BRING_FORWARD: dates.bring_forward,
    RepairKind.PAID_OTHERWISE: payments.was_paid_otherwise,
    RepairKind.PAY_AGAIN: payments.is_paid_again,
}
_REACHING: dict[RepairKind, Reaching] = {
    RepairKind.HOLD_STEP: steps.hold,
    RepairKind.RELEASE_STEP: steps.release,
    RepairKind.REASSIGN: people.reassign,
    RepairKind.RESTART: runs.restart,
    RepairKind.RESET: runs.reset,
    RepairKind.CANCEL: runs.end,
}
_TRY_IN_RECORD: dict[str, InRecord] = {
    "letter": letters.try_letter,
    "review": waits.wake_review,
    "cycle": waits.wake_cycle,
}
_TRY_REACHING: dict[str, Reaching] = {
    "activity": steps.try_step,
    "payment": steps.try_payment,
    "workflow": waits.tell,
}


def in_record(deed: Deed, keys: Keys) -> InRecord | None:
    """What does it inside one transaction; None where it reaches further."""
    kind = RepairKind(deed.repair.kind)
    if kind is RepairKind.CORRECT_ADDRESS:
        return partial(people.correct_address, keys=keys)
    return _TRY_IN_RECORD.get(deed.what) if kind is RepairKind.TRY_NOW else _IN_RECORD.get(kind)


def reaching(deed: Deed) -> Reaching:
    """What does it beyond one transaction. KeyError where nothing does: `rules.repairs.FITS` says what can be asked."""
    kind = RepairKind(deed.repair.kind)
    return _TRY_REACHING[deed.what] if kind is RepairKind.TRY_NOW else _REACHING[kind]
