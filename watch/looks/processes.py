"""Processes of ours that no longer say that they live, and a queue for whose work nobody asks."""

from collections.abc import Sequence
from datetime import datetime

from contracts.problems import GoneBecause, ProblemKind
from rules.service_state import lives
from starter.seen import QueueSeen
from store.findings import OpenFinding, Stuck, open_findings
from store.heartbeats import laid_to_rest, processes, silent_since
from store.watch_tables import Heartbeat
from watch.looks.patience import Patience
from watch.parts import Parts

KIND = ProblemKind.SERVICE_STOPPED
_QUEUE = "process:queue "
_PROCESS = "process:"


async def look(parts: Parts, now: datetime, patience: Patience) -> list[Stuck]:
    """One whose place another has taken is told of all the same, once: it did not end as it should."""
    async with parts.database.transaction() as session:
        silent = await silent_since(session, now - patience.silent)
        everybody = await processes(session)
        told = {one.subject for one in await open_findings(session, KIND)}
    return [
        _stuck(one, now)
        for one in silent
        if f"{_PROCESS}{one.identity}" not in told or not _is_replaced(one, everybody, now, patience)
    ]


async def judge_with(
    parts: Parts, missing: Sequence[OpenFinding], now: datetime, patience: Patience
) -> dict[int, GoneBecause]:
    """A heartbeat again, its own or of whoever took its place. What is no longer missed is laid to rest."""
    of = {one.id: one.subject.removeprefix(_PROCESS) for one in missing if not one.subject.startswith(_QUEUE)}
    async with parts.database.transaction() as session:
        everybody = await processes(session)
        known = {row.identity: row for row in everybody}
        verdicts = {}
        for finding_id, identity in of.items():
            because = _verdict(known.get(identity), everybody, now, patience)
            if because is not None:
                verdicts[finding_id] = because
        gone = [of[finding_id] for finding_id in verdicts]
        dead = [one for one in gone if one in known and not lives(known[one], now, patience.silent)]
        await laid_to_rest(session, dead, now)
    return verdicts


def unpolled(queue: QueueSeen, name: str, now: datetime, patience: Patience) -> Stuck | None:
    """Nobody asks our queue for work: to whoever repairs it is the worker that has stopped."""
    if is_polled(queue, now, patience):
        return None
    facts = {"queue": name, "backlog": queue.backlog}
    return Stuck(kind=KIND, subject=f"{_QUEUE}{name}", step="worker", error_type="", seen_at=now, facts=facts)


def is_polled(queue: QueueSeen, now: datetime, patience: Patience) -> bool:
    """Whether somebody asks a queue for work. Who stopped stands among its pollers for some minutes more."""
    return queue.last_poll is not None and now - queue.last_poll <= patience.unpolled


def is_queue(finding: OpenFinding) -> bool:
    return finding.subject.startswith(_QUEUE)


def _verdict(
    row: Heartbeat | None, everybody: Sequence[Heartbeat], now: datetime, patience: Patience
) -> GoneBecause | None:
    if row is None:
        return GoneBecause.OVERTAKEN
    if row.stopped_at is not None or lives(row, now, patience.silent) or _is_replaced(row, everybody, now, patience):
        return GoneBecause.SUCCEEDED
    return None


def _is_replaced(row: Heartbeat, everybody: Sequence[Heartbeat], now: datetime, patience: Patience) -> bool:
    """Another of its part began after it fell silent; or others have done its work so long that it is not missed."""
    others = [one for one in everybody if one.part == row.part and one.identity != row.identity]
    beating = [one for one in others if lives(one, now, patience.silent)]
    if any(one.started_at > row.beat_at for one in beating):
        return True
    return bool(beating) and now - row.beat_at > patience.given_up


def _stuck(row: Heartbeat, now: datetime) -> Stuck:
    return Stuck(
        kind=KIND,
        subject=f"{_PROCESS}{row.identity}",
        step=row.part,
        error_type="",
        seen_at=now,
        facts={"last_beat": row.beat_at.isoformat(), "version": row.version},
    )
