"""What the watch is built from."""

from dataclasses import dataclass

from contracts.clock import Clock
from post.smtp import SmtpPost
from settings import Settings
from starter.hands import Hands
from starter.relay import Relay
from starter.sight import Sight
from starter.starting import Starter
from starter.versions import Versions
from store.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """Temporal's client is lazy: the watch starts, and sees what PostgreSQL knows, while Temporal is away."""

    settings: Settings
    database: Database
    clock: Clock
    sight: Sight
    hands: Hands
    starter: Starter
    relay: Relay
    post: SmtpPost
    versions: Versions | None = None
    """Only where workers have versions."""
