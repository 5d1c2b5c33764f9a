"""Asking for a repair, agreeing to it and stopping it: what is refused, in a sentence, and what is frozen."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from contracts.problems import ProblemKind, RepairKind, RepairState
from repairs.errors import RepairRefused, UnknownRepair
from tests.repairs.console import Console

CHILDREN = ("C001", "C002", "C003")


async def _steps(console: Console, *refs: str, pence: int = 30_000) -> Any:
    things = []
    for ref in refs or CHILDREN:
        case = await console.case(ref)
        run = {"case_id": case.id, "workflow_id": f"pep-review-{case.id}", "run_id": f"run-{ref}", "pence": pence}
        things.append({"subject": f"activity:pep-review-{case.id}:1", **run})
    return await console.stuck(ProblemKind.ACTIVITY_FAILING, things, "release_grant")


async def _refusal(doing: Any) -> str:
    with pytest.raises(RepairRefused) as refused:
        await doing
    return " ".join(refused.value.sentences)


async def test_a_preview_freezes_children_runs_and_pounds_and_does_nothing(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    assert (row.state, row.count, row.pence, row.problem_id) == (RepairState.PREVIEWED, 3, 90_000, problem.id)
    items = await console.items(row.id)
    assert [item.run_id for item in items] == ["run-C001", "run-C002", "run-C003"]
    assert {item.result for item in items} == {"waiting"}
    assert await console.audit() == [("-", "previewed")]


@pytest.mark.parametrize(
    ("who", "kind", "asked", "says"),
    [
        ("finance", RepairKind.TRY_NOW, {}, "Only the operator and the engineer may ask for this"),
        ("operator", RepairKind.RESTART, {}, "Only the engineer may ask for this"),
        ("operator", RepairKind.TRY_NOW, {"why": "because"}, "Say why in a few words"),
        ("operator", RepairKind.TRY_NOW, {"why": "x " * 400}, "at most 500 characters"),
        ("operator", RepairKind.TRY_NOW, {"parameters": {"evidence": "1"}}, "evidence: this is not asked here"),
        ("operator", RepairKind.RESEND, {}, "This cannot be done about what is stuck here"),
        ("engineer", RepairKind.RESET, {"parameters": {"event": "third"}}, "event: first or last"),
    ],
)
async def test_who_may_not_and_what_is_not_said_is_refused_in_a_sentence(
    console: Console, who: str, kind: RepairKind, asked: dict[str, Any], says: str
) -> None:
    problem = await _steps(console)
    assert says in await _refusal(console.preview(who, kind, problem_id=problem.id, **asked))
    assert await console.audit() == []


@pytest.mark.parametrize(
    ("who", "kind", "parameters", "says"),
    [
        ("officer", RepairKind.EXTEND, {"school_days": "11"}, "a whole number from 1 to 10"),
        ("officer", RepairKind.EXTEND, {"school_days": "two"}, "a whole number from 1 to 10"),
        ("officer", RepairKind.BRING_FORWARD, {"on": "2026-08-31"}, "31 August 2026 is over"),
        ("officer", RepairKind.BRING_FORWARD, {"on": "soon"}, "give the day"),
        ("officer", RepairKind.REASSIGN, {"role": "finance", "address": "a@b.example"}, "role: give the role"),
        ("officer", RepairKind.REASSIGN, {"role": "social_worker", "address": "new@b.example"}, "Nobody with this"),
        ("officer", RepairKind.EXTEND, {"school_days": "5"}, "None of these has a deadline"),
    ],
)
async def test_parameters_are_checked(
    console: Console, who: str, kind: RepairKind, parameters: dict[str, str], says: str
) -> None:
    assert says in await _refusal(console.preview(who, kind, cases=["C001"], parameters=parameters))


async def test_cases_and_problems_that_are_not_there_are_refused(console: Console) -> None:
    assert "There is no case C999" in await _refusal(
        console.preview("operator", RepairKind.HOLD_CASE, cases=["C001", "C999"])
    )
    with pytest.raises(UnknownRepair):
        await console.preview("operator", RepairKind.TRY_NOW, problem_id=77)
    with pytest.raises(UnknownRepair):
        await console.desk.stop(console.people["operator"], 77)


async def test_one_repair_touches_so_many_things_and_no_more(console: Console) -> None:
    things = [{"subject": f"run:pep-review-{n}", "workflow_id": f"pep-review-{n}", "run_id": "1"} for n in range(51)]
    problem = await console.stuck(ProblemKind.WORKFLOW_FAILING, things)
    doing = console.preview("engineer", RepairKind.RESET, problem_id=problem.id)
    assert "This would touch 51 things; one repair may touch 50" in await _refusal(doing)


async def test_from_ten_things_on_their_number_is_typed(console: Console) -> None:
    problem = await _steps(console, *(f"C{n:03}" for n in range(1, 11)))
    row = await console.preview("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    for typed in (9, 11, 0):
        assert "Type 10" in await _refusal(console.confirm("operator", row, typed=typed))
    assert await console.confirm("operator", row, typed=10) is RepairState.RUNNING


async def test_another_list_than_the_previewed_one_is_refused(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    doing = console.desk.confirm(console.people["operator"], row.id, "0" * 64, None)
    assert "not the list that was previewed" in await _refusal(doing)
    assert "Somebody else has previewed this" in await _refusal(console.confirm("other_operator", row))


async def test_a_stale_preview_is_refused(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await console.settle((await console.items(row.id))[1].subject, "succeeded")
    assert "1 thing is no longer as the preview showed" in await _refusal(console.confirm("operator", row))
    assert (await console.repair(row.id)).state == RepairState.PREVIEWED


async def test_what_is_stuck_since_is_not_touched_by_what_was_previewed_before(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    case = await console.case("C004")
    async with console.database.transaction() as session:
        from store.watch_tables import Finding

        now = console.clock.at
        session.add(
            Finding(
                problem_id=problem.id, subject="activity:w:1", case_id=case.id, workflow_id="w", run_id="r",
                pence=0, facts={}, first_seen=now, last_seen=now,
            )
        )  # fmt: skip
    assert await console.confirm("operator", row) is RepairState.RUNNING
    assert len(await console.items(row.id)) == 3


async def test_a_preview_expires_after_half_an_hour_and_an_agreement_after_a_day(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    reset = await console.preview("engineer", RepairKind.RESET, problem_id=problem.id)
    await console.confirm("engineer", reset)
    console.clock.set(console.clock.at + timedelta(minutes=30))
    assert "too long ago" in await _refusal(console.confirm("operator", row))
    console.clock.set(console.clock.at + timedelta(hours=24))
    doing = console.desk.approve(console.people["operator"], reset.id, reset.frozen)
    assert "too long ago" in await _refusal(doing)


async def test_two_people_for_a_reset_and_never_the_one_who_asked(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("engineer", RepairKind.RESET, problem_id=problem.id)
    early = console.desk.approve(console.people["operator"], row.id, row.frozen)
    assert "has not confirmed it yet" in await _refusal(early)
    assert await console.confirm("engineer", row) is RepairState.AWAITING_APPROVAL
    own = console.desk.approve(console.people["engineer"], row.id, row.frozen)
    assert "You asked for this yourself" in await _refusal(own)
    stranger = console.desk.approve(console.people["finance"], row.id, row.frozen)
    assert "may agree to this" in await _refusal(stranger)
    other = console.desk.approve(console.people["operator"], row.id, "0" * 64)
    assert "not the list" in await _refusal(other)
    assert await console.desk.approve(console.people["operator"], row.id, row.frozen) is RepairState.RUNNING
    assert [what for _, what in await console.audit()] == ["previewed", "confirmed", "approved"]


async def test_the_second_person_may_say_no(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("engineer", RepairKind.RESET, problem_id=problem.id)
    await console.confirm("engineer", row)
    refused = await console.desk.refuse(console.people["operator"], row.id, "Restarting is enough here")
    assert refused is RepairState.REFUSED
    doing = console.desk.approve(console.people["operator"], row.id, row.frozen)
    assert "said no" in await _refusal(doing)


async def test_two_people_who_agree_at_once_agree_once(console: Console) -> None:
    problem = await _steps(console)
    row = await console.preview("engineer", RepairKind.RESET, problem_id=problem.id)
    await console.confirm("engineer", row)
    pair = (console.people["operator"], console.people["other_operator"])
    answers = await asyncio.gather(
        *(console.desk.approve(one, row.id, row.frozen) for one in pair), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in answers) == ["RepairRefused", "RepairState"]
    assert [what for _, what in await console.audit()].count("approved") == 1


async def test_two_who_begin_the_same_at_once_begin_it_once(console: Console) -> None:
    """The second one is told by whom it is being done."""
    problem = await _steps(console)
    rows = [await console.preview(who, RepairKind.TRY_NOW, problem_id=problem.id) for who in ("operator", "engineer")]
    assert await console.confirm("operator", rows[0]) is RepairState.RUNNING
    assert f"Repair {rows[0].id} is about some of the same" in await _refusal(console.confirm("engineer", rows[1]))


async def test_what_is_stopped_before_it_began_is_left_out(console: Console) -> None:
    problem = await _steps(console)
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    stranger = console.desk.stop(console.people["finance"], row.id)
    assert "not yours to stop" in await _refusal(stranger)
    assert await console.desk.stop(console.people["other_operator"], row.id) is RepairState.STOPPED
    assert set((await console.results(row.id)).values()) == {"left_out"}


async def test_an_address_is_kept_sealed_and_shown_to_who_decides(console: Console) -> None:
    from store.outbox_tables import Letter
    from tests.repairs.post import letters_for

    letter = (await letters_for(console, "C001", 1))[0]
    await console.change_letter(letter.id, state="refused", settled_at=console.clock.at)
    problem = await console.stuck(
        ProblemKind.LETTER_NOT_DELIVERED, [{"subject": f"letter:{letter.id}", "case_id": letter.case_id}]
    )
    right = {"address": "Right@council.example"}
    row = await console.preview("operator", RepairKind.CORRECT_ADDRESS, problem_id=problem.id, parameters=right)
    assert "right" not in str(row.parameters)
    assert "right" not in str((await console.items(row.id))[0].seen)
    assert [item.subject.partition(":")[0] for item in await console.items(row.id)] == ["person", "letter"]
    assert await console.desk.address_of(console.people["officer"], row.id) == "right@council.example"
    assert "may agree to this" in await _refusal(console.desk.address_of(console.people["other_operator"], row.id))
    assert await console.confirm("operator", row) is RepairState.AWAITING_APPROVAL
    assert all(letter.address != "right@council.example" for letter in await console.rows(Letter))
