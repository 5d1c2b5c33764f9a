"""What signing in is made of, beside the database: the mail, the keys, the identity provider, the brakes."""

from dataclasses import dataclass, field

from starter.encryption import KeyRing
from web.auth.brake import Brake
from web.auth.codes import CodePost
from web.auth.identity_provider import IdentityProvider


def _asks() -> Brake:
    return Brake(at_once=200, a_minute=100)


def _guesses() -> Brake:
    return Brake(at_once=200, a_minute=10)


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Built by the composition root. Without a provider everybody signs in with a code."""

    codes: CodePost
    ring: KeyRing
    provider: IdentityProvider | None = None
    asks: Brake = field(default_factory=_asks)
    """Codes that are asked for: a council's whole morning fits, a list of a hundred thousand addresses does not."""
    guesses: Brake = field(default_factory=_guesses)
    """Wrong codes that might have been right, for whoever has an address here: people mistype a few an hour, 10 a
    minute is somebody who guesses."""
