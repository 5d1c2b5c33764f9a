"""A brake on what anybody may ask for: so many at once, then so many a minute, for this process as a whole.

The limits of one address are kept in PostgreSQL (`store/sign_ins.py`). This one stops who tries one after the other.
"""

from datetime import datetime


class Brake:
    """Lets `at_once` through, and `a_minute` every minute from then on."""

    def __init__(self, *, at_once: int, a_minute: int) -> None:
        self._most, self._a_minute = float(at_once), a_minute
        self._left = self._most
        self._looked_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it must wait. `now` is UTC."""
        return self._refilled(now) < 1

    def count(self, now: datetime) -> None:
        """One more went through."""
        self._left = max(0.0, self._refilled(now) - 1)

    def _refilled(self, now: datetime) -> float:
        if self._looked_at is not None:
            minutes = max(0.0, (now - self._looked_at).total_seconds() / 60)
            self._left = min(self._most, self._left + minutes * self._a_minute)
        self._looked_at = now
        return self._left
