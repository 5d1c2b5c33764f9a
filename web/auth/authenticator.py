"""Codes of an authenticator app (RFC 6238): six digits, new every thirty seconds, one step early or late taken."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta

import pyotp

from starter.encryption import DamagedPayloadError, KeyRing

STEP = timedelta(seconds=30)
_SECONDS = int(STEP.total_seconds())
_APART = 1
"""Steps by which a telephone's clock may be wrong."""


def new_secret() -> str:
    """A secret of 160 bits, in base32 as the apps take it."""
    return pyotp.random_base32()


def sealed(ring: KeyRing, person_id: int, secret: str) -> str:
    """A secret as it is kept: encrypted, and bound to its person, so that it opens in nobody else's row."""
    name, encrypted = ring.seal(secret.encode(), _bound_to(person_id))
    return f"{name}:{base64.b64encode(encrypted).decode()}"


def opened(ring: KeyRing, person_id: int, kept: str) -> str:
    """What `sealed` made. Raises UnknownKeyError where the ring has lost its key, else DamagedPayloadError."""
    name, _, encrypted = kept.partition(":")
    try:
        return ring.open(name, base64.b64decode(encrypted, validate=True), _bound_to(person_id)).decode()
    except binascii.Error:
        raise DamagedPayloadError("An authenticator's secret is not of the form that it was kept in.") from None


def is_sealed_with_first(ring: KeyRing, kept: str) -> bool:
    """Whether it was sealed with the key that encrypts now. If not, it is sealed anew when it is next used."""
    return kept.partition(":")[0] == ring.names[0]


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, if it is the present one or a neighbour's. `now` is UTC."""
    present = int(now.timestamp()) // _SECONDS
    codes = pyotp.HOTP(secret)
    fits = [step for step in range(present - _APART, present + _APART + 1) if _same(codes.at(step), code)]
    return fits[-1] if fits else None


def code_at(secret: str, now: datetime) -> str:
    """The code that the app shows now."""
    return pyotp.HOTP(secret).at(int(now.timestamp()) // _SECONDS)


def address_for_app(secret: str, email: str, owner: str) -> str:
    """The `otpauth:` address that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=owner)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _bound_to(person_id: int) -> str:
    """No workflow has such a name: what is sealed for Temporal and what is sealed here never open as each other."""
    return f"authenticator of person {person_id}"
