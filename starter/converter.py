"""How values are written to Temporal and read back: JSON, then sealed.

Workflow code reads and writes through the same converter, inside the sandbox. The classes below are handed to it as
they are, so nothing of this room is imported there again and nothing of it needs passing through; keep this file free
of imports inside functions, which the sandbox would run.
"""

import dataclasses
import json
from datetime import UTC, date, datetime
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    JSONTypeConverter,
)

from starter.encryption import KeyRing, PayloadEncryption


class PayloadMismatchError(RuntimeError):
    """A payload does not fit the type that is expected. The message names types only: a log keeps no values."""


def data_converter(ring: KeyRing) -> DataConverter:
    """The converter of every client and worker. Payloads, failure messages and stack traces are sealed with `ring`.

    Takes what JSON takes, and: dataclasses (frozen and with slots too), days, aware datetimes (written and read as
    UTC), `StrEnum`, tuples, sets. Refuses everything else, naive datetimes, `Decimal` and `timedelta` among it.
    """
    return DataConverter(
        payload_converter_class=PepPayloadConverter,
        payload_codec=PayloadEncryption(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


class PepJsonEncoder(json.JSONEncoder):
    """Writes the closed set of types that cross a process boundary here, each in one way only."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return _instant_written(o)
        if isinstance(o, date):
            return o.isoformat()
        if dataclasses.is_dataclass(o) and not isinstance(o, type):
            return {field.name: getattr(o, field.name) for field in dataclasses.fields(o)}
        if isinstance(o, set | frozenset):
            # In an order that does not change from one process to the next.
            return sorted(o, key=lambda member: json.dumps(member, cls=PepJsonEncoder, sort_keys=True))
        return super().default(o)


class PepDaysAndInstants(JSONTypeConverter):
    """Reads `date` and `datetime`.

    The hints are compared by equality: a type that was named in sandboxed workflow code arrives as the sandbox's
    stand-in, which equals the real one but is not it, and the SDK drops a signal whose arguments it cannot read.
    """

    def to_typed_value(self, hint: type, value: Any) -> Any:
        if hint == datetime:
            return _instant_read(value)
        if hint == date:
            return _day_read(value)
        return JSONTypeConverter.Unhandled


class PepJsonConverter(JSONPlainPayloadConverter):
    """`json/plain` with days, whose errors carry no values."""

    def __init__(self) -> None:
        super().__init__(encoder=PepJsonEncoder, custom_type_converters=[PepDaysAndInstants()])

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        try:
            return super().from_payload(payload, type_hint)
        except Exception:
            expected = getattr(type_hint, "__name__", None) or str(type_hint)
            raise PayloadMismatchError(f"A payload is not what was expected: {expected}.") from None


class PepPayloadConverter(CompositePayloadConverter):
    """The SDK's converters with our JSON in the place of its own, which comes last."""

    def __init__(self) -> None:
        *others, _json = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*others, PepJsonConverter())


def _instant_written(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise TypeError("A datetime without a zone is no instant. Give it one, or send a date.")
    return instant.astimezone(UTC).isoformat()


def _instant_read(value: Any) -> datetime:
    if not isinstance(value, str):
        raise TypeError(f"Expected an instant as text, found {type(value).__name__}.")
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise TypeError("Expected an instant with its zone.")
    return instant.astimezone(UTC)


def _day_read(value: Any) -> date:
    if not isinstance(value, str):
        raise TypeError(f"Expected a day as text, found {type(value).__name__}.")
    return date.fromisoformat(value)
