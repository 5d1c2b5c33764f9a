"""How long something may take before it counts as stuck."""

from dataclasses import dataclass
from datetime import timedelta

from rules.service_state import SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Patience:
    """All of them together leave time to be seen within two minutes."""

    attempts: int = 3
    """So many failures of a step."""
    failing: timedelta = timedelta(seconds=60)
    """Or failing for so long, however often it was tried."""
    taken_up: timedelta = timedelta(seconds=30)
    """Until a worker takes up what waits for one."""
    followed: timedelta = timedelta(seconds=60)
    """After something was due, until it has its effect."""
    told: timedelta = timedelta(seconds=60)
    """After an act was stored, until its workflow knows."""
    letter_attempts: int = 3
    """So many failures of a letter."""
    answered: timedelta = timedelta(minutes=5)
    """After a payment was sent, until it is known what became of it."""
    silent: timedelta = SILENT_AFTER
    """After a heartbeat."""
    unpolled: timedelta = timedelta(seconds=75)
    """After somebody asked our queue for work: who waits for work asks anew once a minute."""
    given_up: timedelta = timedelta(days=1)
    """After a process died, while others do its work: it will not come back."""


AS_IN_SERVICE = Patience()
