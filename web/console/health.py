"""How the service is: its processes, the watch's rounds and what they measured, mail, the database, the relay, alerts.

Everything is read from PostgreSQL, so that the page is there while Temporal is away.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from repairs.seeing import service_now
from rules.service_state import lives
from store import service_counts
from web.auth.session import InSession
from web.console.room import at_the_console
from web.dependencies import InOffice
from web.look.page import page
from web.look.words import clocktime

_IS_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_SECONDS = " seconds"
_MEBIBYTE = 1024 * 1024
router = APIRouter()


@router.get("/console/health")
async def health_page(request: Request, office: InOffice, visitor: InSession) -> Response:
    """For operators and engineers."""
    at_the_console(visitor)
    now = await office.clock.now()
    async with office.database.transaction() as session:  # counts only: nothing here is about anybody
        seen = await service_now(session, now)
        database = await service_counts.database(session)
        facts: dict[str, Any] = {
            "mail": await service_counts.mail(session, now),
            "untold": await service_counts.untold(session),
            "alerts": await service_counts.unsent_alerts(session, now),
            "database": database,
            "mebibytes": database.bytes // _MEBIBYTE,
        }
    facts |= {
        "now": now,
        "service": seen.condition,
        "beats": [(beat, lives(beat, now)) for beat in seen.beats],
        "rounds": [(one, list(measured(found, now))) for one, found in seen.rounds],
    }
    return await page(request, "console/health.html", **facts)


def measured(facts: Mapping[str, Any], now: datetime, within: str = "") -> Iterator[tuple[str, str]]:
    """What a round measured, as a list of names and values: `queue backlog` and `12`."""
    for key, value in facts.items():
        name = f"{within} {key}".strip().replace("_", " ")
        if name.endswith(_SECONDS) and value is not None:
            yield name.removesuffix(_SECONDS), f"{value:.0f} seconds"
        elif isinstance(value, Mapping):
            yield from measured(value, now, name)
        elif isinstance(value, list):
            yield name, ", ".join(map(str, value)) or "none"
        else:
            yield name, _said(value, now)


def _said(value: object, now: datetime) -> str:
    if isinstance(value, str) and _IS_INSTANT.match(value):
        return clocktime(datetime.fromisoformat(value), now)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1f}"
    return "–" if value is None else str(value)
