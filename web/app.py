"""The one ASGI app of the web process."""

from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from web import health, information, pages
from web.api import dates, plans, routes
from web.auth import provider_pages, second_step, sign_in
from web.body_limit import BodyLimit
from web.cases import files, listing, seen_to, timeline, today, views
from web.console import routes as console
from web.dependencies import Dependencies, office_of
from web.edge import Edge
from web.epep import child, funding, history, meeting, own_pages, plan, review, work
from web.epep import routes as forms
from web.epep.attached import routes as attached
from web.epep.take_away import routes as take_away
from web.errors import add_handlers
from web.live import news
from web.look.static import Kept
from web.openapi import describe
from web.origin import SameOrigin
from web.payments import routes as payments
from web.reports import routes as reports

_NO_TELEMETRY = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)
"""The framework's own would send addresses with their references, and exceptions' texts, to whatever collector an
environment variable names."""

_OF_ALL_CASES = (work, listing, views, today, files, reports, funding, take_away, console, payments)
_OF_A_CASE = (child, meeting, review, plan, history, own_pages, timeline, seen_to, attached, news, forms)


def create_app(dependencies: Dependencies) -> FastAPI:
    """The pages and the API on these dependencies, which the caller closes."""
    app = undressed_app(https=dependencies.site_url.startswith("https://"))
    app.state.office = office_of(dependencies)
    return app


def undressed_app(*, https: bool = False) -> FastAPI:
    """The app without anything behind it: enough to describe it. `https` where browsers must not come by http."""
    app = _App(
        title="Personal Education Plans",
        openapi_url=f"{routes.PREFIX}/openapi.json",
        docs_url=None,  # those pages load their scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    add_handlers(app)
    app.include_router(routes.router)
    app.include_router(dates.router)
    app.include_router(plans.router)
    app.include_router(health.router)
    app.include_router(pages.router, include_in_schema=False)
    app.include_router(information.router, include_in_schema=False)
    for door in (sign_in, second_step, provider_pages):
        app.include_router(door.router, include_in_schema=False)
    for pages_of in (*_OF_ALL_CASES, *_OF_A_CASE):
        app.include_router(pages_of.router, include_in_schema=False)
    app.mount("/static", Kept())
    app.add_middleware(BodyLimit)
    app.add_middleware(SameOrigin)
    app.add_middleware(Edge, https=https)
    return app


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        self.openapi_schema = self.openapi_schema or describe(self)
        return self.openapi_schema
