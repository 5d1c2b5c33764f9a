"""Whoever is told is not flooded, and everything is told: gathered for a minute, at most six messages in any hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.flood import GATHERED_FOR, HOUR, MOST_AN_HOUR, is_given_up, may_go, next_after, pause_after

START = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
WALK = timedelta(seconds=5)
instants = st.lists(st.integers(0, 3 * 3600), max_size=300).map(sorted)


def play(found: list[int]) -> tuple[list[datetime], dict[int, datetime]]:
    """Walk every five seconds until everything that was found at these seconds has gone. When messages went, and with
    which of them each thing that was found went."""
    sent: list[datetime] = []
    went: dict[int, datetime] = {}
    waiting: list[int] = []
    to_come = list(enumerate(found))
    now = START
    while to_come or waiting:
        while to_come and START + timedelta(seconds=to_come[0][1]) <= now:
            waiting.append(to_come.pop(0)[0])
        if waiting and may_go(min(at_of(found, one) for one in waiting), sent, now):
            sent.append(now)
            went |= dict.fromkeys(waiting, now)
            waiting.clear()
        now += WALK
    return sent, went


def at_of(found: list[int], number: int) -> datetime:
    return START + timedelta(seconds=found[number])


@given(instants)
def test_in_any_hour_there_are_at_most_six_messages_and_everything_is_told(found: list[int]) -> None:
    sent, went = play(found)
    for first in sent:
        assert sum(first <= at < first + HOUR for at in sent) <= MOST_AN_HOUR
    assert set(went) == set(range(len(found)))
    for number, at in went.items():
        assert at - at_of(found, number) <= HOUR, "nobody waits longer than the hour that is full"


@given(instants)
def test_what_is_found_within_a_minute_goes_in_one_message(found: list[int]) -> None:
    _, went = play(found)
    for number in range(1, len(found)):
        if went[number - 1] >= at_of(found, number) + WALK:
            assert went[number] == went[number - 1]


@given(st.lists(st.integers(0, 3600), max_size=MOST_AN_HOUR - 1))
def test_alone_it_goes_after_a_minute(ago: list[int]) -> None:
    sent = [START - timedelta(seconds=seconds) for seconds in ago]
    assert not may_go(START - GATHERED_FOR + timedelta(seconds=1), sent, START)
    assert may_go(START - GATHERED_FOR, sent, START)


def test_the_last_message_of_an_hour_says_when_the_next_may_go() -> None:
    sent = [START - timedelta(minutes=minutes) for minutes in (50, 40, 30, 20)]
    assert next_after(sent, START) is None
    assert next_after([*sent, START - timedelta(minutes=10)], START) == START + timedelta(minutes=10)


def test_attempts_back_off_to_half_an_hour_for_a_day() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, 200)]
    assert pauses[0] == timedelta(seconds=30)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=30)
    assert not is_given_up(START, START + timedelta(hours=23))
    assert is_given_up(START, START + timedelta(hours=24))
