"""The one way to Temporal: every client of the product is made here, from values that are handed in.

`Client.connect` reads no environment and no profile file, so what a developer's machine has there changes nothing.
"""

import asyncio
import atexit
import secrets
import time
from datetime import timedelta
from functools import cache

from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client, Interceptor
from temporalio.common import HeaderCodecBehavior
from temporalio.service import RPCError, RPCStatusCode

from contracts.search import ALL_KEYS
from starter.converter import data_converter
from starter.encryption import KeyRing

PATIENCE = timedelta(seconds=10)
"""How long a start waits for Temporal before it says so."""

_PAUSE_AT_EXIT = 0.05


class TemporalUnreachableError(Exception):
    """Temporal did not answer. Acts are still taken and told later; what needs Temporal now has to wait."""


class SearchAttributeKindError(Exception):
    """The namespace has a search attribute of our name and of another kind. An operator removes or renames it."""


async def connect(
    address: str,
    namespace: str,
    ring: KeyRing,
    *,
    identity: str,
    lazy: bool = False,
    patience: timedelta = PATIENCE,
    tls: bool = False,
    api_key: str | None = None,
) -> Client:
    """Connect to Temporal at `host:port`; everything but ids, type names and search attributes is encrypted.

    `identity` is stored in clear in every history: take it from `identity_of`. With `lazy` the connection is made at
    the first call, so that a web server starts while Temporal is down; workers need a connection that is not lazy.
    Raises TemporalUnreachableError after `patience`.
    """
    _check_identity(identity)
    _let_the_sdk_finish_at_exit()
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await Client.connect(
                address,
                namespace=namespace,
                data_converter=data_converter(ring),
                header_codec_behavior=HeaderCodecBehavior.CODEC,
                identity=identity,
                lazy=lazy,
                connect_timeout=patience,
                tls=tls,
                api_key=api_key,
                interceptors=_interceptors(),
            )
    except (RuntimeError, TimeoutError) as error:
        raise TemporalUnreachableError(
            f"Temporal at {address} did not answer within {patience.total_seconds():g} seconds."
        ) from error


def _interceptors() -> list[Interceptor]:
    """Where this process is traced (telemetry.py), so are signals, workflows and activities: what ties them together
    goes in a header, which is encrypted like the rest."""
    if isinstance(get_tracer_provider(), ProxyTracerProvider):
        return []
    from temporalio.contrib.opentelemetry import TracingInterceptor  # it is slow to import

    return [TracingInterceptor()]


def identity_of(part: str) -> str:
    """A name for this process in histories, `pep-worker-3f9a1c02`: the SDK's own would be process id and host name."""
    return f"pep-{part}-{secrets.token_hex(4)}"


async def register_search_attributes(client: Client) -> None:
    """Make sure that the namespace knows `contracts.search`; again without effect.

    Raises SearchAttributeKindError where a name is taken by another kind. (The time-skipping server refuses what it
    already has, and cannot list.)
    """
    for key in ALL_KEYS:
        await _register(client, key.name, key.indexed_value_type)
    known = await _known_search_attributes(client)
    wrong = [key.name for key in ALL_KEYS if known.get(key.name, key.indexed_value_type) != key.indexed_value_type]
    if wrong:
        raise SearchAttributeKindError(
            f"The namespace {client.namespace} already has {', '.join(wrong)} with another kind than keyword."
        )


async def _register(client: Client, name: str, kind: int) -> None:
    request = AddSearchAttributesRequest(
        namespace=client.namespace, search_attributes={name: IndexedValueType.ValueType(kind)}
    )
    try:
        await client.operator_service.add_search_attributes(request, timeout=PATIENCE)
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise


async def _known_search_attributes(client: Client) -> dict[str, int]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        answer = await client.operator_service.list_search_attributes(request, timeout=PATIENCE)
    except RPCError as error:
        if error.status != RPCStatusCode.UNIMPLEMENTED:
            raise
        return {}
    return dict(answer.custom_attributes)


def _check_identity(identity: str) -> None:
    if not identity or "@" in identity:
        raise ValueError("A client needs an identity that names no host and no user: use identity_of.")


@cache
def _let_the_sdk_finish_at_exit() -> None:
    """Without a moment's pause one in ten short commands died of a segmentation fault after its work was done.

    The SDK's threads hand their last results to an interpreter that is already gone
    (https://github.com/temporalio/sdk-python/issues/300).
    """
    atexit.register(time.sleep, _PAUSE_AT_EXIT)
