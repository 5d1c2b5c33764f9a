"""Histories that were recorded are followed by the present workflows, in production's sandbox and without a server."""

import pytest

from contracts.review import Stage
from tests.replay.replaying import HISTORIES, recorded, replay

CARRIED_AT_MOST = 32 * 1024


@pytest.mark.parametrize("name", sorted(recorded()))
async def test_a_recorded_history_is_replayed(name: str) -> None:
    assert await replay(recorded()[name])


@pytest.mark.parametrize("name", sorted(recorded()))
def test_everything_that_a_recorded_review_carries_is_small(name: str) -> None:
    for event in recorded()[name].events:
        assert event.ByteSize() < CARRIED_AT_MOST, event.event_type


def test_every_shape_is_recorded() -> None:
    assert {"prompt", "missed", "unfinished", "returned", "cycle", "spring_moved", "swept"} <= set(recorded())


async def test_the_replayed_commands_are_heard() -> None:
    """The control of the command lock: a missed review ends with that outcome, a cycle begins again."""
    histories = recorded()
    outcome = (await replay(histories["missed"]))[-1]["complete_workflow_execution"]["result"]
    assert outcome == {"stage": Stage.MISSED}
    assert "continue_as_new_workflow_execution" in (await replay(histories["cycle"]))[-1]


def test_recorded_histories_hold_nothing_that_is_sealed_or_personal() -> None:
    text = "".join(file.read_text() for file in HISTORIES.glob("*.json"))
    assert "YmluYXJ5L2VuY3J5cHRlZA" not in text, "binary/encrypted, in base64"
