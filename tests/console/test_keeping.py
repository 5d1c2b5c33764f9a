"""What is seen becomes problems, and a problem is over when the last thing of it is: on evidence, never by silence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contracts.alerts import AlertKind
from contracts.problems import GoneBecause, ProblemKind, ProblemState
from store.database import Database
from store.findings import OpenFinding, Stuck, open_findings
from store.watch_tables import Alert, ProblemMove, ProblemRow
from tests.support.clock import FIRST_MORNING
from watch.keeping import keep

KIND = ProblemKind.ACTIVITY_FAILING
NOW = FIRST_MORNING
ONE = Stuck(KIND, "activity:pep-review-a:1", "take_step", "RecordDisagrees", NOW, "the record rules 2026-09-01 out")
OTHER = replace(ONE, subject="activity:pep-review-b:1", message="the record rules 2027-01-31 out")
SUCCEEDED = GoneBecause.SUCCEEDED


def _later(minutes: int = 1) -> Any:
    return NOW + timedelta(minutes=minutes)


async def _open(database: Database) -> dict[str, OpenFinding]:
    async with database.transaction() as session:
        return {one.subject: one for one in await open_findings(session, KIND)}


async def _problems(database: Database) -> list[ProblemRow]:
    async with database.transaction() as session:
        return list((await session.execute(select(ProblemRow).order_by(ProblemRow.id))).scalars())


async def test_what_fails_in_the_same_way_is_one_problem(database: Database) -> None:
    (change,) = await keep(database, KIND, [ONE, OTHER], {}, NOW)
    assert change.kind is AlertKind.NEW
    (problem,) = await _problems(database)
    assert (problem.id, problem.state, len(await _open(database))) == (change.problem_id, "new", 2)
    assert await keep(database, KIND, [ONE, OTHER], {}, _later()) == [], "seen again is nothing new"


async def test_two_looks_that_see_a_step_fail_in_two_ways_do_not_resolve_and_bring_back_each_other_s(
    database: Database,
) -> None:
    """Nobody could note the last attempt: the attempts tell of the one before it, Temporal of the last."""
    by_attempts = replace(ONE, error_type="FinanceUnavailable")
    await keep(database, KIND, [by_attempts], {}, _later(1))
    changes = []
    for minute in range(2, 10):
        changes += await keep(database, KIND, [replace(ONE, seen_at=_later(minute))], {}, _later(minute))
        changes += await keep(database, KIND, [by_attempts], {}, _later(minute))
    assert [change.kind for change in changes] == [AlertKind.RESOLVED, AlertKind.NEW], "it fails otherwise, once"
    assert [one.error_type for one in (await _open(database)).values()] == ["RecordDisagrees"]
    await keep(database, KIND, [replace(by_attempts, seen_at=_later(11))], {}, _later(11))
    assert [one.error_type for one in (await _open(database)).values()] == ["FinanceUnavailable"], "a later attempt"


async def test_silence_is_no_evidence(database: Database) -> None:
    await keep(database, KIND, [ONE], {}, NOW)
    assert await keep(database, KIND, [], {}, _later()) == []
    assert [one.state for one in await _problems(database)] == ["new"]


async def test_a_problem_is_resolved_with_its_last_thing_and_comes_back_under_its_number(database: Database) -> None:
    await keep(database, KIND, [ONE, OTHER], {}, NOW)
    still = await _open(database)
    assert await keep(database, KIND, [OTHER], {still[ONE.subject].id: SUCCEEDED}, _later()) == []
    (resolved,) = await keep(database, KIND, [], {still[OTHER.subject].id: SUCCEEDED}, _later(2))
    assert resolved.kind is AlertKind.RESOLVED
    assert [(one.state, one.resolved_at) for one in await _problems(database)] == [("resolved", _later(2))]
    (back,) = await keep(database, KIND, [replace(ONE, seen_at=_later(3))], {}, _later(3))
    assert (back.kind, back.problem_id) == (AlertKind.CAME_BACK, resolved.problem_id)
    (problem,) = await _problems(database)
    assert (problem.state, problem.times_back, problem.resolved_at) == ("came_back", 1, None)
    assert (problem.first_seen, problem.last_seen) == (NOW, _later(3))


async def test_a_verdict_on_what_is_seen_all_the_same_changes_nothing(database: Database) -> None:
    await keep(database, KIND, [ONE], {}, NOW)
    (found,) = (await _open(database)).values()
    assert await keep(database, KIND, [ONE], {found.id: SUCCEEDED}, _later()) == []
    assert len(await _open(database)) == 1


async def test_a_sight_that_is_older_than_a_verdict_brings_nothing_back(database: Database) -> None:
    """A slow look at Temporal, begun before a quick look at the attempts saw the success."""
    await keep(database, KIND, [ONE], {}, NOW)
    (found,) = (await _open(database)).values()
    await keep(database, KIND, [], {found.id: SUCCEEDED}, _later(2))
    assert await keep(database, KIND, [replace(ONE, seen_at=_later(1))], {}, _later(3)) == []
    assert await _open(database) == {}


async def test_what_fails_otherwise_moves_to_another_problem(database: Database) -> None:
    await keep(database, KIND, [ONE], {}, NOW)
    changes = await keep(database, KIND, [replace(ONE, error_type="CaseNotFound", seen_at=_later())], {}, _later())
    assert sorted(change.kind for change in changes) == ["new", "resolved"]
    old, new = await _problems(database)
    assert (old.state, new.state) == ("resolved", "new")
    assert [one.problem_id for one in (await _open(database)).values()] == [new.id]


async def test_a_problem_of_which_everything_is_held_is_on_hold_and_looked_at_when_released(database: Database) -> None:
    on_hold, released = {"on_hold": True}, {"on_hold": False}
    await keep(database, KIND, [ONE, OTHER], {}, NOW)
    await keep(database, KIND, [replace(ONE, facts=on_hold), OTHER], {}, _later(1))
    assert [one.state for one in await _problems(database)] == ["new"]
    await keep(database, KIND, [replace(ONE, facts=on_hold), replace(OTHER, facts=on_hold)], {}, _later(2))
    assert [one.state for one in await _problems(database)] == ["on_hold"]
    await keep(database, KIND, [replace(ONE, facts=released), replace(OTHER, facts=on_hold)], {}, _later(3))
    assert [one.state for one in await _problems(database)] == ["looking"]


@pytest.mark.parametrize("state", [ProblemState.LOOKING, ProblemState.ON_HOLD, ProblemState.CHECKING])
async def test_what_people_say_of_a_problem_stays_while_it_is_seen(database: Database, state: ProblemState) -> None:
    await keep(database, KIND, [ONE], {}, NOW)
    async with database.transaction() as session:
        (await session.get_one(ProblemRow, 1)).state = state.value
    await keep(database, KIND, [ONE], {}, _later())
    assert [one.state for one in await _problems(database)] == [state]


async def test_what_a_look_cannot_see_stays_as_another_saw_it(database: Database) -> None:
    """Attempts do not know the next try; Temporal does not know the time of the last."""
    by_temporal = replace(ONE, next_try_at=_later(5), run_id="run", facts={"on_hold": False, "attempts": 3})
    await keep(database, KIND, [by_temporal], {}, NOW)
    await keep(database, KIND, [replace(ONE, facts={"attempts": 4})], {}, _later())
    (found,) = (await _open(database)).values()
    assert (found.next_try_at, found.run_id, found.facts) == (_later(5), "run", {"on_hold": False, "attempts": 4})


async def test_people_are_told_once_of_each_turn_and_the_moves_are_kept(database: Database) -> None:
    await keep(database, KIND, [ONE, OTHER], {}, NOW)
    for minutes in (1, 2):
        await keep(database, KIND, [ONE, OTHER], {}, _later(minutes))
    still = await _open(database)
    await keep(database, KIND, [], {one.id: SUCCEEDED for one in still.values()}, _later(3))
    await keep(database, KIND, [replace(ONE, seen_at=_later(4))], {}, _later(4))
    async with database.transaction() as session:
        kinds = (await session.execute(select(Alert.kind).where(Alert.channel == "mail").order_by(Alert.id))).scalars()
        moves = (await session.execute(select(ProblemMove.what).order_by(ProblemMove.id))).scalars()
        assert (list(kinds), list(moves)) == (["new", "came_back"], ["new", "resolved", "came_back"])


async def test_thousands_are_kept_in_one_go(database: Database) -> None:
    many = [replace(ONE, subject=f"activity:pep-review-{number}:1") for number in range(3_000)]
    assert len(await keep(database, KIND, many, {}, NOW)) == 1
    still = await _open(database)
    assert len(still) == len(many)
    await keep(database, KIND, many[:1], {one.id: SUCCEEDED for one in still.values()}, _later())
    assert list(await _open(database)) == [many[0].subject]
