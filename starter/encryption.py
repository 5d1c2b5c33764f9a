"""Encryption of everything that is handed to Temporal: AES-256-GCM, with keys that can be rotated.

Temporal keeps histories for as long as it is told to, in a database of its own, and its operators can read them. What
stands there is therefore sealed before it leaves this process, and bound to its workflow: a payload that is copied into
another workflow's history does not open. In clear stay the key's name and the workflow's id, which are opaque
(docs/operations.md says what else does).

Nothing here ever puts a key, or what was encrypted, into a message or a `repr`.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

KEY_BYTES = 32
NONCE_BYTES = 12
ENCODING = b"binary/encrypted"
KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
KEY_FIELD = "pep-key"
WORKFLOW_FIELD = "pep-workflow"


class EncryptionError(Exception):
    """What was read from Temporal, or the key ring itself, cannot be trusted; nothing is done with it."""


class InvalidKeyRingError(EncryptionError):
    """The setting that names the keys is not of the form `name:base64key,name:base64key`."""


class PlainTextPayloadError(EncryptionError):
    """A payload came without encryption. Whoever sent it had no key."""


class UnknownKeyError(EncryptionError):
    """A payload was encrypted with a key that is not in the ring (any more)."""


class ForeignPayloadError(EncryptionError):
    """A payload that was encrypted for one workflow was found in another."""


class DamagedPayloadError(EncryptionError):
    """A payload does not open with the key that it names: it was changed, or the key's name was used twice."""


class KeyRing:
    """AES-256 keys by name. The first one encrypts; every one decrypts what it once encrypted."""

    __slots__ = ("_ciphers", "_keys")

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise InvalidKeyRingError("The key ring is empty. Name at least one key as name:base64key.")
        for name, key in keys.items():
            _check(name, key)
        self._keys = dict(keys)
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}

    @classmethod
    def generate(cls) -> Self:
        """A ring with one new random key under a new name."""
        return cls({f"k{secrets.token_hex(4)}": secrets.token_bytes(KEY_BYTES)})

    @property
    def names(self) -> tuple[str, ...]:
        """The keys' names, the one that encrypts first."""
        return tuple(self._keys)

    def seal(self, plain: bytes, workflow_id: str) -> tuple[str, bytes]:
        """Encrypt with the first key. Returns that key's name and the sealed bytes."""
        name = self.names[0]
        nonce = secrets.token_bytes(NONCE_BYTES)
        return name, nonce + self._ciphers[name].encrypt(nonce, plain, _associated(name, workflow_id))

    def open(self, name: str, sealed: bytes, workflow_id: str) -> bytes:
        """Decrypt what `seal` made for this workflow. Raises UnknownKeyError or DamagedPayloadError."""
        cipher = self._ciphers.get(name)
        if cipher is None:
            known = ", ".join(self.names)
            raise UnknownKeyError(
                f"A payload needs the key {_shown(name)}; the key ring has {known}. "
                "Put the missing key back behind the others (docs/operations.md, Encryption keys)."
            )
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _associated(name, workflow_id))
        except (InvalidTag, ValueError):
            raise DamagedPayloadError(f"A payload does not open with the key {name} that it names.") from None

    def sign(self, message: bytes, purpose: str) -> tuple[str, str]:
        """Sign with a key derived from the first one for this purpose. Returns that key's name and the signature."""
        name = self.names[0]
        return name, self._signature(name, message, purpose)

    def has_signed(self, name: str, signature: str, message: bytes, purpose: str) -> bool:
        """Whether a key of this ring, the one of that name, signed this message."""
        return name in self._keys and hmac.compare_digest(self._signature(name, message, purpose), signature)

    def _signature(self, name: str, message: bytes, purpose: str) -> str:
        derived = hmac.digest(self._keys[name], f"{name}|{purpose}".encode(), hashlib.sha256)
        return hmac.new(derived, message, hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self.names)})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("A key ring is not pickled or copied: its keys would leave this process.")


class PayloadEncryption(PayloadCodec, WithSerializationContext):
    """Seals every payload for the workflow that it belongs to, and opens only what was sealed for that workflow.

    The SDK says which workflow by `with_context`. Without one (a header that a client sets, the only case in use) a
    payload is bound to no workflow. Plain text is refused, whoever sends it.
    """

    def __init__(self, ring: KeyRing, workflow_id: str = "") -> None:
        self._ring = ring
        self._workflow_id = workflow_id

    def with_context(self, context: SerializationContext) -> "PayloadEncryption":
        workflow_id = _workflow_of(context)
        return self if workflow_id == self._workflow_id else PayloadEncryption(self._ring, workflow_id)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        name, sealed = self._ring.seal(payload.SerializeToString(), self._workflow_id)
        metadata = {"encoding": ENCODING, KEY_FIELD: name.encode(), WORKFLOW_FIELD: self._workflow_id.encode()}
        return Payload(metadata=metadata, data=sealed)

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING or KEY_FIELD not in payload.metadata:
            raise PlainTextPayloadError(
                "A payload came without encryption and was refused. Tools that talk to Temporal need the key ring too."
            )
        workflow_id = _text(payload.metadata.get(WORKFLOW_FIELD, b""))
        if self._workflow_id and workflow_id not in ("", self._workflow_id):
            raise ForeignPayloadError(
                f"A payload in the workflow {self._workflow_id} was encrypted for another one and was refused."
            )
        plain = self._ring.open(_text(payload.metadata[KEY_FIELD]), payload.data, workflow_id)
        try:
            return Payload.FromString(plain)
        except DecodeError:
            raise DamagedPayloadError("A payload opened to something that is no payload.") from None


def _workflow_of(context: SerializationContext) -> str:
    if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
        return context.workflow_id or ""
    return ""


def _associated(name: str, workflow_id: str) -> bytes:
    """What a payload is bound to. A key's name has no bar in it, so the two cannot be mistaken for each other."""
    return f"{name}|{workflow_id}".encode()


def _text(field: bytes) -> str:
    return field.decode("utf-8", errors="replace")


def _shown(name: str) -> str:
    """A key's name from outside, fit for a log line."""
    return name if KEY_NAME.fullmatch(name) else "with an unreadable name"


def _check(name: str, key: bytes) -> None:
    if not KEY_NAME.fullmatch(name):
        raise InvalidKeyRingError("A key's name may have 1 to 32 letters, digits, dots, dashes and underscores.")
    if len(key) != KEY_BYTES:
        raise InvalidKeyRingError(f"The key {name} has {len(key)} bytes; AES-256 needs {KEY_BYTES}.")
