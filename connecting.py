"""The composition roots' ways out: worker, web and command line reach Temporal and the mail server alike."""

from temporalio.client import Client

from post.smtp import Patience, SmtpPost
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


def post_of(given: Settings, patience: Patience | None = None) -> SmtpPost:
    """The way to the authority's mail server."""
    password = given.smtp_password.get_secret_value() if given.smtp_password else None
    return SmtpPost(
        given.smtp_host,
        given.smtp_port,
        user=given.smtp_user,
        password=password,
        start_tls=given.smtp_use_tls,
        patience=patience,
    )
