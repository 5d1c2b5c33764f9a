"""What somebody looks for, as an address can carry it: sealed, because it may be a child's name.

Addresses stay in browsers' histories and in proxies' logs, so they carry opaque references only.
"""

import base64
import binascii

from starter.encryption import EncryptionError, KeyRing


def sealed(ring: KeyRing, person_id: int, text: str) -> str:
    """The text for an address. Nobody else's browser opens it."""
    name, hidden = ring.seal(text.encode(), _bound_to(person_id))
    return f"{name}.{base64.urlsafe_b64encode(hidden).decode().rstrip('=')}"


def opened(ring: KeyRing, person_id: int, given: str) -> str:
    """What `sealed` made; nothing where it was somebody else's, was changed, or its key is gone."""
    name, _, hidden = given.rpartition(".")
    try:
        whole = base64.b64decode(hidden + "=" * (-len(hidden) % 4), altchars=b"-_", validate=True)
        return ring.open(name, whole, _bound_to(person_id)).decode()
    except (binascii.Error, ValueError, EncryptionError):
        return ""


def _bound_to(person_id: int) -> str:
    return f"search of person {person_id}"
