"""The key ring and the codec: what is sealed opens only where it belongs, and nothing ever shows a key."""

import base64
import copy
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.converter import ActivitySerializationContext, SerializationContext, WorkflowSerializationContext

from starter.encryption import (
    DamagedPayloadError,
    EncryptionError,
    ForeignPayloadError,
    InvalidKeyRingError,
    KeyRing,
    PayloadEncryption,
    PlainTextPayloadError,
    UnknownKeyError,
)

WORDS = b"words of a child"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=WORDS)
KEY = base64.b64encode(b"k" * 32).decode()


def in_workflow(workflow_id: str) -> SerializationContext:
    return WorkflowSerializationContext(namespace="default", workflow_id=workflow_id)


def codec(ring: KeyRing, workflow_id: str = "review-1") -> PayloadEncryption:
    return PayloadEncryption(ring).with_context(in_workflow(workflow_id))


async def test_a_payload_opens_again_to_what_it_was() -> None:
    ring = KeyRing.generate()
    [sealed] = await codec(ring).encode([PLAIN])
    assert await codec(ring).decode([sealed]) == [PLAIN]


async def test_nothing_of_a_payload_is_readable_but_its_key_and_its_workflow() -> None:
    ring = KeyRing.generate()
    [sealed] = await codec(ring).encode([PLAIN])
    assert WORDS not in sealed.SerializeToString()
    assert b"json/plain" not in sealed.SerializeToString()
    assert sealed.metadata["pep-key"].decode() == ring.names[0]
    assert sealed.metadata["pep-workflow"] == b"review-1"


async def test_the_same_words_are_never_sealed_to_the_same_bytes() -> None:
    first, second = await codec(KeyRing.generate()).encode([PLAIN, PLAIN])
    assert first.data != second.data


@given(plain=st.binary(max_size=300), workflow_id=st.text(max_size=40))
def test_whatever_is_sealed_opens_for_the_same_workflow(plain: bytes, workflow_id: str) -> None:
    ring = KeyRing.generate()
    name, sealed = ring.seal(plain, workflow_id)
    assert ring.open(name, sealed, workflow_id) == plain


@given(place=st.integers(min_value=0, max_value=43))
def test_any_changed_byte_is_noticed(place: int) -> None:
    ring = KeyRing.generate()
    name, sealed = ring.seal(WORDS, "review-1")
    changed = bytearray(sealed)
    changed[place] ^= 1
    with pytest.raises(DamagedPayloadError):
        ring.open(name, bytes(changed), "review-1")


async def test_a_payload_of_another_workflow_is_refused() -> None:
    ring = KeyRing.generate()
    [sealed] = await codec(ring, "review-1").encode([PLAIN])
    with pytest.raises(ForeignPayloadError):
        await codec(ring, "review-2").decode([sealed])


async def test_a_forged_workflow_id_does_not_help() -> None:
    ring = KeyRing.generate()
    [sealed] = await codec(ring, "review-1").encode([PLAIN])
    for forged in (b"review-2", b""):
        sealed.metadata["pep-workflow"] = forged
        with pytest.raises(DamagedPayloadError):
            await codec(ring, "review-2").decode([sealed])


async def test_an_activity_of_the_workflow_reads_it_too() -> None:
    ring = KeyRing.generate()
    [sealed] = await codec(ring, "review-1").encode([PLAIN])
    context = ActivitySerializationContext("default", "1", "send", "pep", "review-1", "Review", is_local=False)
    assert await PayloadEncryption(ring).with_context(context).decode([sealed]) == [PLAIN]


async def test_a_tool_that_knows_no_workflow_reads_by_the_id_in_the_payload() -> None:
    ring = KeyRing.generate()
    [sealed] = await codec(ring, "review-1").encode([PLAIN])
    assert await PayloadEncryption(ring).decode([sealed]) == [PLAIN]


async def test_plain_text_is_refused() -> None:
    with pytest.raises(PlainTextPayloadError):
        await codec(KeyRing.generate()).decode([PLAIN])


async def test_a_payload_that_only_claims_to_be_encrypted_is_refused() -> None:
    claims = Payload(metadata={"encoding": b"binary/encrypted"}, data=WORDS)
    with pytest.raises(PlainTextPayloadError):
        await codec(KeyRing.generate()).decode([claims])


async def test_a_key_that_is_not_in_the_ring_is_named_in_the_error() -> None:
    [sealed] = await codec(KeyRing({"k1": b"1" * 32})).encode([PLAIN])
    with pytest.raises(UnknownKeyError, match="needs the key k1; the key ring has k2"):
        await codec(KeyRing({"k2": b"2" * 32})).decode([sealed])


async def test_a_key_name_from_outside_does_not_reach_a_log_as_it_is() -> None:
    [sealed] = await codec(KeyRing.generate()).encode([PLAIN])
    sealed.metadata["pep-key"] = b"\nforged log line"
    with pytest.raises(UnknownKeyError) as error:
        await codec(KeyRing.generate()).decode([sealed])
    assert "forged" not in str(error.value)


async def test_after_a_rotation_the_new_key_seals_and_both_open() -> None:
    before = KeyRing({"k1": b"1" * 32})
    after = KeyRing({"k2": b"2" * 32, "k1": b"1" * 32})
    [old] = await codec(before).encode([PLAIN])
    [new] = await codec(after).encode([PLAIN])
    assert new.metadata["pep-key"] == b"k2"
    assert await codec(after).decode([old, new]) == [PLAIN, PLAIN]


def test_two_generated_keys_differ_in_name_and_bytes() -> None:
    first, second = KeyRing.generate(), KeyRing.generate()
    assert first.names != second.names


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"k1": b"topsecret"}, "The key k1 has 9 bytes; AES-256 needs 32"),
        ({"top|secret": b"1" * 32}, "A key's name may have"),
        ({"": b"1" * 32}, "A key's name may have"),
    ],
)
def test_a_wrong_key_is_explained_without_showing_it(keys: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(InvalidKeyRingError, match=sentence) as error:
        KeyRing(keys)
    assert "topsecret" not in str(error.value)
    assert "top|secret" not in str(error.value)


def test_an_empty_ring_is_refused() -> None:
    with pytest.raises(InvalidKeyRingError):
        KeyRing({})


@pytest.mark.parametrize("show", [repr, str, lambda ring: repr(PayloadEncryption(ring))])
def test_no_key_is_ever_shown(show: Callable[[KeyRing], str]) -> None:
    key = base64.b64encode(b"topsecret" * 3 + b"12345").decode()
    ring = KeyRing({"k1": base64.b64decode(key)})
    assert key not in show(ring)
    assert "topsecret" not in show(ring)


@pytest.mark.parametrize("leave", [pickle.dumps, copy.deepcopy])
def test_a_ring_does_not_leave_the_process(leave: Callable[[KeyRing], object]) -> None:
    with pytest.raises(TypeError):
        leave(KeyRing.generate())


def test_every_refusal_is_an_encryption_error() -> None:
    kinds = (DamagedPayloadError, ForeignPayloadError, InvalidKeyRingError, PlainTextPayloadError, UnknownKeyError)
    assert all(issubclass(kind, EncryptionError) for kind in kinds)
