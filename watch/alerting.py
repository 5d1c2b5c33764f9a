"""Sends the alerts that wait, gathered and at a bearable pace (rules/flood.py), at least once each."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.alerts import AlertState, Channel
from contracts.clock import Clock
from contracts.problems import ProblemState
from rules.flood import HOUR, is_given_up, may_go, next_after, pause_after
from store.alerts import WaitingAlert, messages_since, put_off_alerts, settle_alerts, waiting_alerts
from store.database import Database
from watch.alert_words import of_problems
from watch.channels import Way

log = logging.getLogger("watch.alerting")


class Alerting:
    """A round of the watch that leads. After a crash in the middle of a sending the same alert goes again."""

    def __init__(self, database: Database, clock: Clock, ways: Mapping[Channel, Way], site_url: str) -> None:
        self._database, self._clock = database, clock
        self._ways, self._site_url = ways, site_url

    async def walk(self, now: datetime) -> dict[str, Any]:
        """Send what may go on each channel at an instant (UTC)."""
        for channel in Channel:
            await self._tell(channel, self._ways.get(channel), now)
        return {"channels": [channel.value for channel in self._ways]}

    async def _tell(self, channel: Channel, way: Way | None, now: datetime) -> None:
        async with self._database.transaction() as session:
            waiting = await waiting_alerts(session, channel)
            silent = [one for one in waiting if way is None or one.problem_state is ProblemState.ON_HOLD]
            if silent:
                await settle_alerts(session, _ids(silent), AlertState.HELD_BACK, now)
            sent = await messages_since(session, channel, now - HOUR)
        due = [one for one in waiting if one not in silent]
        if way is None or not due or not _may_go(due, sent, now):
            return
        taken = await way.send(of_problems(due, self._site_url, now, next_after(sent, now)), now)
        await (self._note_sent(due) if taken else self._note_failed(channel, due))

    async def _note_sent(self, due: list[WaitingAlert]) -> None:
        now = await self._clock.now()
        async with self._database.transaction() as session:
            await settle_alerts(session, _ids(due), AlertState.SENT, now)

    async def _note_failed(self, channel: Channel, due: list[WaitingAlert]) -> None:
        now = await self._clock.now()
        lost = [one for one in due if is_given_up(one.at, now)]
        kept = [one for one in due if one not in lost]
        until = now + pause_after(max(one.attempts for one in due) + 1)
        async with self._database.transaction() as session:
            await settle_alerts(session, _ids(lost), AlertState.GIVEN_UP, now)
            await put_off_alerts(session, _ids(kept), until)
        log.warning("an alert could not be sent", extra={"error_type": channel.value, "count": len(due)})


def _may_go(due: list[WaitingAlert], sent: list[datetime], now: datetime) -> bool:
    """After a failure the whole channel pauses: what came since fares no better."""
    return all(one.next_try_at <= now for one in due) and may_go(min(one.at for one in due), sent, now)


def _ids(alerts: list[WaitingAlert]) -> list[int]:
    return [alert.id for alert in alerts]
