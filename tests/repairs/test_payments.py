"""Repairs of payments: two people of finance agree, and a payment has moved on once its case has taken note of it."""

from typing import Any

from sqlalchemy import select

from casework.clockwork import note_payment
from contracts.problems import ProblemKind, RepairKind
from store.grants import LedgerState
from store.money_tables import GrantRow
from tests.repairs.console import Console
from tests.repairs.watching import watch_of
from tests.support.reviews import VS
from tests.support.taken import Desk, paid_in_the_ledger, signed

CHILD = "C007"


async def _walk(console: Console) -> None:
    await (await watch_of(console)).walk()


async def _done(console: Console, number: int) -> dict[str, str | None]:
    """What was said of each thing, by its result."""
    return {item.result: item.said for item in await console.items(number)}


async def test_a_refused_payment_is_paid_again_once_two_of_finance_agree(console: Console) -> None:
    key, problem = await _payment(console, LedgerState.FAILED)
    row = await console.begin("finance", RepairKind.PAY_AGAIN, second="other_finance", problem_id=problem.id)
    await _walk(console)
    assert list(await _done(console, row.id)) == ["checking"]
    (grant,) = await console.rows(GrantRow)
    assert (grant.state, grant.refused_before) == ("intent", 1)
    assert grant.key != key


async def test_a_payment_that_was_made_by_other_means_is_noted_with_its_evidence(console: Console) -> None:
    key, problem = await _payment(console, LedgerState.UNKNOWN)
    asked: dict[str, Any] = {"problem_id": problem.id, "parameters": {"evidence": "BACS 2026-10-19 0042"}}
    row = await console.begin("finance", RepairKind.PAID_OTHERWISE, second="other_finance", **asked)
    await _walk(console)
    (grant,) = await console.rows(GrantRow)
    assert (grant.key, grant.state, grant.paid_otherwise) == (key, "confirmed", "BACS 2026-10-19 0042")
    assert list(await _done(console, row.id)) == ["checking"], "what finance has noted is not what the case has done"
    assert (row.pence, row.count) == (30_000, 1)
    async with console.database.transaction() as session:
        await note_payment(session, grant.review_id, key, console.clock.at)
    await _walk(console)
    assert await _done(console, row.id) == {"moved_on": "The step has been seen to succeed."}


async def test_what_the_ledger_rules_out_is_not_allowed_with_its_sentence(console: Console) -> None:
    _, problem = await _payment(console, LedgerState.UNKNOWN)
    row = await console.begin("finance", RepairKind.PAY_AGAIN, second="other_finance", problem_id=problem.id)
    await _walk(console)
    (said,) = (await _done(console, row.id)).values()
    assert said is not None
    assert "it is not made again" in said
    assert list(await _done(console, row.id)) == ["not_allowed"]


async def _payment(console: Console, state: LedgerState) -> tuple[str, Any]:
    """The autumn's grant of a child, signed off, with the finance system's answer."""
    desk = await signed(Desk(console.database, console.clock, CHILD))
    await desk.on("2026-10-16").does(VS, "sign_off")

    await paid_in_the_ledger(desk, 30_000)
    async with console.database.transaction() as session:
        grant = (await session.execute(select(GrantRow))).scalar_one()
        grant.state = state
    thing = {"subject": f"payment:{grant.key}", "case_id": grant.case_id, "pence": 30_000}
    return grant.key, await console.stuck(ProblemKind.PAYMENT_UNSURE, [thing])
