"""PostgreSQL away: told from memory after thirty seconds, again when it is back, and never in a flood."""

from datetime import UTC, datetime, timedelta

from contracts.alerts import Channel
from watch.alert_words import Message
from watch.database_guard import AWAY_AFTER, DatabaseGuard, MachineClock

WALK = 5.0


class SetClock(MachineClock):
    """Stands until it is set."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 29, 20, tzinfo=UTC) + timedelta(seconds=self.at)

    def seconds(self) -> float:
        return self.at


class Pager:
    """A way that keeps what it was told, or is broken."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.broken = False

    async def send(self, message: Message, now: datetime) -> bool:
        if not self.broken:
            self.told.append(message.subject)
        return not self.broken


class Outage:
    """A guard over a PostgreSQL that is there or away."""

    def __init__(self) -> None:
        self.clock, self.pager, self.there = SetClock(), Pager(), True
        self.guard = DatabaseGuard(self.asks, {Channel.MAIL: self.pager}, "https://pep.example", self.clock)

    async def asks(self) -> bool:
        return self.there

    async def lasts(self, seconds: float, *, there: bool) -> None:
        self.there = there
        for _ in range(int(seconds // WALK)):
            self.clock.at += WALK
            await self.guard.walk()


AWAY, BACK = "PEP: PostgreSQL does not answer", "PEP: PostgreSQL answers again"


async def test_it_is_told_once_after_thirty_seconds_and_again_when_it_is_back() -> None:
    outage = Outage()
    await outage.lasts(AWAY_AFTER, there=False)
    assert outage.pager.told == [], "the first walk that found it away was five seconds in"
    await outage.lasts(600, there=False)
    assert outage.pager.told == [AWAY]
    await outage.lasts(600, there=True)
    assert outage.pager.told == [AWAY, BACK]


async def test_a_short_outage_is_nobodys_alert() -> None:
    outage = Outage()
    for _ in range(5):
        await outage.lasts(AWAY_AFTER - WALK, there=False)
        await outage.lasts(WALK, there=True)
    assert outage.pager.told == []


async def test_coming_and_going_makes_no_flood_and_ends_with_the_truth() -> None:
    outage = Outage()
    for _ in range(30):
        await outage.lasts(60, there=False)
        await outage.lasts(60, there=True)
    assert outage.pager.told == [AWAY, BACK] * 3
    await outage.lasts(3600, there=False)
    assert outage.pager.told[6:] == [AWAY]


async def test_it_is_told_when_the_way_is_mended() -> None:
    outage = Outage()
    outage.pager.broken = True
    await outage.lasts(120, there=False)
    outage.pager.broken = False
    await outage.lasts(120, there=False)
    assert outage.pager.told == [AWAY]
