"""Whether the service works, by its heartbeats and rounds: Temporal is back as soon as one round has reached it."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.problems import RepairKind
from contracts.service import Beat, RoundSeen
from rules.service_state import SILENT_AFTER, condition_of, why_not

NOW = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
AWAY = "TemporalUnreachableError"


def beat(part: str, ago: timedelta, *, stopped: bool = False) -> Beat:
    at = NOW - ago
    return Beat(f"{part}@{ago}", part, None, "1", NOW - timedelta(days=1), at, at if stopped else None)


def seen(name: str, tried: int, error: str | None = None, ended: int | None = None) -> RoundSeen:
    """A round that was tried so many seconds ago."""
    at = NOW - timedelta(seconds=tried)
    return RoundSeen(name, at if error is None else NOW - timedelta(seconds=ended or 600), at, error)


ALL = [beat(part, timedelta(seconds=3)) for part in ("worker", "web", "watch")]


def test_nothing_is_said_where_everything_works() -> None:
    assert condition_of(ALL, [seen("queue", 5)], NOW).sentences == []


def test_temporal_is_away_since_anybody_last_reached_it() -> None:
    rounds = [seen("queue", 5, AWAY, ended=420), seen("everything", 100, AWAY, ended=500), seen("letters", 4)]
    assert condition_of(ALL, rounds, NOW).temporal_away == NOW - timedelta(seconds=420)


def test_a_round_that_pauses_long_does_not_keep_temporal_away() -> None:
    rounds = [seen("queue", 5), seen("everything", 100, AWAY, ended=500)]
    assert condition_of(ALL, rounds, NOW).temporal_away is None


@pytest.mark.parametrize(("ago", "gone"), [(SILENT_AFTER, False), (SILENT_AFTER + timedelta(seconds=1), True)])
def test_a_worker_is_gone_when_the_last_of_them_is_silent(ago: timedelta, gone: bool) -> None:
    others = [beat("watch", timedelta(0)), beat("worker", timedelta(hours=1), stopped=True)]
    found = condition_of([*others, beat("worker", ago)], [seen("queue", 5)], NOW)
    assert (found.worker_gone is not None) == gone
    assert condition_of([*others, beat("worker", ago), *ALL], [seen("queue", 5)], NOW).worker_gone is None


def test_each_repair_waits_for_what_it_needs_and_for_nothing_else() -> None:
    away = condition_of(ALL, [seen("queue", 5, AWAY)], NOW)
    assert "Temporal is away" in (why_not(RepairKind.HOLD_STEP, away) or "")
    assert why_not(RepairKind.HOLD_CASE, away) is None
    no_worker = condition_of([beat("watch", timedelta(0)), beat("worker", timedelta(hours=1))], [seen("queue", 5)], NOW)
    assert "No worker runs" in (why_not(RepairKind.TRY_NOW, no_worker) or "")
    assert why_not(RepairKind.HOLD_STEP, no_worker) is None
    no_watch = condition_of(ALL[:1], [seen("queue", 400)], NOW)
    assert no_watch.watch_gone == NOW - timedelta(seconds=400)
    assert "The watch" in (why_not(RepairKind.EXTEND, no_watch) or "")
