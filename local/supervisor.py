"""Keeps the parts of the service running: starts them, starts again what dies, stops all in order."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from local.errors import LocalError, StartFailedError

Say = Callable[[str], None]
"""Tells the person at the terminal one line."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 30.0
_STEADY = 60.0
"""Seconds after which a part that dies is thought to have run well: its next start is not delayed further."""
_ENOUGH = 3
"""Deaths of one part before the service was ever ready, after which it is given up."""


class Part(Protocol):
    """A process of the service. `start` returns when it can work, and works again after it died."""

    name: str
    log: Path

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def died(self) -> int: ...


class Supervisor:
    """Runs parts. What is started at a lower level is there for what is started at a higher, and stopped after it."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._levels: dict[int, list[Part]] = {}
        self._watches: list[asyncio.Task[None]] = []
        self._ready = False
        self._given_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, level: int, part: Part) -> None:
        """Start a part and watch it from then on. Raises `LocalError` if it does not start."""
        self._levels.setdefault(level, []).append(part)
        await part.start()
        self._watches.append(asyncio.create_task(self._watch(part)))

    def ready(self) -> None:
        """Say that the service has been able to work: from now on nothing that dies is given up."""
        self._ready = True

    async def given_up(self) -> None:
        """Wait until a part cannot be kept running before the service was ready; raises `StartFailedError` then."""
        await asyncio.shield(self._given_up)

    async def stop(self) -> None:
        """Stop every part, the highest level first, and wait for them."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for _, parts in sorted(self._levels.items(), reverse=True):
            await asyncio.gather(*(part.stop() for part in parts))
        self._given_up.cancel()

    async def _watch(self, part: Part) -> None:
        clock = asyncio.get_running_loop().time
        deaths = 0
        while True:
            began = clock()
            how = ending(await part.died())
            deaths = 1 if clock() - began > _STEADY else deaths + 1
            if deaths >= _ENOUGH and not self._ready:
                return self._give_up(part, how)
            await self._start_again(part, how, min(_FIRST_PAUSE * 2 ** (deaths - 1), _LONGEST_PAUSE))

    async def _start_again(self, part: Part, how: str, pause: float) -> None:
        self._say(f"{part.name} {how}. Starting it again in {pause:g} s. Its log: {part.log}")
        await asyncio.sleep(pause)
        try:
            await part.start()
        except LocalError:
            return  # it has died again, as the watch sees
        self._say(f"{part.name} runs again.")

    def _give_up(self, part: Part, how: str) -> None:
        if not self._given_up.done():
            message = f"{part.name} {how}, {_ENOUGH} times before the service was ready. Its log: {part.log}"
            self._given_up.set_exception(StartFailedError(message))


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"stopped with exit code {status}"
