"""What is measured, for Prometheus: counts, ages, pounds. No label ever holds a reference, a name or an identity."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from contracts.clock import Clock
from contracts.problems import ProblemKind
from contracts.service import Beat, RoundSeen
from rules.service_state import lives
from store import measurements, service_counts
from store.database import Database
from store.listing import count_to_list
from store.measurements import Paid, Stuck
from store.service_counts import DatabaseCounts, MailCounts, Waiting

PARTS = ("worker", "web", "watch")
_PATIENCE = 10.0
"""Seconds for all questions together."""
Samples = Iterable[GaugeMetricFamily]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is measured, at one instant."""

    now: datetime
    stuck: list[Stuck]
    payments: list[Paid]
    listings: int
    beats: list[Beat]
    rounds: list[tuple[RoundSeen, timedelta]]
    """Each with the pause after it."""
    mail: MailCounts
    untold: Waiting
    database: DatabaseCounts
    alerts: dict[str, Waiting]


class Measuring(Collector):
    """A round that measures, and what Prometheus fetches: the last snapshot, or that PostgreSQL does not answer."""

    def __init__(self, database: Database, clock: Clock, pauses: Mapping[str, timedelta]) -> None:
        """`pauses` are those of the rounds that are walked, by their names. What the record says of any other round
        is not shown: nobody walks it any more, so it would look ever later (`versions`, without versions).
        """
        self._database, self._clock, self._pauses = database, clock, pauses
        self._last: Snapshot | None = None

    async def walk(self) -> None:
        """Measure once. Raises what PostgreSQL and the network raise; until the next time nothing old is shown."""
        try:
            async with asyncio.timeout(_PATIENCE):
                self._last = await self._measure()
        except BaseException:
            self._last = None
            raise

    async def _measure(self) -> Snapshot:
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return Snapshot(
                now=now,
                stuck=await measurements.stuck(session),
                payments=await measurements.payments(session),
                listings=await count_to_list(session, now),
                beats=await service_counts.heartbeats(session),
                rounds=[
                    (seen, self._pauses[seen.name])
                    for seen, _ in await service_counts.rounds(session)
                    if seen.name in self._pauses
                ],
                mail=await service_counts.mail(session, now),
                untold=await service_counts.untold(session),
                database=await service_counts.database(session),
                alerts=await service_counts.unsent_alerts(session, now),
            )

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Called by Prometheus' library, in a thread of its own."""
        seen = self._last
        yield _gauge("pep_database_up", "Whether PostgreSQL answered when last asked", 0 if seen is None else 1)
        if seen is not None:
            for part in (_of_problems, _of_outboxes, _of_money, _of_the_service):
                yield from part(seen)


def _of_problems(seen: Snapshot) -> Samples:
    families = [
        _by("pep_problems_open", "Problems that are not resolved", "class"),
        _by("pep_problem_things", "Runs, letters, payments, messages and processes that are stuck", "class"),
        _by("pep_problem_children", "Children whose case is held up", "class"),
        _by("pep_problem_pounds_held", "Money that is held up, in pounds", "class"),
        _by("pep_problem_oldest_age_seconds", "For how long the oldest of them has been stuck", "class"),
    ]
    found = {one.kind: one for one in seen.stuck}
    for kind in ProblemKind:
        one = found.get(kind.value) or Stuck(kind.value, 0, 0, 0, 0, None)
        values = one.problems, one.things, one.children, one.pence / 100, _age(one.oldest, seen.now)
        for family, value in zip(families, values, strict=True):
            family.add_metric([kind.value], value)
    return families


def _of_outboxes(seen: Snapshot) -> Samples:
    mail, untold = seen.mail, seen.untold
    alerts = _by("pep_alerts_unsent", "Alerts that wait or were given up", "channel")
    for channel in ("mail", "webhook"):
        alerts.add_metric([channel], seen.alerts[channel].count if channel in seen.alerts else 0)
    return [
        _gauge("pep_messages_untold", "What Temporal was not told of yet", untold.count),
        _gauge("pep_messages_oldest_age_seconds", "The relay's lag", _age(untold.oldest, seen.now)),
        _gauge("pep_letters_waiting", "Letters whose turn it is", mail.due.count),
        _gauge("pep_letters_oldest_age_seconds", "For how long the oldest has waited", _age(mail.due.oldest, seen.now)),
        _gauge("pep_letters_failing", "Letters that were tried and are tried again", mail.failing),
        _gauge("pep_letters_undelivered", "Letters that will not arrive and nobody has seen to", mail.undelivered),
        _gauge("pep_listing_behind", "Cases whose line in the list is to be computed anew", seen.listings),
        alerts,
    ]


def _of_money(seen: Snapshot) -> Samples:
    counts = GaugeMetricFamily("pep_payments", "Payments by their state", labels=["ledger", "state"])
    pounds = GaugeMetricFamily("pep_payments_pounds", "The same in pounds", labels=["ledger", "state"])
    for one in seen.payments:
        counts.add_metric([one.ledger, one.state], one.count)
        pounds.add_metric([one.ledger, one.state], one.pence / 100)
    return [counts, pounds]


def _of_the_service(seen: Snapshot) -> Samples:
    running = _by("pep_processes", "Processes that beat lately", "part")
    ages = _by("pep_heartbeat_age_seconds", "Since the newest heartbeat of a part that has not stopped", "part")
    for part in PARTS:
        beats = [beat for beat in seen.beats if beat.part == part]
        running.add_metric([part], sum(lives(beat, seen.now) for beat in beats))
        newest = max((beat.beat_at for beat in beats if beat.stopped_at is None), default=None)
        if newest is not None:
            ages.add_metric([part], _age(newest, seen.now))
    walked = _by("pep_round_age_seconds", "Since a round of the watch could last see everything", "round")
    overdue = _by("pep_round_overdue_seconds", "By how much that is longer than the round's pause", "round")
    failing = _by("pep_round_failing", "Whether a round of the watch could not see everything", "round")
    for one, pause in seen.rounds:
        if one.ended_at is not None:
            age = _age(one.ended_at, seen.now)
            walked.add_metric([one.name], age)
            overdue.add_metric([one.name], max(0.0, age - pause.total_seconds()))
        failing.add_metric([one.name], 0 if one.error_type is None else 1)
    return [
        running, ages, walked, overdue, failing,
        _gauge("pep_database_connections", "Connections to the record's database", seen.database.connections),
        _gauge("pep_database_connections_most", "Connections that PostgreSQL allows", seen.database.most),
        _gauge("pep_database_size_bytes", "The size of the record's database", seen.database.bytes),
        _gauge("pep_measured_timestamp_seconds", "When this was measured", seen.now.timestamp()),
    ]  # fmt: skip


def _by(name: str, meaning: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, labels=[label])


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
