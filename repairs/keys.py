"""The settings' keys, as the desk needs them: to keep an address out of the clear, and to seal the audit.

`starter.encryption.KeyRing` is one; composition roots hand it in.
"""

import base64
from typing import Protocol

_ADDRESS = "the address of a repair"


class Keys(Protocol):
    """Seals and opens what is bound to a purpose, and signs so that only who has the keys can have signed."""

    def seal(self, _plain: bytes, _bound_to: str, /) -> tuple[str, bytes]: ...

    def open(self, _name: str, _sealed: bytes, _bound_to: str, /) -> bytes: ...

    def sign(self, _message: bytes, _purpose: str, /) -> tuple[str, str]: ...

    def has_signed(self, _name: str, _signature: str, _message: bytes, _purpose: str, /) -> bool: ...


def sealed_address(keys: Keys, address: str) -> str:
    """An address as a repair keeps it."""
    name, sealed = keys.seal(address.encode(), _ADDRESS)
    return f"{name}:{base64.b64encode(sealed).decode()}"


def address_in(keys: Keys, sealed: str) -> str:
    """What `sealed_address` sealed."""
    name, _, rest = sealed.partition(":")
    return keys.open(name, base64.b64decode(rest), _ADDRESS).decode()
