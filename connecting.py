"""The composition roots' way to Temporal: the worker, the web and the command line connect by the same settings."""

from temporalio.client import Client

from settings import Settings
from starter.connect import connect, identity_of
from starter.encryption import KeyRing


async def client_for(part: str, given: Settings, *, lazy: bool = False) -> Client:
    """A client named after the part of the service that uses it; with `lazy` it connects when it is first used.

    Raises TemporalUnreachableError, unless it is lazy.
    """
    return await connect(
        given.temporal_address,
        given.temporal_namespace,
        KeyRing(given.encryption_keys),
        identity=identity_of(part),
        lazy=lazy,
        tls=given.temporal_tls,
        api_key=given.temporal_api_key.get_secret_value() if given.temporal_api_key else None,
    )
