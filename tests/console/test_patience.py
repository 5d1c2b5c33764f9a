"""Stuck work is seen within two minutes: how long the watch waits, and how often it looks."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from contracts.problems import ProblemKind
from store.database import Database
from tests.console.stage import Stage
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM
from watch.looks import rounds_of
from watch.looks.patience import AS_IN_SERVICE

TWO_MINUTES = timedelta(minutes=2)
_WALKS = timedelta(seconds=15)
"""What one walk may take beside its pause."""
_LONGER = {
    "answered": "a payment that was sent is looked up by its own step first: it is no more stuck than that",
    "given_up": "when a process is missed no more",
}


async def test_every_class_has_a_round_that_sees_it_within_two_minutes(database: Database, tmp_path: Path) -> None:
    async with Stage(database, tmp_path, MIDNIGHT_BEFORE_TERM) as stage:
        pauses = {one.name: one.pause for one in rounds_of(stage.watch)}
    assert set(ProblemKind) <= set(pauses)
    longest = max(pauses[kind] for kind in ProblemKind)
    for patience in fields(AS_IN_SERVICE):
        waits = getattr(AS_IN_SERVICE, patience.name)
        if isinstance(waits, timedelta) and patience.name not in _LONGER:
            assert waits + longest + _WALKS <= TWO_MINUTES, patience.name


def test_a_moment_of_trouble_is_no_problem() -> None:
    assert AS_IN_SERVICE.attempts == AS_IN_SERVICE.letter_attempts == 3
    assert AS_IN_SERVICE.silent > timedelta(seconds=40), "three heartbeats may be lost"
    assert AS_IN_SERVICE.unpolled > timedelta(seconds=60), "who waits for work asks anew once a minute"
