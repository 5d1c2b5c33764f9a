"""Repairs that PostgreSQL alone is enough for: dates, people, addresses, holds, letters, payments."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.problems import ProblemKind, RepairKind
from repairs.errors import RepairRefused
from rules.deadlines import deadlines
from store import sessions
from store.cases import person_with
from store.letters import claim_letter
from store.outbox_tables import Letter, Message
from store.repairables import people_on
from store.tables import CaseEvent, Person
from store.watch_tables import CaseHold
from tests.repairs.console import Console
from tests.repairs.post import letters_for, review_of
from tests.repairs.watching import watch_of
from tests.support.reviews import SW, VS, at
from tests.support.taken import Desk, held, signed

CHILD = "C007"


async def _walk(console: Console) -> None:
    await (await watch_of(console)).walk()


async def _done(console: Console, number: int) -> dict[str, str | None]:
    """What was said of each thing, by its result."""
    return {item.result: item.said for item in await console.items(number)}


def _due(desk_reviews: Any, name: str) -> date:
    kept = desk_reviews[0]
    return next(one.on for one in deadlines(kept.plan, kept.standing) if one.name == name)


async def test_a_deadline_moves_by_school_days_with_its_reason_and_its_letters(console: Console) -> None:
    """The preview shows the new date; the workflow hears of it; the sentence says why."""
    desk = await held(Desk(console.database, console.clock, CHILD))
    before = _due(await desk.reviews(), "completion")
    row = await console.preview("officer", RepairKind.EXTEND, cases=[CHILD], parameters={"school_days": "5"})
    (item,) = await console.items(row.id)
    assert (item.seen["deadline"], item.seen["on"]) == ("completion", before.isoformat())
    await console.confirm("officer", row)
    await _walk(console)
    after = _due(await desk.reviews(), "completion")
    assert after.isoformat() == item.seen["to"] > before.isoformat()
    assert await _done(console, row.id) == {"moved_on": "It is due on Wednesday 4 November 2026 now."}
    events = {event.what: event for event in await console.rows(CaseEvent)}
    assert events["extended"].by == "virtual_school"
    sentence = events["deadline"].facts["sentence"]
    assert "5 school days later because the Virtual School gave more time" in sentence
    assert (await console.rows(Message))[-1].signal == "plan_changed"


async def test_the_sign_off_is_extended_by_its_own_days(console: Console) -> None:
    desk = await signed(Desk(console.database, console.clock, CHILD))
    before = _due(await desk.reviews(), "virtual_school_sign_off")
    await console.begin("officer", RepairKind.EXTEND, cases=[CHILD], parameters={"school_days": "2"})
    await _walk(console)
    kept = (await desk.reviews())[0]
    assert (kept.standing.extended_since_signing, kept.standing.extended_school_days) == (2, 0)
    assert _due([kept], "virtual_school_sign_off") == before + timedelta(days=2)


async def test_an_act_in_between_is_a_change_since(console: Console) -> None:
    """Confirmed, and then the plan moved on before the watch came to it: another deadline runs now."""
    desk = await held(Desk(console.database, console.clock, CHILD))
    row = await console.begin("officer", RepairKind.EXTEND, cases=[CHILD], parameters={"school_days": "5"})
    await desk.does(VS, "pause", reason="In hospital.")
    await _walk(console)
    assert list(await _done(console, row.id)) == ["changed_since"]
    assert (await desk.reviews())[0].standing.extended_school_days == 0


async def test_the_next_review_opens_on_an_earlier_day_and_keeps_it(console: Console) -> None:
    """Whatever computes the opening anew afterwards keeps the day: the cycle is told of it."""
    desk = Desk(console.database, console.clock, CHILD)
    await held(desk)
    await desk.does(SW, "next_meeting", on="2027-01-20")
    opens = (await desk.case()).opens_at
    assert opens is not None
    on = "2026-11-02"
    row = await console.begin("officer", RepairKind.BRING_FORWARD, cases=[CHILD], parameters={"on": on})
    await _walk(console)
    assert await _done(console, row.id) == {"moved_on": "The next review opens on Monday 2 November 2026 now."}
    assert (await desk.case()).opens_at == at(on, "00:00") < opens
    told = [message for message in await console.rows(Message) if message.signal == "opening_changed"]
    assert told[-1].facts["opening"]["at"] == "2026-11-02T00:00:00Z"
    await desk.does(SW, "next_meeting", on="2027-01-21")
    assert (await desk.case()).opens_at == at(on, "00:00")
    with pytest.raises(RepairRefused, match="refused"):
        await console.preview("officer", RepairKind.BRING_FORWARD, cases=[CHILD], parameters={"on": "2027-02-01"})


async def test_many_cases_are_handed_to_a_colleague_each_by_an_act(console: Console) -> None:
    refs, to = ["C001", "C007", "C013"], "sw1@council.example"
    asked: dict[str, Any] = {"cases": refs, "parameters": {"role": "social_worker", "address": to}}
    row = await console.begin("officer", RepairKind.REASSIGN, **asked)
    assert to not in str(row.parameters)
    await _walk(console)
    assert list(await _done(console, row.id)) == ["moved_on"]
    async with console.database.transaction() as session:
        person = await person_with(session, to)
        cases = [(await console.case(ref)).id for ref in refs]
        assert await people_on(session, cases, SW) == {case: [person] for case in cases}
    assert [event.what for event in await console.rows(CaseEvent)].count("handed_over") == 3
    with pytest.raises(RepairRefused):
        await console.preview("operator", RepairKind.REASSIGN, **asked)


async def test_a_held_case_writes_to_nobody_until_it_is_released(console: Console) -> None:
    letters = await letters_for(console, CHILD, 1)
    row = await console.begin("operator", RepairKind.HOLD_CASE, cases=[CHILD])
    await _walk(console)
    assert list(await _done(console, row.id)) == ["moved_on"]
    assert await _claimable(console, letters) is False
    again = await console.preview("operator", RepairKind.HOLD_CASE, cases=[CHILD])
    assert (await console.items(again.id))[0].seen == {"held": True}
    await console.begin("officer", RepairKind.RELEASE_CASE, cases=[CHILD])
    await _walk(console)
    assert await console.rows(CaseHold) == []
    assert await _claimable(console, letters) is True


async def _claimable(console: Console, letters: list[Letter]) -> bool:
    ids = {letter.id for letter in letters}
    async with console.database.transaction() as session:
        found = set()
        while (letter := await claim_letter(session, console.clock.at)) is not None:
            found.add(letter.id)
        await session.rollback()
    return ids <= found


async def test_an_address_is_corrected_with_its_letters_and_its_sessions_end(console: Console) -> None:
    """Operators ask, a Virtual School officer agrees; never two people with one address."""
    refused, waiting = await letters_for(console, CHILD, 2)
    await console.change_letter(refused.id, state="bounced", settled_at=console.clock.at)
    old = refused.address
    async with console.database.transaction() as session:
        person = await person_with(session, old)
        secret = await sessions.begin(session, person, sessions.Way.CODE, console.clock.at)
    problem = await console.stuck(
        ProblemKind.LETTER_NOT_DELIVERED, [{"subject": f"letter:{refused.id}", "case_id": refused.case_id}]
    )
    asked: dict[str, Any] = {"problem_id": problem.id, "parameters": {"address": "right@council.example"}}
    with pytest.raises(RepairRefused):
        await console.preview(
            "operator", RepairKind.CORRECT_ADDRESS, problem_id=problem.id, parameters={"address": old}
        )
    row = await console.begin("operator", RepairKind.CORRECT_ADDRESS, second="officer", **asked)
    await _walk(console)
    console.clock.set(console.clock.at + timedelta(seconds=11))
    await _walk(console)
    results = await console.results(row.id)
    assert results[f"person:{person}"] == "moved_on"
    assert {results[f"letter:{one.id}"] for one in (refused, waiting)} == {"checking"}
    async with console.database.transaction() as session:
        assert (await session.get_one(Person, person)).email == "right@council.example"
        assert await sessions.find(session, secret, console.clock.at) is None
    letters = {letter.id: letter for letter in await console.rows(Letter)}
    assert {letters[one.id].address for one in (refused, waiting)} == {"right@council.example"}
    assert letters[refused.id].state == "waiting"
    assert letters[refused.id].message_id == refused.message_id, "the same letter"


async def test_a_letter_that_did_not_arrive_goes_to_whoever_has_the_role_today(console: Console) -> None:
    (letter,) = await letters_for(console, CHILD, 1)
    await console.change_letter(letter.id, state="refused", settled_at=console.clock.at)
    act = {"role": "social_worker", "name": "Invented", "email": "sw5@council.example", "from": "2026-09-01"}
    await Desk(console.database, console.clock, CHILD).does(VS, "change_person", **act)
    problem = await console.stuck(
        ProblemKind.LETTER_NOT_DELIVERED, [{"subject": f"letter:{letter.id}", "case_id": letter.case_id}]
    )
    row = await console.begin("officer", RepairKind.RESEND, problem_id=problem.id)
    await _walk(console)
    sent = next(one for one in await console.rows(Letter) if one.id == letter.id)
    assert (sent.address, sent.state, sent.attempts) == ("sw5@council.example", "waiting", 0)
    assert list(await _done(console, row.id)) == ["checking"]


async def test_a_waiting_letter_is_tried_at_once(console: Console) -> None:
    (letter,) = await letters_for(console, CHILD, 1)
    await console.change_letter(letter.id, next_try_at=console.clock.at + timedelta(minutes=30), attempts=4)
    problem = await console.stuck(
        ProblemKind.LETTER_NOT_DELIVERED, [{"subject": f"letter:{letter.id}", "case_id": letter.case_id}]
    )
    await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await _walk(console)
    assert next(one for one in await console.rows(Letter) if one.id == letter.id).next_try_at == console.clock.at


async def test_what_is_only_being_checked_is_never_called_done(console: Console) -> None:
    """Without evidence it is still failing after half an hour; a success that is seen before makes it moved on."""
    (letter,) = await letters_for(console, CHILD, 1)
    await console.change_letter(letter.id, state="refused", settled_at=console.clock.at)
    problem = await console.stuck(
        ProblemKind.LETTER_NOT_DELIVERED, [{"subject": f"letter:{letter.id}", "case_id": letter.case_id}]
    )
    row = await console.begin("operator", RepairKind.RESEND, problem_id=problem.id)
    await _walk(console)
    console.clock.set(console.clock.at + timedelta(minutes=29))
    await _walk(console)
    assert list(await _done(console, row.id)) == ["checking"]
    console.clock.set(console.clock.at + timedelta(minutes=1))
    await _walk(console)
    assert await _done(console, row.id) == {"still_failing": "It has not been seen to succeed within half an hour."}


async def test_a_wait_that_passed_is_woken_with_news_that_its_process_takes_up(console: Console) -> None:
    """The count of changes is higher than the one that the process has, so that it asks the rules anew."""
    review_id = await review_of(console, CHILD)
    case = await console.case(CHILD)
    problem = await console.stuck(
        ProblemKind.WAIT_PASSED,
        [{"subject": f"review:{review_id}", "case_id": case.id, "workflow_id": f"pep-review-{review_id}"}],
    )
    before = (await Desk(console.database, console.clock, CHILD).standing()).changes
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await _walk(console)
    assert (await Desk(console.database, console.clock, CHILD).standing()).changes == before + 1
    message = (await console.rows(Message))[-1]
    assert (message.signal, message.facts["standing"]["changes"]) == ("plan_changed", before + 1)
    assert row.kind == "try_now"
