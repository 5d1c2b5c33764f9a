"""Kills a process, as far as a test can: the n-th step to the outside raises what nothing catches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.finance import FinanceSystem, PaymentAnswer, PaymentOrder
from contracts.clock import Clock
from store.database import Database


class Crash(BaseException):
    """The process is gone. No `except Exception` may see it."""


class Fuse:
    """Burns one step at a time and blows at the given one; without a number it only counts."""

    def __init__(self, blows_at: int | None = None) -> None:
        self.blows_at = blows_at
        self.steps = 0

    def burn(self) -> None:
        self.steps += 1
        if self.steps == self.blows_at:
            raise Crash


class CrashingDatabase(Database):
    """May die before a transaction, before its commit (which is then undone) and after it."""

    def __init__(self, inner: Database, fuse: Fuse) -> None:
        self.engine = inner.engine
        self._inner = inner
        self._fuse = fuse

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        self._fuse.burn()
        async with self._inner.transaction() as session:
            yield session
            self._fuse.burn()
        self._fuse.burn()


class CrashingFinance:
    """May die before the finance system hears of it, and after it has answered."""

    def __init__(self, inner: FinanceSystem, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    async def pay(self, payment: PaymentOrder) -> PaymentAnswer:
        self._fuse.burn()
        answer = await self._inner.pay(payment)
        self._fuse.burn()
        return answer

    async def look_up(self, key: str) -> PaymentAnswer:
        self._fuse.burn()
        answer = await self._inner.look_up(key)
        self._fuse.burn()
        return answer


class CrashingClock:
    """May die whenever it is asked what time it is."""

    def __init__(self, inner: Clock, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    async def now(self) -> datetime:
        self._fuse.burn()
        return await self._inner.now()
