"""Every round of the watch. A new one is named here, and says whether several watches may walk it at the same time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from casework.listing import bring_up_to_date
from store.answering import answers
from watch import verifying_audit
from watch.alerting import Alerting
from watch.carrying_out import CarryingOut
from watch.channels import ways_of
from watch.database_guard import PATIENCE, DatabaseGuard, MachineClock
from watch.leading import Lead
from watch.looks import rounds_of
from watch.measuring import Measuring
from watch.noted import noted_round
from watch.parts import Parts
from watch.rounds import Round
from watch.sealing import Sealing
from watch.telling_old_addresses import TellingOldAddresses
from watch.verifying_audit import verify_audit

_ALERTS, _DATABASE, _MEASURED = timedelta(seconds=5), timedelta(seconds=5), timedelta(seconds=15)
_VERSIONS = timedelta(seconds=30)
_REPAIRS, _SEALS, _OLD_ADDRESSES = timedelta(seconds=1), timedelta(minutes=1), timedelta(seconds=10)
"""Pauses."""
_LISTING = timedelta(seconds=2)
_LINES = 2000
"""So many lines of the list of cases are computed in one go: some seconds, when much has changed at once."""


def every_round(parts: Parts, lead: Lead, led: Sequence[Round], measuring: Measuring) -> Sequence[Round]:
    """What this process walks again and again: `led`, while it leads, and what every watch walks."""
    return [*(lead.alone(one) for one in led), *_of_every_watch(parts, measuring)]


def rounds_of_one_watch(parts: Parts) -> list[Round]:
    """Only the watch that leads walks these."""
    given = parts.settings
    alerting = Alerting(parts.database, parts.clock, ways_of(given), given.site_url)
    alerts = noted_round(parts, "alerts", _ALERTS, alerting.walk)
    listing = noted_round(parts, "listing", _LISTING, partial(_list, parts))
    sealing = Sealing(parts)
    audit = noted_round(parts, verifying_audit.NAME, verifying_audit.EVERY, partial(verify_audit, parts, sealing))
    seals = Round("seals", _SEALS, sealing.walk)
    old_addresses = Round("old_addresses", _OLD_ADDRESSES, TellingOldAddresses(parts).walk)
    return [*rounds_of(parts), *_versions(parts), alerts, listing, audit, seals, old_addresses]


def _versions(parts: Parts) -> list[Round]:
    """Which version of the worker is given work, and which others still have some: for Health."""
    versions = parts.versions
    if versions is None:
        return []

    async def look(_now: datetime) -> dict[str, str]:
        return {one.version: one.in_words for one in await versions.seen()}

    return [noted_round(parts, "versions", _VERSIONS, look)]


async def _list(parts: Parts, now: datetime) -> dict[str, int]:
    return {"lines": await bring_up_to_date(parts.database, now, _LINES)}


def _of_every_watch(parts: Parts, measuring: Measuring) -> list[Round]:
    """Every watch walks these, whoever leads."""
    given = parts.settings
    asks = partial(answers, parts.database, PATIENCE)
    guard = DatabaseGuard(asks, ways_of(given), given.site_url, MachineClock())
    repairs = CarryingOut(parts)
    rounds = [Round("database", _DATABASE, guard.walk), Round("repairs", _REPAIRS, repairs.walk)]
    if given.metrics_port is not None:
        rounds.append(Round("measurements", _MEASURED, measuring.walk))
    return rounds
