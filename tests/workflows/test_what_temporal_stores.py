"""After a played term, Temporal's files hold nobody's name and nothing that was typed."""

from collections.abc import Iterator
from csv import DictReader
from pathlib import Path
from typing import Any

from temporalio.client import Client

from store.database import Database
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse
from tests.support.temporal_played import ROLL, acts_of

TYPED = {"words", "reason", "reasons", "what", "measure", "evidence", "childs_words", "subject", "owner", "who"}
"""The fields of acts in which people write freely."""
CONTROL = "Wilhelmina in clear"


async def test_its_files_hold_no_name_no_address_and_no_typed_word(database: Database, tmp_path: Path) -> None:
    async with DevHouse(database, tmp_path, MIDNIGHT_BEFORE_TERM) as house:
        await house.start_temporal()
        await house.begin("C1", "C6")
        async with house.working():
            await house.settled()
            assert all(await house.take(acts_of("prompt_term", "returned")))
            await house.settled()
        assert len(await house.rows("C1", "grant")) == len(await house.rows("C6", "grant")) == 1
        review, told = await house.review_of("C6"), await house.signals(await house.review_of("C6"))
        await _somebody_without_a_key(house.client.service_client.config.target_host)

    stored = _content_of(tmp_path)
    for control in (CONTROL, review, "2026/27 autumn", *told):
        assert control.encode() in stored, f"the control: {control!r} is there, and the search finds it"
    secrets = sorted({*_of_the_roll(), *_typed(acts_of("prompt_term", "returned"))})
    assert len(secrets) > 30
    found = [secret for secret in secrets if secret.encode() in stored.replace(CONTROL.encode(), b"")]
    assert found == []
    assert b'"clock_from"' not in stored, "and what workflows do carry, facts about the review, is sealed"


def _content_of(folder: Path) -> bytes:
    """The database, its journal and the server's log."""
    return b"".join(file.read_bytes() for file in folder.glob("temporal*"))


async def _somebody_without_a_key(address: str) -> None:
    """What a start without encryption would leave behind."""
    client = await Client.connect(address)
    await client.start_workflow("Careless", CONTROL, id="control", task_queue="nobody")


def _of_the_roll() -> Iterator[str]:
    named = ("given_name", "family_name", "upn", "school_name", "designated_teacher", "social_worker")
    addresses = ("designated_teacher_email", "social_worker_email", "team_manager_email", "date_of_birth")
    for row in DictReader(ROLL.decode().splitlines()):
        yield from (row[column] for column in (*named, *addresses) if row[column])


def _typed(value: Any, name: str = "") -> Iterator[str]:
    """Every text that somebody typed freely, wherever it stands in an act."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _typed(inner, key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _typed(getattr(inner, "act", inner), name)
    elif isinstance(value, str) and value and name in TYPED:
        yield value
