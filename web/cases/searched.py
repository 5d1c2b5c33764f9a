"""What somebody looks for, as an address can carry it: sealed, because it may be a child's name.

What was typed, and a team's name, which may name somebody, is sealed in every address, of lists and of reports.
Addresses stay in browsers' histories and in proxies' logs, so they carry opaque references only.
"""

import base64
import binascii
import json
from collections.abc import Collection, Mapping

from starter.encryption import EncryptionError, KeyRing


def sealed_fields(ring: KeyRing, person_id: int, fields: Mapping[str, str]) -> str:
    """The fields of a form that an address has sealed; nothing where they are empty."""
    typed = {name: text for name, text in fields.items() if text}
    return sealed(ring, person_id, json.dumps(typed)) if typed else ""


def opened_fields(ring: KeyRing, person_id: int, given: str, names: Collection[str]) -> dict[str, str]:
    """What `sealed_fields` made, of these names. A seal that is somebody else's, or was changed, is passed over."""
    text = opened(ring, person_id, given) if given else ""
    typed = json.loads(text) if text.startswith("{") else {}
    return {name: str(words) for name, words in typed.items() if name in names}


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
