"""`python -m web`: the composition root of the web process."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from fastapi import FastAPI

import settings
from casework.take import Casework
from connecting import client_for, post_of
from logs import configure
from release import code_stamp
from settings import Settings
from starter.encryption import KeyRing
from starter.relay import Relay
from starter.runtime import adopt_runtime
from starter.starting import Starter
from starter.watching import Watch
from store.clock import DatabaseClock
from store.database import Database
from store.heartbeats import Process, beating
from telemetry import fetched, traced
from web.app import create_app
from web.auth import codes, provider_pages
from web.auth.codes import CodePost
from web.auth.doorkeeper import Doorkeeper
from web.auth.identity_provider import IdentityProvider
from web.dependencies import Dependencies
from web.measuring import REGISTRY
from web.readiness import MailServer, Observer
from web.serving import server_of

log = logging.getLogger("web")


@asynccontextmanager
async def opened(given: Settings) -> AsyncIterator[FastAPI]:
    """The app on the parts that the settings name. Temporal may be away: the client connects when it can."""
    async with AsyncExitStack() as stack:
        database = Database(given.database_url)
        stack.push_async_callback(database.close)
        clock = DatabaseClock(database)
        client = await client_for("web", given, lazy=True)
        watch = Watch(client, given.task_queue)
        dependencies = Dependencies(
            database=database,
            clock=clock,
            casework=Casework(database, clock),
            relay=Relay(database, clock, client, Starter(client, given.task_queue)),
            observer=Observer(database, clock, watch, MailServer(given.smtp_host, given.smtp_port)),
            doorkeeper=doorkeeper_of(given),
            site_url=given.site_url,
        )
        process = Process(client.identity, "web", given.release or code_stamp())
        await stack.enter_async_context(beating(database, clock, process))
        reaching = asyncio.create_task(watch.until_reached())
        try:
            yield create_app(dependencies)
        finally:
            reaching.cancel()
            with suppress(asyncio.CancelledError):
                await reaching


def doorkeeper_of(given: Settings) -> Doorkeeper:
    """What signing in needs, from the settings."""
    mail = CodePost(post_of(given, codes.PATIENCE), given.mail_from)
    return Doorkeeper(mail, KeyRing(given.encryption_keys), provider_of(given))


def provider_of(given: Settings) -> IdentityProvider | None:
    """The authority's identity provider, where it has one."""
    if not (given.oidc_issuer and given.oidc_client_id and given.oidc_client_secret and given.oidc_name):
        return None
    return IdentityProvider(
        issuer=given.oidc_issuer,
        client_id=given.oidc_client_id,
        client_secret=given.oidc_client_secret.get_secret_value(),
        name=given.oidc_name,
        domains=given.oidc_domains,
        back=f"{given.site_url}{provider_pages.BACK}",
    )


async def main() -> None:
    given = settings.load()
    release = given.release or code_stamp()
    configure(given.log_level, "web", release)
    adopt_runtime()
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    measured = fetched(REGISTRY, given.metrics_host, given.web_metrics_port)
    with measured, traced(given.otlp_endpoint, "web", release):
        await serve(given)
    log.info("the web has stopped")


async def serve(given: Settings) -> None:
    """Serve the pages until the process is told to stop."""
    async with opened(given) as app:
        server = server_of(app, given.web_host, given.web_port, app.state.office.hub.close)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, setattr, server, "should_exit", True)
        await server.serve()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except settings.SettingsError as error:
        sys.exit(str(error))
