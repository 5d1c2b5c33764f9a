"""A repair that did nothing is over, and changes nothing about the problem: nobody takes it for mended or held."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contracts.problems import ProblemKind, ProblemState, RepairKind, RepairState
from starter.connect import TemporalUnreachableError
from starter.hands import Held
from store.watch_tables import Finding, ProblemRow
from tests.repairs.console import Console
from tests.repairs.post import letters_for
from tests.repairs.watching import watch_of

CHILD = "C007"
STEP = {"subject": "activity:pep-review-x:1", "workflow_id": "pep-review-x", "run_id": "r"}
OTHER = {"subject": "activity:pep-review-x:2", "workflow_id": "pep-review-x", "run_id": "r"}


async def _state(console: Console, problem: ProblemRow) -> str:
    async with console.database.transaction() as session:
        return (await session.execute(select(ProblemRow.state).where(ProblemRow.id == problem.id))).scalar_one()


async def _set_state(console: Console, problem: ProblemRow, state: ProblemState) -> None:
    async with console.database.transaction() as session:
        (await session.get_one(ProblemRow, problem.id)).state = state


async def test_what_is_put_back_after_it_was_stopped_is_left_out_and_the_repair_is_over(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while a thing is under way that then has to wait for Temporal: its turn never comes again."""
    problem = await console.stuck(ProblemKind.ACTIVITY_FAILING, [STEP])
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    watch = await watch_of(console)

    async def stopped_meanwhile(*_: Any) -> None:
        await console.desk.stop(console.people["operator"], row.id)
        raise TemporalUnreachableError("away")

    monkeypatch.setattr(watch._parts.hands, "try_now", stopped_meanwhile)
    await watch.walk()
    over = await console.repair(row.id)
    assert (over.state, over.ended_at) == (RepairState.STOPPED, console.clock.at)
    (item,) = await console.items(row.id)
    assert (item.result, item.said) == ("left_out", "The repair was stopped before its turn.")
    assert "ended" in [what for _, what in await console.audit()]


async def _hold(console: Console, monkeypatch: pytest.MonkeyPatch, problem: ProblemRow, *held: Held) -> dict[str, str]:
    """Hold every step of a problem; what each comes to, in their order."""
    row = await console.begin("operator", RepairKind.HOLD_STEP, problem_id=problem.id)
    watch = await watch_of(console, at_once=1)
    answers = list(held)

    async def hold(*_: Any) -> Held:
        return answers.pop(0)

    monkeypatch.setattr(watch._parts.hands, "hold", hold)
    await watch.walk()
    return await console.results(row.id)


@pytest.mark.parametrize(
    ("held", "state"),
    [
        ((Held.GONE, Held.GONE), ProblemState.NEW),
        ((Held.DONE, Held.GONE), ProblemState.NEW),
        ((Held.DONE, Held.DONE), ProblemState.ON_HOLD),
    ],
)
async def test_a_problem_is_on_hold_only_when_everything_of_it_is_held(
    console: Console, monkeypatch: pytest.MonkeyPatch, held: tuple[Held, Held], state: ProblemState
) -> None:
    """Alerts about a problem on hold are silent."""
    case = await console.case(CHILD)
    problem = await console.stuck(
        ProblemKind.ACTIVITY_FAILING, [{**STEP, "case_id": case.id}, {**OTHER, "case_id": case.id}]
    )
    assert "moved_on" in {*(await _hold(console, monkeypatch, problem, *held)).values()} or Held.DONE not in held
    assert await _state(console, problem) == state


async def test_one_step_of_a_child_is_not_every_step_of_the_child(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await console.case(CHILD)
    problem = await console.stuck(ProblemKind.ACTIVITY_FAILING, [{**STEP, "case_id": case.id}])
    row = await console.begin("operator", RepairKind.HOLD_STEP, problem_id=problem.id)
    async with console.database.transaction() as session:
        seen = {"facts": {}, "first_seen": console.clock.at, "last_seen": console.clock.at, "pence": 0}
        session.add(Finding(problem_id=problem.id, case_id=case.id, **OTHER, **seen))
    watch = await watch_of(console)

    async def hold(*_: Any) -> Held:
        return Held.DONE

    monkeypatch.setattr(watch._parts.hands, "hold", hold)
    await watch.walk()
    assert set((await console.results(row.id)).values()) == {"moved_on"}
    assert await _state(console, problem) == ProblemState.NEW


async def test_mail_and_money_of_every_child_on_hold_is_the_problem_on_hold(console: Console) -> None:
    case = await console.case(CHILD)
    problem = await console.stuck(ProblemKind.ACTIVITY_FAILING, [{**STEP, "case_id": case.id}])
    await console.begin("operator", RepairKind.HOLD_CASE, problem_id=problem.id)
    await (await watch_of(console)).walk()
    assert await _state(console, problem) == ProblemState.ON_HOLD


async def _try_what_cannot_be(console: Console) -> ProblemRow:
    (letter,) = await letters_for(console, CHILD, 1)
    await console.change_letter(letter.id, state="bounced", settled_at=console.clock.at)
    return await console.stuck(
        ProblemKind.LETTER_NOT_DELIVERED, [{"subject": f"letter:{letter.id}", "case_id": letter.case_id}]
    )


async def test_nothing_is_being_checked_where_nothing_was_done(console: Console) -> None:
    problem = await _try_what_cannot_be(console)
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await (await watch_of(console)).walk()
    assert set((await console.results(row.id)).values()) == {"not_allowed"}
    assert (await console.repair(row.id)).state == RepairState.DONE
    assert await _state(console, problem) == ProblemState.NEW


async def test_a_problem_that_was_being_checked_is_looked_at_again_where_all_came_to_nothing(console: Console) -> None:
    problem = await _try_what_cannot_be(console)
    await _set_state(console, problem, ProblemState.CHECKING)
    await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await (await watch_of(console)).walk()
    assert await _state(console, problem) == ProblemState.LOOKING


async def test_a_repair_that_was_stopped_before_anything_says_nothing_of_the_problem(console: Console) -> None:
    """What another repair did is still being checked."""
    problem = await _try_what_cannot_be(console)
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await console.desk.stop(console.people["operator"], row.id)
    await _set_state(console, problem, ProblemState.CHECKING)
    console.clock.set(console.clock.at + timedelta(minutes=1))
    await (await watch_of(console)).walk()
    assert (await console.repair(row.id)).ended_at == console.clock.at
    assert await _state(console, problem) == ProblemState.CHECKING


@pytest.mark.parametrize(("chosen", "state"), [(1, ProblemState.LOOKING), (2, ProblemState.CHECKING)])
async def test_a_problem_is_not_being_checked_once_what_was_chosen_of_it_has_moved_on(
    console: Console, chosen: int, state: ProblemState
) -> None:
    """Nobody has done anything to the other letter, and nobody looks whether it has helped."""
    first, other = await letters_for(console, CHILD, 2)
    for letter in (first, other):
        await console.change_letter(letter.id, state="waiting", attempts=9)
    things = [{"subject": f"letter:{letter.id}", "case_id": letter.case_id} for letter in (first, other)]
    problem = await console.stuck(ProblemKind.LETTER_NOT_DELIVERED, things)
    async with console.database.transaction() as session:
        findings = list((await session.execute(select(Finding.id).order_by(Finding.id))).scalars())
    await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id, findings=findings[:chosen])
    await (await watch_of(console)).walk()
    assert await _state(console, problem) == ProblemState.CHECKING
    for letter in (first, other)[:chosen]:
        await console.change_letter(letter.id, state="sent", settled_at=console.clock.at)
    await (await watch_of(console)).walk()
    assert await _state(console, problem) == state
