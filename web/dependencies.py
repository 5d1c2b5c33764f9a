"""What the pages and the API are built from, and how a route gets at it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from casework.take import Casework
from contracts.clock import Clock
from repairs.desk import RepairDesk
from repairs.problem_book import ProblemBook
from starter.relay import Relay
from store.database import Database
from web.auth.doorkeeper import Doorkeeper
from web.courier import Courier
from web.live.hub import Hub
from web.look.signboard import Signboard
from web.readiness import Observer


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Built by the composition root. Without a relay, acts are told by the worker alone."""

    database: Database
    clock: Clock
    casework: Casework
    relay: Relay | None
    observer: Observer
    doorkeeper: Doorkeeper
    site_url: str
    """Where people sign in, without a slash at its end. If it is https, browsers are told to stay there."""


@dataclass(frozen=True, slots=True)
class Office:
    """The dependencies, and the one courier, signboard and hub of this process."""

    database: Database
    clock: Clock
    casework: Casework
    courier: Courier
    observer: Observer
    signboard: Signboard
    hub: Hub
    doorkeeper: Doorkeeper
    site_url: str
    repair_desk: RepairDesk
    problem_book: ProblemBook

    @property
    def secure(self) -> bool:
        """Whether the site has TLS, as everywhere but on a developer's own machine."""
        return self.site_url.startswith("https://")


def office_of(given: Dependencies) -> Office:
    return Office(
        given.database,
        given.clock,
        given.casework,
        Courier(given.relay),
        given.observer,
        Signboard(given.database),
        Hub(given.database),
        given.doorkeeper,
        given.site_url,
        RepairDesk(given.database, given.clock, given.doorkeeper.ring),
        ProblemBook(given.database, given.clock),
    )


def _from_app(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


InOffice = Annotated[Office, Depends(_from_app)]
