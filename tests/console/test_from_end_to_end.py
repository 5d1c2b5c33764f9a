"""Each class of stuck work: it really happens, the console's pages name it, and what they offer there resolves it.

A process that stopped is started where it runs; that it is then found again is in test_processes.py.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.common import WorkflowIDReusePolicy

from contracts.ids import TASK_QUEUE
from contracts.people import Role
from contracts.problems import ProblemKind
from starter.starting import Starter
from store.reviews import get_review
from tests.console.office import Office, office_on
from tests.console.stage import Stage
from tests.support.finance_book import Manner
from tests.support.smtp_sink import Manner as MailManner
from tests.support.temporal_dev import until
from tests.support.temporal_played import acts_of

ARRANGED = acts_of("prompt_term")[:1]
OFTEN = 50


@pytest.fixture
async def office(stage: Stage) -> AsyncIterator[Office]:
    async with office_on(stage) as office:
        yield office


async def test_a_step_that_fails(stage: Stage, office: Office) -> None:
    await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        await until(lambda: _has_failed(stage))
        stage.pass_by()
        await stage.looks()
        number = await office.shows(ProblemKind.ACTIVITY_FAILING, "Grant not paid: nobody can say whether it was paid")
        page = await (await office.somebody(Role.OPERATOR)).open(f"/console/problems/{number}")
        assert "£450" in page.text
        stage.finance.book.recover()
        await office.asks(await office.somebody(Role.OPERATOR), number, "try_now")
        await office.is_resolved(ProblemKind.ACTIVITY_FAILING)
        page = await (await office.somebody(Role.OPERATOR)).open(f"/console/problems/{number}")
        assert "The step has succeeded." in page.text


async def test_a_payment_that_nobody_can_say_was_made(stage: Stage, office: Office) -> None:
    await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.HANG_BEFORE]))
    async with stage.working():
        await until(lambda: _sees(stage, ProblemKind.PAYMENT_UNSURE))
        number = await office.shows(ProblemKind.PAYMENT_UNSURE, "Payment unsure")
        one, other = await office.somebody(Role.FINANCE), await office.somebody(Role.FINANCE, "other")
        asked = await office.asks(one, number, "paid_otherwise", evidence="BACS 12345")
        await office.agrees(other, asked)
        await office.is_resolved(ProblemKind.PAYMENT_UNSURE)
    assert stage.finance.book.paid == {}, "it was paid by other means, and is not paid again"


async def test_a_run_whose_code_fails(stage: Stage, office: Office) -> None:
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    await stage.client.start_workflow(
        "pep_review", "nothing that a review is", id=review, task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )  # fmt: skip
    async with stage.working():
        await until(lambda: _sees(stage, ProblemKind.WORKFLOW_FAILING), patience=60)
        number = await office.shows(ProblemKind.WORKFLOW_FAILING, "These plans cannot go on: a fault of this service")
        await _started_anew(office, number)
        await office.is_resolved(ProblemKind.WORKFLOW_FAILING)
    assert await stage.status(review) == "RUNNING"


async def test_a_run_that_nobody_asks_for(stage: Stage, office: Office) -> None:
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    async with stage.database.transaction() as session:
        kept = await get_review(session, review.removeprefix("pep-review-"))
    assert kept is not None
    await Starter(stage.client, "pep-typo", stage.shift).start_review(kept)
    await until(lambda: _sees(stage, ProblemKind.NOT_PICKED_UP))
    number = await office.shows(ProblemKind.NOT_PICKED_UP, "Nobody works on these plans")
    async with stage.working():
        await _started_anew(office, number)
        await until(lambda: _has_settled(stage, office))
        await office.is_resolved(ProblemKind.NOT_PICKED_UP)


async def test_a_deadline_without_effect(stage: Stage, office: Office) -> None:
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    stage.pass_by(timedelta(days=60))
    stage.set_workflows_to(stage.clock.instant)
    await stage.looks(ProblemKind.WAIT_PASSED.value)
    number = await office.shows(ProblemKind.WAIT_PASSED, "Something was due, and nothing followed")
    async with stage.working():
        await office.asks(await office.somebody(Role.OPERATOR), number, "try_now")
        await office.is_resolved(ProblemKind.WAIT_PASSED)
        await stage.settled()
    assert await stage.rows("C1", "letter"), "the reminders that were due"


async def test_an_act_that_temporal_was_not_told_of(stage: Stage, office: Office) -> None:
    await stage.open_reviews("C1")
    await stage.stop_temporal()
    assert await stage.take(ARRANGED) == [False]
    stage.pass_by()
    await stage.looks()
    number = await office.shows(ProblemKind.NOT_TOLD, "What people did is not passed on")
    page = await (await office.somebody(Role.OPERATOR)).open(f"/console/problems/{number}")
    assert "Temporal is away" in page.text
    await stage.start_temporal()
    await stage.looks()
    await office.asks(await office.somebody(Role.OPERATOR), number, "try_now")
    await office.is_resolved(ProblemKind.NOT_TOLD)
    assert await stage.signals(await stage.review_of("C1")) == ["meeting_arranged"]


async def test_a_letter_that_was_refused(stage: Stage, office: Office) -> None:
    await stage.open_reviews("C1")
    stage.sink.plan(MailManner.NO_SUCH_RECIPIENT)
    async with stage.working():
        await stage.take(ARRANGED)
        await stage.settled()
        await stage.looks(ProblemKind.LETTER_NOT_DELIVERED.value)
        number = await office.shows(ProblemKind.LETTER_NOT_DELIVERED, "Letter not delivered: invitation to the meeting")
        await office.asks(await office.somebody(Role.OPERATOR), number, "resend")
        await office.is_resolved(ProblemKind.LETTER_NOT_DELIVERED)
    assert len(stage.sink.received) == 2, "both parties have their invitation"


async def _started_anew(office: Office, number: int) -> None:
    """An engineer asks, and an operator agrees."""
    asked = await office.asks(await office.somebody(Role.ENGINEER), number, "restart")
    await office.agrees(await office.somebody(Role.OPERATOR), asked)


async def _has_settled(stage: Stage, office: Office) -> bool:
    """The watch has carried out what it was asked for, and the new run waits for people."""
    await office.carries_out()
    return await stage.has_nothing_to_do("C1")


async def _has_failed(stage: Stage) -> bool:
    return bool(await stage.attempts(succeeded=False))


async def _sees(stage: Stage, kind: ProblemKind) -> bool:
    await stage.looks(kind.value)
    return bool(await stage.findings(kind, still=True))
