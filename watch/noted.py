"""Rounds that the record knows: when each last saw everything, and what it measured."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from contracts.service import ROUNDS
from store.sweeps import note_blind_sweep, note_sweep
from watch.parts import Parts
from watch.rounds import Round


def noted_round(
    parts: Parts, name: str, pause: timedelta, walk: Callable[[datetime], Awaitable[dict[str, Any]]]
) -> Round:
    """A round that is given the present instant (UTC), gives what it measured, and raises what it cannot see past.

    Raises ValueError for a name that is not in ROUNDS: the console would not know what to call it.
    """
    if name not in ROUNDS:
        raise ValueError("A round that is noted has its place in contracts.service.ROUNDS.")

    async def walked() -> None:
        now = await parts.clock.now()
        try:
            facts = await walk(now)
        except Exception as error:
            async with parts.database.transaction() as session:
                await note_blind_sweep(session, name, now, type(error).__name__)
            raise
        async with parts.database.transaction() as session:
            await note_sweep(session, name, now, facts)

    return Round(name, pause, walked)
