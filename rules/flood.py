"""When an alert may go: what is found together is told together, and whoever is told is not flooded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

GATHERED_FOR = timedelta(minutes=1)
"""What is found within this time of the first goes in one message."""
MOST_AN_HOUR = 6
"""Messages on one channel within any hour; the last of them says that further ones are gathered until it is over."""
HOUR = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
"""After this long an alert that cannot be sent is given up; the page Health shows it."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)


def may_go(oldest: datetime, sent: Sequence[datetime], now: datetime) -> bool:
    """Whether a message with everything that waits, the oldest since `oldest`, may go now.

    `sent` are the instants of the messages of the last hour.
    """
    return now - oldest >= GATHERED_FOR and len(_lately(sent, now)) < MOST_AN_HOUR


def next_after(sent: Sequence[datetime], now: datetime) -> datetime | None:
    """If the message that goes now is the last one that may for a while: when the next may go."""
    lately = _lately(sent, now)
    if len(lately) < MOST_AN_HOUR - 1:
        return None
    return min((*lately, now)) + HOUR


def pause_after(attempts: int) -> timedelta:
    """How long to wait before the next attempt, after so many that failed (at least one)."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)


def is_given_up(since: datetime, now: datetime) -> bool:
    """Whether an alert of `since` is given up after an attempt that failed now."""
    return now - since >= GIVEN_UP_AFTER


def _lately(sent: Sequence[datetime], now: datetime) -> list[datetime]:
    return [at for at in sent if now - at < HOUR]
