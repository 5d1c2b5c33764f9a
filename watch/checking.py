"""Whether what was done has helped: a thing has moved on only when its step has been seen to succeed.

The proof is the record's: the letter was sent, the payment confirmed, the attempt succeeded, the clock has moved; or a
look's verdict on the finding; or, for a run that was started anew or taken back, that a worker has taken it up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import GoneBecause, ItemResult, RepairKind
from store import repairables, unsettled
from store.attempts import newest_of
from store.grants import LedgerState
from store.letters import LEFT, UNDELIVERED, LetterState
from store.outbox_tables import Letter
from store.overdue import still_due
from store.unsettled import PaymentState
from store.watch_tables import Attempt, RepairItem, RepairRow
from watch.looks.waits import has_moved
from watch.parts import Parts
from watch.performing.deed import Deed, Done
from watch.performing.payments import paying_step
from watch.performing.runs import workflow_of

WAITS_FOR = timedelta(minutes=30)
"""What has not been seen to succeed after so long counts as still failing; the problem is resolved whenever it does."""
_RUNS = (RepairKind.RESTART, RepairKind.RESET)
_SUCCEEDED = Done(ItemResult.MOVED_ON, "The step has been seen to succeed.")
_OVERTAKEN = Done(ItemResult.CHANGED_SINCE, "Nothing waits for it any more.")
_AGAIN = Done(ItemResult.STILL_FAILING, "It was tried again, and failed again.")
_NOT_SEEN = Done(ItemResult.STILL_FAILING, "It has not been seen to succeed within half an hour.")


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the record shows of the things of a repair."""

    gone: dict[int, tuple[datetime, str]]
    letters: dict[int, Letter]
    payments: dict[str, PaymentState]
    attempts: dict[tuple[str, str], Attempt]
    due: dict[str, datetime | None]
    """What reviews and cycles wait for, by their subjects."""
    facts: dict[int, dict[str, Any]]
    """What a look had seen of each finding."""


async def verdicts(parts: Parts, repair: RepairRow, items: Sequence[RepairItem], now: datetime) -> dict[int, Done]:
    """What is known by now of each thing that is being checked, by its number."""
    async with parts.database.transaction() as session:
        evidence = await _evidence(session, items)
    found = {item.number: _verdict(item, evidence, now) for item in items}
    if RepairKind(repair.kind) in _RUNS:
        for item in items:
            if found[item.number] in (None, _OVERTAKEN, _NOT_SEEN) and await _is_taken_up(parts, repair, item):
                found[item.number] = Done(ItemResult.MOVED_ON, "The run goes on: a worker has taken it up.")
    return {number: done for number, done in found.items() if done is not None}


async def _evidence(session: AsyncSession, items: Sequence[RepairItem]) -> _Evidence:
    named = [(item.subject.partition(":")[0], item.subject.partition(":")[2]) for item in items]
    findings = [item.finding_id for item in items if item.finding_id]
    return _Evidence(
        gone=await repairables.findings_gone(session, findings),
        letters=await unsettled.letters_with(session, [int(name) for what, name in named if what == "letter"]),
        payments=await unsettled.payments_now(session, [name for what, name in named if what == "payment"]),
        attempts=await newest_of(session, {step for item in items if (step := _step(item)) is not None}),
        due=await still_due(session, [item.subject for item in items]),
        facts=await repairables.facts_of_findings(session, findings),
    )


def _step(item: RepairItem) -> tuple[str, str] | None:
    what, _, name = item.subject.partition(":")
    if what == "activity":
        workflow_id, _, activity_id = name.rpartition(":")
        return workflow_id, activity_id
    if what == "payment" and item.workflow_id:
        return item.workflow_id, paying_step(item.workflow_id)
    return None


def _verdict(item: RepairItem, evidence: _Evidence, now: datetime) -> Done | None:
    done_at = item.at or now
    own = _of_the_thing(item, evidence, done_at, now)
    if own is not None:
        return own
    if item.finding_id in evidence.gone:
        gone_at, because = evidence.gone[item.finding_id]
        if gone_at >= done_at:
            return _SUCCEEDED if because == GoneBecause.SUCCEEDED else _OVERTAKEN
    return _NOT_SEEN if now - done_at >= WAITS_FOR else None


def _of_the_thing(item: RepairItem, evidence: _Evidence, done_at: datetime, now: datetime) -> Done | None:
    what, _, name = item.subject.partition(":")
    match what:
        case "letter":
            return _of_letter(evidence.letters.get(int(name)))
        case "payment" if name in evidence.payments and evidence.payments[name].state == LedgerState.CONFIRMED:
            return _SUCCEEDED
        case "review" | "cycle":
            return _of_wait(item, evidence, now)
    step = _step(item)
    attempt = evidence.attempts.get(step) if step is not None else None
    if attempt is None or attempt.at <= done_at:
        return None
    return _SUCCEEDED if attempt.succeeded else _AGAIN


def _of_letter(letter: Letter | None) -> Done | None:
    if letter is None or letter.state == LetterState.WITHDRAWN:
        return Done(ItemResult.CHANGED_SINCE, "The letter is no longer true, and was not sent.")
    if letter.state in LEFT:
        return Done(ItemResult.MOVED_ON, "The letter was sent.")
    if letter.state in UNDELIVERED:
        return Done(ItemResult.STILL_FAILING, "The letter was sent again, and did not arrive again.")
    return None


def _of_wait(item: RepairItem, evidence: _Evidence, now: datetime) -> Done | None:
    """As the look judges it: a grant that is due has followed when the review is at another stage."""
    if item.subject not in evidence.due:
        return _OVERTAKEN
    facts = evidence.facts.get(item.finding_id or 0, {})
    return _SUCCEEDED if has_moved(facts, evidence.due[item.subject], now) else None


async def _is_taken_up(parts: Parts, repair: RepairRow, item: RepairItem) -> bool:
    """Whether the run that goes on now is another one than was previewed, and a worker has come on in it."""
    workflow_id = workflow_of(Deed(repair, item, repair.asked_at))
    run = await parts.sight.run(workflow_id)
    if run is None or (not run.is_open and not run.completed):
        return False
    return run.taken_up and run.task_attempt == 0 and not run.problems and run.run_id != item.run_id
