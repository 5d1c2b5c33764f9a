"""Carries repairs out: one thing after the other as it was previewed, and looks whether it has helped.

Any number of watches may do this at once: each thing is claimed by one. What is done in PostgreSQL alone is done in the
transaction that keeps the result, so it is done once whatever dies. What reaches further is claimed first, and asked
for again where a watch died meanwhile: the deed then finds out what it has done already.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import ItemResult, RepairKind
from repairs.audit import Entry, note
from repairs.helping import happens_to_problem
from repairs.stamps import seen_now
from rules.problems import ProblemEvent
from starter.connect import TemporalUnreachableError
from starter.encryption import KeyRing
from store.cases import lock_case
from store.repairables import covers_problem
from store.repairs import claim_item, end_if_done, expired, items_of, lock_item, repairs_in_hand
from store.watch_tables import ABOUT_NO_CASE, RepairItem, RepairRow
from watch.checking import verdicts
from watch.parts import Parts
from watch.performing.deed import CHANGED, Deed, Done, changed
from watch.performing.payments import paid_in
from watch.performing.performers import InRecord, in_record, reaching

AT_ONCE = 8
"""Things under way at the same time in one watch, whatever repairs they are of."""
TRIES_AGAIN_AFTER = timedelta(seconds=10)
"""What has to wait, for Temporal or for something else, waits so long."""
_PER_TRANSACTION = 50
_HOLDS = (RepairKind.HOLD_STEP, RepairKind.HOLD_CASE)
_THEN_TRIED = (RepairKind.PAID_OTHERWISE, RepairKind.PAY_AGAIN)
_RELEASES = (RepairKind.RELEASE_STEP, RepairKind.RELEASE_CASE)
log = logging.getLogger(__name__)


class CarryingOut:
    """A round of every watch."""

    def __init__(self, parts: Parts, at_once: int = AT_ONCE) -> None:
        self._parts = parts
        self._keys = KeyRing(parts.settings.encryption_keys)
        self._hands = at_once
        self._at_once = asyncio.Semaphore(at_once)
        self._temporal_answers = True
        self._let_go_at: dict[int, datetime] = {}

    async def walk(self) -> None:
        """Do what waits of every repair, look at what was done, end what is over."""
        self._temporal_answers = True
        await self._expire()
        async with self._parts.database.transaction() as session:
            in_hand = await repairs_in_hand(session)
        await asyncio.gather(*(self._carry_out(repair) for repair in in_hand))

    async def _carry_out(self, repair: RepairRow) -> None:
        done = sum(await asyncio.gather(*(self._one_after_the_other(repair) for _ in range(self._hands))))
        if done:
            await self._note_on_problem(repair)
        await self._check(repair)
        await self._end(repair)

    async def _one_after_the_other(self, repair: RepairRow) -> int:
        """Do things of a repair until none waits; gives how many. An outage ends it until the next round."""
        done = 0
        while True:
            async with self._at_once:
                deed = await self._claimed(repair)
                if deed is None:
                    return done
                try:
                    await self._do(deed)
                except TemporalUnreachableError:
                    await self._put_back(deed)
                    return done
            done += 1

    async def _claimed(self, repair: RepairRow) -> Deed | None:
        now = await self._parts.clock.now()
        async with self._parts.database.transaction() as session:
            claimed = await claim_item(session, repair.id, now)
        return Deed(repair, claimed.item, now, claimed.again) if claimed else None

    async def _do(self, deed: Deed) -> None:
        """Do one thing and keep what came of it. A fault of ours is kept as well, and stops no other thing."""
        performer = in_record(deed, self._keys)
        try:
            done = await (self._in_record(deed, performer) if performer else self._reaching(deed))
        except TemporalUnreachableError:
            raise
        except Exception as error:
            log.error("a repair could not be done", extra={"error_type": type(error).__name__})
            words = "It could not be done: a fault of this service. Report it with the number of this repair."
            done = Done(ItemResult.STILL_FAILING, words, {"error": type(error).__name__})
            async with self._parts.database.transaction() as session:
                await self._keep(session, deed, done)
        if done is not None:
            await self._follow(done)

    async def _in_record(self, deed: Deed, perform: InRecord) -> Done | None:
        async with self._parts.database.transaction() as session:
            if deed.item.case_id is not None:
                await lock_case(session, deed.item.case_id)
            if await lock_item(session, deed.item) is None:
                return None
            done = await perform(session, deed) if await _is_as_previewed(session, deed) else changed(CHANGED)
            await self._keep(session, deed, done)
        return done

    async def _reaching(self, deed: Deed) -> Done | None:
        async with self._parts.database.transaction() as session:
            as_previewed = deed.again or await _is_as_previewed(session, deed)
        done = await reaching(deed)(self._parts, deed) if as_previewed else changed(CHANGED)
        async with self._parts.database.transaction() as session:
            await self._keep(session, deed, done)
        return done

    async def _keep(self, session: AsyncSession, deed: Deed, done: Done) -> None:
        """The result and its line in the audit. Not where another watch has taken the thing up meanwhile: it says."""
        locked = await lock_item(session, deed.item)
        if locked is None:
            return
        now = await self._parts.clock.now()
        locked.result, locked.said, locked.at = done.result.value, done.said, now
        if done.result is ItemResult.WAITING:
            locked.at = now + TRIES_AGAIN_AFTER
            return
        await session.flush()
        facts = {"repair": deed.repair.id, "item": deed.item.number, "kind": deed.repair.kind}
        facts |= {"subject": deed.item.subject, "result": done.result.value, "approved_by": deed.repair.approved_by}
        chain = deed.item.case_id or ABOUT_NO_CASE
        await note(session, now, Entry("done", deed.repair.asked_by, chain, {**facts, **done.facts}))

    async def _put_back(self, deed: Deed) -> None:
        async with self._parts.database.transaction() as session:
            words = "Temporal does not answer; it is done as soon as it does."
            await self._keep(session, deed, Done(ItemResult.WAITING, words))

    async def _follow(self, done: Done) -> None:
        """Tell workflows at once, and have a step tried that can succeed now. Both come by themselves otherwise:

        where Temporal does not answer once, it is not asked for every one of hundreds.
        """
        try:
            if done.to_tell and self._temporal_answers:
                self._temporal_answers = await self._parts.relay.tell_all(done.to_tell)
            if done.then_try is not None and self._temporal_answers:
                step = done.then_try
                await self._parts.hands.try_now(step.workflow_id, None, step.step, step.deed)
        except TemporalUnreachableError:
            log.warning("Temporal hears of a repair later")

    async def _check(self, repair: RepairRow) -> None:
        async with self._parts.database.transaction() as session:
            items = await items_of(session, repair.id, ItemResult.CHECKING)
        if not items:
            return
        now = await self._parts.clock.now()
        try:
            found = await verdicts(self._parts, repair, items, now)
        except TemporalUnreachableError:
            return
        await self._let_go(repair, [item for item in items if item.number not in found], now)
        seen = [(item, found[item.number]) for item in items if item.number in found]
        for start in range(0, len(seen), _PER_TRANSACTION):
            async with self._parts.database.transaction() as session:
                lines = []
                for item, done in seen[start : start + _PER_TRANSACTION]:
                    locked = await lock_item(session, item)
                    if locked is not None:
                        locked.result, locked.said, locked.at = done.result.value, done.said, now
                        lines.append(_line_of_check(repair, item, done))
                await session.flush()
                await note(session, now, *lines)

    async def _let_go(self, repair: RepairRow, items: Sequence[RepairItem], now: datetime) -> None:
        """A step that pays is not left on hold where having it tried was broken off; looked at every ten seconds."""
        looked_at = self._let_go_at.get(repair.id)
        if RepairKind(repair.kind) not in _THEN_TRIED or (looked_at and now - looked_at < TRIES_AGAIN_AFTER):
            return
        self._let_go_at[repair.id] = now
        steps = [step for item in items if (step := paid_in(Deed(repair, item, now)))]
        with suppress(TemporalUnreachableError):
            for step in steps:
                await self._parts.hands.let_go(step.workflow_id, step.step, step.deed)

    async def _note_on_problem(self, repair: RepairRow) -> None:
        now = await self._parts.clock.now()
        async with self._parts.database.transaction() as session:
            event = await _what_it_was(session, repair)
            if event is not None:
                await happens_to_problem(session, repair.problem_id, event, now)

    async def _end(self, repair: RepairRow) -> None:
        now = await self._parts.clock.now()
        async with self._parts.database.transaction() as session:
            ended = await end_if_done(session, repair.id, now)
            if ended is None:
                return
            self._let_go_at.pop(repair.id, None)
            results = Counter(item.result for item in await items_of(session, repair.id))
            if _did_not_help(results) or (results[ItemResult.MOVED_ON] and await _is_of_a_part_only(session, repair)):
                await happens_to_problem(session, repair.problem_id, ProblemEvent.DID_NOT_HELP, now)
            await note(session, now, Entry("ended", facts={"repair": repair.id, "kind": repair.kind, **results}))

    async def _expire(self) -> None:
        now = await self._parts.clock.now()
        async with self._parts.database.transaction() as session:
            rows = await expired(session, now)
            await session.flush()
            facts = [{"repair": row.id, "kind": row.kind} for row in rows]
            await note(session, now, *(Entry("expired", facts=one) for one in facts))


async def _what_it_was(session: AsyncSession, repair: RepairRow) -> ProblemEvent | None:
    """What a repair has been to its problem so far: nothing where it has not done anything, or not held all of it."""
    kind = RepairKind(repair.kind)
    if kind in _RELEASES:
        return ProblemEvent.RELEASED
    if kind in _HOLDS:
        whole = repair.problem_id is not None and await covers_problem(session, repair.id, repair.problem_id)
        return ProblemEvent.HELD if whole else None
    was_done = await items_of(session, repair.id, ItemResult.CHECKING, ItemResult.MOVED_ON)
    return ProblemEvent.REPAIRED if was_done else None


async def _is_of_a_part_only(session: AsyncSession, repair: RepairRow) -> bool:
    """Whether more is stuck of the problem than was repaired: nobody checks that."""
    if repair.problem_id is None or RepairKind(repair.kind) in (*_HOLDS, *_RELEASES):
        return False
    return not await covers_problem(session, repair.id, repair.problem_id)


def _did_not_help(results: Counter[str]) -> bool:
    """Something still fails, or all that was begun came to nothing."""
    came_to_nothing = not results[ItemResult.MOVED_ON] and set(results) != {ItemResult.LEFT_OUT}
    return bool(results[ItemResult.STILL_FAILING]) or came_to_nothing


async def _is_as_previewed(session: AsyncSession, deed: Deed) -> bool:
    seen = await seen_now(session, RepairKind(deed.repair.kind), deed.parameters, [deed.item])
    return seen[0] == deed.item.seen


def _line_of_check(repair: RepairRow, item: RepairItem, done: Done) -> Entry:
    facts = {"repair": repair.id, "item": item.number, "kind": repair.kind, "result": done.result.value}
    return Entry("checked", None, item.case_id or ABOUT_NO_CASE, facts)
