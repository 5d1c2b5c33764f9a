"""Repairs and the audit on the command line: previewed, confirmed by the hash, agreed by another person."""

import re

import pytest
from sqlalchemy import text

from contracts.problems import ProblemKind, ProblemState
from repairs.audit import Entry, note
from store.cases import find_case
from store.clock import DatabaseClock
from store.watch_tables import Finding, ProblemRow
from tests.cli.conftest import Service

ENGINEER, OPERATOR = "eng@council.example", "ops@council.example"
WHY = ("--reason", "The run was made by a version that is gone")


@pytest.fixture
async def stuck(service: Service, child: str) -> int:
    """A run of the child's review that nobody picks up; an engineer and an operator are there. Gives the problem."""
    for email, role in ((ENGINEER, "engineer"), (OPERATOR, "operator")):
        assert (await service.pep("person", email, "--role", role, "--name", "Invented")).code == 0
    now = await DatabaseClock(service.database).now()
    seen = {"first_seen": now, "last_seen": now}
    async with service.database.transaction() as session:
        case = await find_case(session, child)
        assert case is not None
        problem = ProblemRow(
            fingerprint="f", kind=ProblemKind.NOT_PICKED_UP, step="pep_review", error_type="", message="",
            state=ProblemState.NEW, **seen,
        )  # fmt: skip
        session.add(problem)
        await session.flush()
        workflow = f"pep-review-{case.id}"
        thing = {"workflow_id": workflow, "run_id": "1", "case_id": case.id, "pence": 45_000, "facts": {}}
        session.add(Finding(problem_id=problem.id, subject=f"run:{workflow}", **thing, **seen))
    return problem.id


async def test_a_repair_is_previewed_confirmed_by_its_hash_and_agreed_by_another(service: Service, stuck: int) -> None:
    previewed = await service.pep("repair", "restart", "--problem", str(stuck), "--as", ENGINEER, *WHY)
    assert previewed.code == 0, previewed.err
    assert "It touches 1 thing and holds up £450.00." in previewed.out
    found = re.search(r"\./pep confirm (\d+) --as \S+ --confirm ([0-9a-f]{64})", previewed.out)
    assert found
    number, frozen = found.groups()
    other = await service.pep("confirm", number, "--as", ENGINEER, "--confirm", "0" * 64)
    assert (other.code, "not the list that was previewed" in other.err) == (1, True)
    confirmed = await service.pep("confirm", number, "--as", ENGINEER, "--confirm", frozen)
    assert "A second person has to agree" in confirmed.out
    own = await service.pep("approve", number, "--as", ENGINEER, "--confirm", frozen)
    assert (own.code, "another person has to agree" in own.err) == (1, True)
    assert (await service.pep("approve", number, "--as", OPERATOR, "--confirm", frozen)).code == 0
    stopped = await service.pep("stop", number, "--as", OPERATOR)
    assert stopped.out == "Stopped. 1 thing was left out.\n"
    shown = await service.pep("repairs", number)
    assert "Start anew from the record, stopped" in shown.out
    assert "Left out" in shown.out


async def test_what_cannot_be_is_said_in_a_sentence(service: Service, stuck: int) -> None:
    asked = ("--problem", str(stuck), *WHY)
    assert "Only the engineer" in (await service.pep("repair", "restart", *asked, "--as", OPERATOR)).err
    assert "Nobody here" in (await service.pep("repair", "restart", *asked, "--as", "nobody@b.example")).err
    assert "no such repair" in (await service.pep("stop", "77", "--as", OPERATOR)).err
    assert "no repair with this number" in (await service.pep("repairs", "77")).err
    unreadable = await service.pep("repair", "extend", *asked, "--as", OPERATOR, "--param", "five")
    assert (unreadable.code, "write NAME=VALUE" in unreadable.err) == (2, True)


async def test_the_audit_of_a_case_and_whether_it_is_whole(service: Service, stuck: int, child: str) -> None:
    hold = await service.pep("repair", "hold_case", "--case", child, "--as", OPERATOR, *WHY)
    assert hold.code == 0, hold.err
    assert "The audit is whole." in (await service.pep("audit", "verify")).out
    async with service.database.transaction() as session:
        case = await find_case(session, child)
        assert case is not None
        now = await DatabaseClock(service.database).now()
        await note(session, now, Entry("done", None, case.id, {"repair": 1}))
    audited = await service.pep("audit", child)
    assert (audited.code, WHY[1] in " ".join(audited.out.split())) == (0, True)
    assert "no case" in (await service.pep("audit", "C999")).err
    assert "copy it from the watch's log" in (await service.pep("audit", "verify", "--seal", "x")).err
    missing = await service.pep("audit", "verify", "--seal", "3:k1:abc")
    assert (missing.code, "stands in the log and is not here" in missing.out) == (1, True)
    async with service.database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE operator_audit SET what = 'nothing'"))
    changed = await service.pep("audit", "verify")
    assert (changed.code, "it was changed after it was written" in changed.out) == (1, True)


async def test_nobody_agrees_to_another_address_without_seeing_whose_it_is(service: Service, stuck: int) -> None:
    asked = await service.pep("repair", "restart", "--problem", str(stuck), "--as", ENGINEER, *WHY)
    assert asked.code == 0, asked.err
    async with service.database.transaction() as session:
        await session.execute(text("UPDATE repairs SET kind = 'correct_address', state = 'awaiting_approval'"))
    agreed = await service.pep("approve", "1", "--as", OPERATOR, "--confirm", "0" * 64)
    assert (agreed.code, agreed.err) == (
        1,
        "Agree to this at the console: there it is seen whose address is changed.\n",
    )
