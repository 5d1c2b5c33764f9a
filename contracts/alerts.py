"""What whoever keeps the service running is told of by mail or by webhook. Stored by their values, so additive only."""

from enum import StrEnum


class AlertKind(StrEnum):
    """What has happened."""

    NEW = "new"
    """A problem that was not there before."""
    CAME_BACK = "came_back"
    """A problem that had been resolved."""
    RESOLVED = "resolved"
    """Told of a service that had stopped, and of nothing else: it works again."""
    DATABASE_AWAY = "database_away"
    DATABASE_BACK = "database_back"


class Channel(StrEnum):
    """How it is told."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class AlertState(StrEnum):
    """What became of one alert on one channel."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    """It could not be sent for a day."""
    HELD_BACK = "held_back"
    """Somebody has put the problem on hold, or nobody is to be told on this channel."""
