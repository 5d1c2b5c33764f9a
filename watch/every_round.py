"""Every round of the watch. A new one is named here, and says whether several watches may walk it at the same time."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from store.answering import answers
from watch.alerting import Alerting
from watch.carrying_out import CarryingOut
from watch.channels import ways_of
from watch.database_guard import PATIENCE, DatabaseGuard, MachineClock
from watch.leading import Lead
from watch.looks import rounds_of
from watch.parts import Parts
from watch.rounds import Round
from watch.sealing import Sealing

_ALERTS, _DATABASE, _REPAIRS, _SEALS = (timedelta(seconds=pause) for pause in (5, 5, 1, 60))
"""Pauses."""


def every_round(parts: Parts, lead: Lead) -> Sequence[Round]:
    """What this process walks again and again."""
    return [*(lead.alone(one) for one in _of_one_watch(parts)), *_of_every_watch(parts)]


def _of_one_watch(parts: Parts) -> list[Round]:
    """Only the watch that leads walks these."""
    given = parts.settings
    alerting = Alerting(parts.database, parts.clock, ways_of(given), given.site_url)
    return [Round("alerts", _ALERTS, alerting.walk), *rounds_of(parts), Round("seals", _SEALS, Sealing(parts).walk)]


def _of_every_watch(parts: Parts) -> list[Round]:
    """Every watch walks these, whoever leads."""
    given = parts.settings
    asks = partial(answers, parts.database, PATIENCE)
    guard = DatabaseGuard(asks, ways_of(given), given.site_url, MachineClock())
    repairs = CarryingOut(parts)
    return [Round("database", _DATABASE, guard.walk), Round("repairs", _REPAIRS, repairs.walk)]
