"""A repair of hundreds of cases: each has a result of its own, it can be stopped, and a watch may die in the middle."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from casework.authority import set_up
from casework.cycles import open_review
from casework.imports import import_roll, import_terms
from contracts.problems import ProblemKind, ProblemState, RepairKind, RepairState
from rules.ladder import REPORTS
from store.database import Database
from store.outbox_tables import Letter
from store.repairs import CLAIM_LASTS
from store.tables import Case
from store.watch_tables import AuditEntry, CaseHold, ProblemRow
from tests.repairs.console import Console, console_on
from tests.repairs.watching import watch_of
from tests.support.clock import FixedClock
from tests.support.import_files import SPRING, SUMMER, roll_of, terms_file
from tests.support.outbox import AUTHORITY, Outbox
from tests.support.reviews import at
from tests.support.smtp_sink import Manner, SmtpSink
from tests.support.temporal_dev import until

CASES = 500
SENT_MEANWHILE, ON_HOLD, REFUSED = 20, 30, 50


class Town(Console):
    """Five hundred children, each with a letter that did not arrive."""

    problem: ProblemRow


@pytest.fixture
async def town(database: Database, clock: FixedClock) -> Town:
    clock.set(at("2026-09-03"))
    await set_up(database, AUTHORITY)
    await import_terms(database, clock, terms_file({}, SPRING, SUMMER), source_name="terms")
    children = [
        {"child_ref": f"C{n:03}", "upn": "", "social_worker_email": f"sw{n}@council.example"} for n in range(CASES)
    ]
    await import_roll(database, clock, roll_of(*children), source_name="roll")
    await _open_reviews(database, clock)
    console = await console_on(database, clock)
    town = Town(console.database, console.clock, console.keys, console.people)
    town.problem = await town.stuck(
        ProblemKind.LETTER_NOT_DELIVERED,
        [
            {"subject": f"letter:{one.id}", "case_id": one.case_id}
            for one in await town.rows(Letter)
            if one.state == "refused"
        ],
        "concern_raised",
    )
    return town


async def _open_reviews(database: Database, clock: FixedClock) -> None:
    """Every review is open, and one letter of each was refused. The first is opened, the others are like it."""
    async with database.transaction() as session:
        first = (await session.execute(select(Case.id).order_by(Case.ref).limit(1))).scalar_one()
        await open_review(session, first, "2026/27 autumn", clock.at)
        await session.execute(text("DELETE FROM letters"))
        await session.flush()
        await session.execute(text(_LIKE_THE_FIRST), {"first": first})
        letter = {"now": clock.at, "facts": '{"dates": {}, "missing": [], "target": 1}', "step": f"{REPORTS}concern"}
        await session.execute(text(_REFUSED), letter)


_LIKE_THE_FIRST = """
    INSERT INTO reviews (id, case_id, academic_year, term, ends_on, plan, standing, stage, school_urn, wake_at)
    SELECT replace(r.id, :first, c.id), c.id, academic_year, term, ends_on,
           replace(plan::text, :first, c.id)::jsonb, standing, stage, r.school_urn, wake_at
    FROM reviews r, cases c WHERE r.case_id = :first AND c.id <> :first
    """
_REFUSED = """
    INSERT INTO letters (review_id, case_id, kind, role, intended_role, step, facts, address, message_id, dated, state,
                         attempts, settled_at, next_try_at)
    SELECT r.id, c.id, 'concern_raised', 'social_worker', 'social_worker', :step, cast(:facts AS jsonb), p.email,
           '<' || r.id || '@pep.invalid>', :now, 'refused', 1, :now, :now
    FROM reviews r JOIN cases c ON c.id = r.case_id
    JOIN case_roles o ON o.case_id = c.id AND o.role = 'social_worker' JOIN people p ON p.id = o.person_id
    ORDER BY c.ref
    """


@pytest.fixture
async def post(town: Town) -> AsyncIterator[Outbox]:
    async with SmtpSink() as sink:
        yield Outbox(town.database, town.clock, sink)


async def test_each_of_five_hundred_cases_has_a_result_of_its_own(town: Town, post: Outbox) -> None:
    """Sent, refused again, sent meanwhile, not allowed: each in a sentence, in the audit, and nothing twice."""
    row = await town.begin("operator", RepairKind.RESEND, problem_id=town.problem.id)
    assert (row.state, row.count) == (RepairState.RUNNING, CASES)
    letters = [item.subject.partition(":")[2] for item in await town.items(row.id)]
    for letter in letters[:SENT_MEANWHILE]:
        await town.change_letter(int(letter), state="sent")
    held = await _on_hold(town, letters[SENT_MEANWHILE : SENT_MEANWHILE + ON_HOLD])
    assert len(held) == ON_HOLD

    watch = await watch_of(town)
    await watch.walk()
    assert Counter((await town.results(row.id)).values()) == {
        "changed_since": SENT_MEANWHILE,
        "not_allowed": ON_HOLD,
        "checking": CASES - SENT_MEANWHILE - ON_HOLD,
    }
    assert (await town.rows(ProblemRow))[0].state == ProblemState.CHECKING
    assert (await town.repair(row.id)).ended_at is None, "nobody knows yet whether it has helped"

    post.sink.plan(*REFUSED * [Manner.NO_SUCH_RECIPIENT])
    while await post.send() > 0:
        pass
    await watch.walk()
    results = Counter((await town.results(row.id)).values())
    assert results == {
        "changed_since": SENT_MEANWHILE,
        "not_allowed": ON_HOLD,
        "still_failing": REFUSED,
        "moved_on": CASES - SENT_MEANWHILE - ON_HOLD - REFUSED,
    }
    assert len(post.sink.received) == results["moved_on"]
    assert all(item.said for item in await town.items(row.id))
    assert (await town.repair(row.id)).state == RepairState.DONE
    assert (await town.rows(ProblemRow))[0].state == ProblemState.LOOKING, "it has not helped everywhere"
    lines = Counter(line.what for line in await town.rows(AuditEntry))
    assert lines == {"previewed": 1, "confirmed": 1, "done": CASES, "checked": 450, "ended": 1}
    chains = {line.chain for line in await town.rows(AuditEntry) if line.what == "done"}
    assert len(chains) == CASES, "every child has a chain"


async def test_what_was_not_begun_when_it_is_stopped_is_left_out(town: Town) -> None:
    row = await town.begin("operator", RepairKind.RESEND, problem_id=town.problem.id)
    walking = asyncio.create_task((await watch_of(town)).walk())
    await until(lambda: _begun(town, row.id), patience=120.0)
    await town.desk.stop(town.people["other_operator"], row.id)
    await walking
    results = Counter((await town.results(row.id)).values())
    assert set(results) == {"checking", "left_out"}
    assert results["checking"] + results["left_out"] == CASES
    waiting = [letter for letter in await town.rows(Letter) if letter.state == "waiting"]
    assert len(waiting) == results["checking"], "what was left out was not sent again"


async def test_several_watches_do_each_thing_once_and_go_on_where_one_has_died(town: Town) -> None:
    row = await town.begin("operator", RepairKind.RESEND, problem_id=town.problem.id)
    walking = [asyncio.create_task((await watch_of(town, at_once=4)).walk()) for _ in range(2)]
    await until(lambda: _begun(town, row.id), patience=120.0)
    walking[0].cancel()
    await asyncio.gather(*walking, return_exceptions=True)
    town.clock.set(town.clock.at + CLAIM_LASTS + timedelta(seconds=1))
    await (await watch_of(town)).walk()
    assert Counter((await town.results(row.id)).values()) == {"checking": CASES}
    done = [line for line in await town.rows(AuditEntry) if line.what == "done"]
    assert Counter(line.facts["item"] for line in done) == dict.fromkeys(range(1, CASES + 1), 1)


async def _begun(town: Town, number: int) -> bool:
    """Whether some of it is done."""
    return "checking" in (await town.results(number)).values()


async def _on_hold(town: Town, letters: list[str]) -> set[str]:
    async with town.database.transaction() as session:
        query = select(Letter.case_id).where(Letter.id.in_([int(letter) for letter in letters]))
        cases = set((await session.execute(query)).scalars())
        session.add_all([CaseHold(case_id=case_id, held_at=town.clock.at) for case_id in cases])
    return cases
