"""An act is decided once, in the transaction that stores it: everything commits together, or one line of history."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import event

from casework.errors import UnknownCase
from contracts.ids import cycle_workflow_id, review_workflow_id
from contracts.people import Role
from contracts.review import Section, Stage
from store.database import Database
from store.forms import standing_from_json
from store.outbox_tables import Letter, Message
from store.tables import CaseEvent, Review, SectionRevision, StoredAct
from tests.support.reviews import (
    DT,
    MEETING,
    NEXT_MEETING,
    PASTORAL,
    SW,
    VS,
    act_of,
    at,
    content_of,
    held_on,
    target,
    targets,
)
from tests.support.taken import CHILD, Desk, held, opened, signed, with_a_meeting


async def test_an_accepted_act_stores_act_standing_history_letters_and_message_in_one_transaction(desk: Desk) -> None:
    await opened(desk)
    before = await desk.counts()
    desk.on("2026-09-04")
    answer = await desk.take(SW, "arrange_meeting", on=str(MEETING), place="The library")
    (act,) = await desk.rows(StoredAct)
    assert (act.id, act.action, act.by, act.at, act.body["place"]) == (
        answer.id,
        "arrange_meeting",
        "social_worker",
        desk.clock.at,
        "The library",
    )
    (row,) = await desk.rows(Review)
    standing = standing_from_json(row.standing)
    assert (row.stage, standing.stage, standing.meeting_on, standing.revision) == (
        "preparing",
        Stage.PREPARING,
        MEETING,
        2,
    )
    after = await desk.counts()
    assert {name: after[name] - before[name] for name in after} == {
        "acts": 1,
        "section_revisions": 0,
        "messages": 1,
        "letters": 2,
        "case_events": 4,
    }
    new = (await desk.rows(CaseEvent))[-4:]
    assert sorted(line.what for line in new) == ["accepted", "deadline", "deadline", "stage"]
    message = (await desk.rows(Message))[-1]
    assert (message.workflow_id, message.signal, message.told_at) == (
        review_workflow_id(row.id),
        "meeting_arranged",
        None,
    )
    assert message.facts["standing"] == row.standing, "the workflow hears exactly what PostgreSQL has"
    assert answer.to_tell == (message.workflow_id,)


async def test_a_submission_stores_what_was_written_with_its_revision(desk: Desk) -> None:
    await opened(desk)
    first = await desk.submits(DT, Section.ATTAINMENT)
    second = await desk.submits(DT, Section.ATTAINMENT)
    rows = await desk.rows(SectionRevision)
    assert [(row.section, row.role, row.act_id, row.revision) for row in rows] == [
        ("attainment", "designated_teacher", first.id, 2),
        ("attainment", "designated_teacher", second.id, 3),
    ]
    assert rows[0].content == content_of(Section.ATTAINMENT)


async def test_a_submission_that_leaves_something_missing_tells_no_workflow(desk: Desk) -> None:
    await opened(desk)
    before = len(await desk.rows(Message))
    assert (await desk.submits(DT, Section.ATTAINMENT)).to_tell == ()
    assert len(await desk.rows(Message)) == before


REFUSED: list[tuple[Role, str, dict[str, Any], str]] = [
    (SW, "arrange_meeting", {"on": "2026-10-28"}, "B2"),
    (SW, "arrange_meeting", {"on": "soon"}, "FORM"),
    (DT, "arrange_meeting", {"on": "2026-10-21"}, "ROLE"),
    (SW, "arrange_meeting", {"on": "2026-10-21", "seen": 1}, "STALE"),
    (SW, "sign", {}, "A5"),
    (VS, "return", {"parts": ["targets"], "reasons": "No measure."}, "ORDER"),
    (SW, "unheard_of", {}, "FORM"),
]


async def test_a_refusal_stores_one_line_of_history_and_nothing_else(desk: Desk) -> None:
    await with_a_meeting(desk)
    before, stored = await desk.counts(), await desk.stored()
    for number, (by, action, fields, rule) in enumerate(REFUSED, start=1):
        answer = await desk.take(by, action, **fields)
        assert (answer.accepted, [finding.rule for finding in answer.findings], answer.to_tell) == (False, [rule], ())
        assert await desk.counts() == {**before, "case_events": before["case_events"] + number}
        assert await desk.stored() == stored
        line = (await desk.rows(CaseEvent))[-1]
        assert (line.what, line.by, line.facts["rules"]) == ("refused", by.value, [rule])


async def test_a_refused_act_does_not_use_up_its_id(desk: Desk) -> None:
    await opened(desk)
    act = act_of(SW, "arrange_meeting", on="2026-10-28")
    assert not (await desk.casework.take(CHILD, act)).accepted
    assert (await desk.casework.take(CHILD, {**act, "on": "2026-10-21"})).accepted


async def test_the_same_accepted_id_twice_is_one_act(desk: Desk) -> None:
    await opened(desk)
    act = act_of(SW, "arrange_meeting", on=str(MEETING))
    first = await desk.casework.take(CHILD, act)
    counts, stored = await desk.counts(), await desk.stored()
    again = await desk.on("2026-09-05").casework.take(CHILD, act)
    assert (again.accepted, again.id, again.to_tell) == (True, first.id, first.to_tell)
    assert (await desk.counts(), await desk.stored()) == (counts, stored)


async def test_an_id_of_another_childs_act_is_refused_by_FORM(desk: Desk) -> None:
    await opened(desk)
    act = act_of(SW, "arrange_meeting", on=str(MEETING))
    await desk.casework.take(CHILD, act)
    other = Desk(desk.database, desk.clock, "C021")
    await other.opens()
    answer = await other.casework.take("C021", act)
    assert [finding.rule for finding in answer.findings] == ["FORM"]


async def test_when_the_last_step_of_the_transaction_fails_nothing_of_the_act_is_stored(
    desk: Desk, database: Database
) -> None:
    await opened(desk)
    before, stored, numbers = await desk.counts(), await desk.stored(), await desk.numbers()

    def fail(*_: object) -> None:
        raise ConnectionError("the database went away before the commit")

    event.listen(database.engine.sync_engine, "commit", fail)
    try:
        with pytest.raises(ConnectionError):
            await desk.take(SW, "arrange_meeting", on=str(MEETING))
    finally:
        event.remove(database.engine.sync_engine, "commit", fail)
    assert (await desk.counts(), await desk.stored(), await desk.numbers()) == (before, stored, numbers)
    assert (await desk.take(SW, "arrange_meeting", on=str(MEETING))).accepted


async def test_an_unknown_child_is_no_case(desk: Desk) -> None:
    with pytest.raises(UnknownCase):
        await desk.casework.take("C999", act_of(SW, "sign"))


async def test_before_the_first_review_opens_every_act_is_refused_by_ORDER(desk: Desk) -> None:
    answer = await desk.take(SW, "arrange_meeting", on=str(MEETING))
    assert [finding.rule for finding in answer.findings] == ["ORDER"]
    assert answer.case is not None
    assert answer.case["stage"] is None


async def test_the_answer_is_the_one_of_ACTS(desk: Desk) -> None:
    await opened(desk)
    refused = (await desk.take(SW, "arrange_meeting", on="2026-12-05")).as_json(told=True)
    assert set(refused) == {"id", "outcome", "told", "rules", "sentences", "case"}
    assert (refused["outcome"], refused["rules"], len(refused["sentences"])) == ("refused", ["B2", "M7"], 2)
    accepted = (await desk.take(SW, "arrange_meeting", on=str(MEETING))).as_json(told=False)
    assert (accepted["outcome"], accepted["told"], accepted["rules"]) == ("accepted", False, [])
    assert accepted["case"]["stage"] == "preparing"
    assert accepted["case"]["meeting"]["on"] == "2026-10-14"


async def test_an_act_without_an_id_gets_one(desk: Desk) -> None:
    await opened(desk)
    act = act_of(SW, "arrange_meeting", on=str(MEETING))
    del act["id"]
    answer = await desk.casework.take(CHILD, act)
    assert answer.accepted
    assert (await desk.rows(StoredAct))[0].id == answer.id


async def test_words_that_PostgreSQL_cannot_store_are_refused_and_not_an_error(desk: Desk) -> None:
    await opened(desk)
    for words in ("a\0b", "half a pair \ud83d"):
        assert await desk.rules(SW, "submit", section="about_child", content={"words": words}) == ["FORM"]


async def test_B14_pastoral_staff_write_what_the_teacher_delegated(desk: Desk) -> None:
    await opened(desk)
    content = content_of(Section.TARGETS)
    assert await desk.rules(PASTORAL, "submit", section="targets", content=content) == ["ROLE"]
    teacher = "dt.900000@school.example"
    assert await desk.rules(DT, "delegate", to="helper@elsewhere.example", section="targets") == ["FORM"]
    await desk.does(DT, "delegate", to=f"helper@{teacher.partition('@')[2]}", section="targets")
    await desk.does(PASTORAL, "submit", section="targets", content=content)
    assert not (await desk.standing()).targets_checked
    assert await desk.rules(PASTORAL, "submit", section="attainment", content={"words": "x"}) == ["ROLE"]


async def test_A5_a_next_meeting_tells_the_childs_cycle_when_its_next_review_opens(desk: Desk) -> None:
    await held(desk, next_meeting=None)
    cycle = cycle_workflow_id((await desk.case()).id)
    answer = await desk.does(SW, "next_meeting", on=str(NEXT_MEETING))
    assert cycle in answer.to_tell
    last = [row for row in await desk.rows(Message) if row.workflow_id == cycle][-1]
    assert last.facts["opening"] == {"term": "2026/27 spring", "at": "2026-12-09T00:00:00Z"}
    assert (await desk.case()).opens_at == at("2026-12-09", "00:00")


async def test_A5_a_next_meeting_that_changes_no_opening_tells_the_cycle_nothing(desk: Desk) -> None:
    await held(desk, next_meeting=None)
    cycle = cycle_workflow_id((await desk.case()).id)
    await desk.does(SW, "next_meeting", on="2027-03-03")
    before = len((await desk.numbers()).get(cycle, []))
    answer = await desk.does(SW, "next_meeting", on="2027-03-02")
    assert cycle not in answer.to_tell
    assert len((await desk.numbers()).get(cycle, [])) == before


async def test_letters_of_an_act_are_in_the_outbox_when_the_answer_is_given(desk: Desk) -> None:
    await with_a_meeting(desk)
    letters = await desk.rows(Letter)
    assert [(letter.kind, letter.role, letter.state) for letter in letters] == [
        ("invitation", "designated_teacher", "waiting"),
        ("invitation", "social_worker", "waiting"),
    ]
    assert {letter.dated for letter in letters} == {desk.clock.at}


async def test_M6_two_dates_of_one_instant_have_an_invitation_each(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(SW, "move_meeting", on="2026-10-15", reason="A hearing.")
    await desk.on("2026-09-04", "10:01").passes()
    kinds = Counter((letter.kind, letter.facts["sequence"]) for letter in await desk.rows(Letter))
    assert kinds == {("invitation", 1): 2, ("invitation", 2): 2}


async def test_the_history_names_no_value_that_was_typed(desk: Desk) -> None:
    await held(desk)
    await desk.take(SW, "submit", section="voice", content={"words": "Quixotic words"}, seen="Quixotic words")
    await desk.take(SW, "move_meeting", on="Quixotic words", reason="Quixotic words")
    await desk.take(SW, "record_meeting", **held_on(MEETING, young_person="Quixotic words"))
    await desk.take(SW, "Quixotic words")
    facts = " ".join(str(line.facts) for line in await desk.rows(CaseEvent))
    assert "Quixotic" not in facts


@pytest.mark.parametrize(
    ("by", "action", "fields", "place"),
    [
        (VS, "return", {"parts": ["targets", "Quixotic words"], "reasons": "x"}, "parts: "),
        (SW, "sign", {"Quixotic words": 1}, "an unknown field: "),
        (
            DT,
            "submit",
            {"section": "grant", "content": {"lines": [], "Quixotic words": 1}},
            "content.an unknown field: ",
        ),
        (
            DT,
            "submit",
            {"section": "targets", "content": targets(target(2, **{"Quixotic words": 1}))},
            "content.targets, line 2, an unknown field: ",
        ),
        (
            SW,
            "record_meeting",
            held_on(MEETING, actions=[{"Quixotic words": 1}]),
            "actions, line 1, an unknown field: ",
        ),
    ],
)
async def test_what_was_typed_is_repeated_in_the_answer_and_not_in_the_history(
    desk: Desk, by: Role, action: str, fields: dict[str, Any], place: str
) -> None:
    await signed(desk)
    answer = await desk.take(by, action, **fields)
    assert {finding.rule for finding in answer.findings} == {"FORM"}
    assert "Quixotic words" in " ".join(finding.sentence for finding in answer.findings)
    line = (await desk.rows(CaseEvent))[-1]
    assert (line.what, line.facts["action"], line.facts["rules"]) == ("refused", action, ["FORM"])
    assert len(line.facts["sentences"]) == len(answer.findings)
    assert any(sentence.startswith(place) for sentence in line.facts["sentences"])
    assert "Quixotic" not in str(line.facts)
