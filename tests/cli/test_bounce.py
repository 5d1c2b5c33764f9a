"""`./pep bounce`: what a mail server hands over, whatever it is (docs/operations.md, Letters that come back)."""

import io
import sys
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from store.cases import find_case
from store.clock import DatabaseClock
from store.letters import LetterState, NewLetter, add_letters, claim_letter, settle_letter
from store.outbox_tables import Letter
from store.tables import CaseEvent, Review
from tests.cases.test_bounces import report
from tests.cli.commands import Ended, pep
from tests.cli.conftest import Service

MESSAGE_ID = "<0123456789abcdef@pep.invalid>"
AT_THE_PIPE = 75
"""EX_TEMPFAIL of sysexits.h."""


@pytest.fixture
async def letter(service: Service, child: str) -> None:
    """A mail server has taken a letter to the designated teacher."""
    now = await DatabaseClock(service.database).now()
    async with service.database.transaction() as session:
        case = await find_case(session, child)
        assert case
        review_id = (await session.execute(select(Review.id))).scalar_one()
        await add_letters(
            session,
            [
                NewLetter(
                    review_id=review_id,
                    case_id=case.id,
                    kind="check_in",
                    role="designated_teacher",
                    intended_role="designated_teacher",
                    step="check_in-1",
                    level=None,
                    facts={},
                    address="dt@hazel.example",
                    message_id=MESSAGE_ID,
                    dated=now,
                )
            ],
        )
        claimed = await claim_letter(session, now)
        assert claimed
        await settle_letter(session, claimed.id, LetterState.SENT, now, 250)


async def handed_over(monkeypatch: pytest.MonkeyPatch, service: Service | None, raw: bytes) -> Ended:
    """A report on standard input; without a service none is to be found."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    return await (service.pep("bounce") if service else pep("bounce"))


@pytest.mark.usefixtures("letter")
async def test_a_letter_that_came_back_is_noted_once_and_nobody_is_named(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in ("A letter came back", "No letter of this service waits"):
        ended = await handed_over(monkeypatch, service, report("exchange", MESSAGE_ID))
        assert (ended.code, ended.err) == (0, "")
        assert words in ended.out
        assert not any(name in ended.out for name in ("dt@", "hazel", "C001", MESSAGE_ID))
    async with service.database.transaction() as session:
        assert (await session.execute(select(Letter.state))).scalar_one() == "bounced"
        events = await session.execute(select(CaseEvent).where(CaseEvent.what == "letter_bounced"))
        assert len(events.all()) == 1


@pytest.mark.usefixtures("letter")
async def test_what_is_no_failure_of_ours_ends_well_and_changes_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for raw in (report("delayed", MESSAGE_ID), report("postfix", "<0@elsewhere.example>"), b"", b"\0\xff" * 99):
        ended = await handed_over(monkeypatch, service, raw)
        assert (ended.code, ended.err) == (0, "")
        assert "Nothing was changed." in ended.out
    async with service.database.transaction() as session:
        assert (await session.execute(select(Letter.state))).scalar_one() == "sent"


async def test_a_report_that_cannot_be_noted_now_stays_with_the_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = await handed_over(monkeypatch, None, report("postfix", MESSAGE_ID))
    assert (ended.code, ended.out) == (AT_THE_PIPE, "")
    assert "later" in ended.err
