"""Rounds: what the watch does again and again, each by itself, so that one that is slow or broken stops no other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

log = logging.getLogger("watch")


@dataclass(frozen=True, slots=True)
class Round:
    """A named piece of work, and the pause after each time. `walk` raises what it cannot see past."""

    name: str
    pause: timedelta
    walk: Callable[[], Awaitable[None]]


async def walk_for_ever(rounds: Sequence[Round], stopped: asyncio.Event) -> None:
    """Walk every round until `stopped`; one in hand is finished."""
    await asyncio.gather(*(_again_and_again(one, stopped) for one in rounds))


async def _again_and_again(one: Round, stopped: asyncio.Event) -> None:
    while not stopped.is_set():
        try:
            await one.walk()
        except Exception as error:  # whatever it is, the next round may see past it
            log.warning(
                "a round of the watch could not be walked",
                extra={"round": one.name, "error_type": type(error).__name__},
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), one.pause.total_seconds())
