"""A12 in the record: an application, its decision, its letters and its ledger, apart from the grants."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import plan_parts
from casework.authority import AuthorityDetails, set_up
from casework.funding import note_late, note_paid
from contracts.clock import end_of
from contracts.funding import FundingStanding
from contracts.ids import funding_workflow_id
from contracts.review import Section
from rules.missing import missing_parts
from store.funding import mark, open_applications
from store.grants import LedgerState, paid_in_year
from store.money_tables import GrantRow
from store.outbox_tables import Destination, Letter, Message
from store.plan_content import applications_on
from store.quiet import first_wake, is_quiet
from store.tables import Review
from tests.support.funding import APPLICATION, ASKED, applies, events, is_decided, rows
from tests.support.reviews import DT, SW, VS, at
from tests.support.taken import CHILD, Desk, held, in_force, opened

AUTHORITY = AuthorityDetails("Exampleshire", "vs@council.example", virtual_school_head_email="head@council.example")
APPLIED, DECIDED = "2026-10-19", "2026-10-21"
DECIDE_BY = end_of(at("2026-11-02").date())
"""Five school days after Monday 19 October; half term is from 26 to 30 October."""


@pytest.fixture
async def applied(desk: Desk) -> tuple[Desk, str]:
    """The autumn's plan is in force, and its designated teacher applied on 19 October."""
    await set_up(desk.database, AUTHORITY)
    await in_force(desk)
    return desk, await applies(desk.on(APPLIED))


async def letters(desk: Desk, kind: str) -> list[Letter]:
    return [letter for letter in await desk.rows(Letter) if letter.kind == kind]


async def _funding_shown(desk: Desk) -> list[dict[str, Any]]:
    """The applications as the plan's readers see them."""
    async with desk.database.transaction() as session:
        return plan_parts.funding(await applications_on(session, (await desk.reviews())[0].plan.review_id))


async def quiet(desk: Desk) -> bool:
    """Whether anything of the applications is due; messages and letters are others' to send."""
    async with desk.database.transaction() as session:
        for row in (await session.execute(select(Message))).scalars():
            row.told_at = desk.clock.at
        for letter in (await session.execute(select(Letter))).scalars():
            letter.settled_at = desk.clock.at
        await session.flush()
        return await is_quiet(session, desk.clock.at)


async def late(desk: Desk) -> FundingStanding:
    application = (await rows(desk.database))[0].id
    async with desk.database.transaction() as session:
        return await note_late(session, application, desk.clock.at)


async def pays(desk: Desk, application: str, key: str) -> None:
    async with desk.database.transaction() as session:
        await mark(session, key, LedgerState.SENT, desk.clock.at)
        await mark(session, key, LedgerState.CONFIRMED, desk.clock.at)
        await note_paid(session, application, desk.clock.at)


async def test_A12_an_application_is_kept_with_the_day_by_which_it_is_decided(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    (row,) = await rows(desk.database)
    assert (row.act_id, row.applied_by, row.asked_pence) == (act, "designated_teacher", ASKED)
    assert (row.decision, row.state, row.key, row.pence) == (None, None, None, None)
    assert row.decide_by == DECIDE_BY
    assert act not in row.id
    assert (await events(desk.database, "funding_deadline"))[0].facts["on"] == "2026-11-02"


async def test_A12_its_workflow_is_told_ids_and_instants_and_neither_sum_nor_words(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    await is_decided(desk.on(DECIDED), act)
    (row,) = await rows(desk.database)
    told = [one for one in await desk.rows(Message) if one.workflow_id == funding_workflow_id(row.id)]
    assert [(one.number, one.signal) for one in told] == [(1, "funding_applied"), (2, "funding_decided")]
    assert [one.facts["decision"] for one in told] == [None, "agreed"]
    assert {key for one in told for key in one.facts} == {"number", "at", "decision"}


async def test_A12_an_agreed_sum_is_owed_to_the_school_of_that_moment_and_not_counted_by_any_cap(
    applied: tuple[Desk, str],
) -> None:
    desk, act = applied
    granted = [(row.pence, row.state) for row in await desk.rows(GrantRow)]
    await is_decided(desk.on(DECIDED), act, pence=ASKED - 1)
    (row,), case = await rows(desk.database), await desk.case()
    assert (row.decision, row.pence, row.state) == ("agreed", ASKED - 1, "intent")
    assert (row.school_urn, row.key) == (case.school_urn, f"funding-{CHILD}-1")
    assert [(one.pence, one.state) for one in await desk.rows(GrantRow)] == granted
    await pays(desk, row.id, row.key or "")
    async with desk.database.transaction() as session:
        assert await paid_in_year(session, case.id, "2026/27") == sum(pence for pence, _ in granted)
    assert [one.facts for one in await events(desk.database, "funding")] == [{"pence": ASKED - 1, "key": row.key}]


async def test_A12_M5_the_grant_section_keeps_its_caps_whatever_was_agreed_beside_it(desk: Desk) -> None:
    await held(desk)
    await is_decided(desk, await applies(desk, pence=500_000), pence=500_000)
    over = {"lines": [{"what": "Tutor", "target": 1, "pence": 50_001}]}
    assert await desk.rules(DT, "submit", section="grant", content=over) == ["M5"]
    await desk.submits(DT, Section.GRANT)


async def test_A12_both_parties_read_the_decision_when_they_are_at_work(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    await is_decided(desk.on("2026-10-29"), act)  # a Thursday in half term
    sent = {letter.role: letter for letter in await letters(desk, "funding_decided")}
    assert sent.keys() == {"designated_teacher", "social_worker"}
    assert sent["social_worker"].next_try_at == desk.clock.at
    assert sent["designated_teacher"].next_try_at == at("2026-11-02", "08:00")
    assert {(one.facts["agreed"], one.facts["pence"]) for one in sent.values()} == {(True, ASKED)}


async def test_A12_a_declined_application_pays_nothing_and_is_over(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    await is_decided(desk.on(DECIDED), act, agreed=False)
    (row,) = await rows(desk.database)
    assert (row.decision, row.state, row.key, row.pence, row.school_urn) == ("declined", None, None, None, None)
    assert {letter.facts["agreed"] for letter in await letters(desk, "funding_decided")} == {False}
    closed = {one.workflow_id for one in await desk.rows(Destination) if one.closed}
    assert funding_workflow_id(row.id) in closed
    assert await quiet(desk)


async def test_A12_it_is_decided_once_and_only_what_this_child_applied_for(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    decision = {"agreed": True, "pence": ASKED, "reason": "It is exceptional."}
    assert await desk.rules(VS, "decide_funding", application="nobody's", **decision) == ["ORDER"]
    more = decision | {"pence": ASKED + 1}
    assert await desk.rules(VS, "decide_funding", application=act, **more) == ["FORM"]
    sibling = await opened(Desk(desk.database, desk.clock, "C021"))
    assert await sibling.on(APPLIED).rules(VS, "decide_funding", application=act, **decision) == ["ORDER"]
    await is_decided(desk.on(DECIDED), act)
    assert await desk.rules(VS, "decide_funding", application=act, **decision) == ["ORDER"]
    assert [row.pence for row in await rows(desk.database)] == [ASKED]


async def test_A12_two_decisions_at_once_are_one(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    fields = {"application": act, "pence": ASKED, "reason": "It is exceptional."}
    answers = await asyncio.gather(
        *(desk.take(VS, "decide_funding", agreed=agreed, **fields) for agreed in (True, False))
    )
    assert sorted(answer.accepted for answer in answers) == [False, True]
    assert len({letter.facts["agreed"] for letter in await letters(desk, "funding_decided")}) == 1


async def test_A12_every_application_of_a_child_has_a_key_of_its_own(applied: tuple[Desk, str]) -> None:
    desk, first = applied
    second = await applies(desk, SW, 5_000)
    await is_decided(desk, second, pence=5_000)
    await is_decided(desk, first)
    keys = {row.act_id: row.key for row in await rows(desk.database)}
    assert keys == {second: f"funding-{CHILD}-1", first: f"funding-{CHILD}-2"}


async def test_A12_without_a_school_place_the_virtual_school_keeps_what_was_agreed(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    await desk.on("2026-10-20").does(SW, "change_school", **{"from": "2026-10-20"})
    await is_decided(desk.on(DECIDED), act, pence=90_000)
    (row,) = await rows(desk.database)
    assert (row.decision, row.state, row.pence) == ("agreed", "kept", 90_000)
    assert (row.key, row.school_urn) == (None, None), "no payment, not even to the last school"
    assert row.settled_at == desk.clock.at
    assert [(one.facts, one.by) for one in await events(desk.database, "funding_kept")] == [
        ({"pence": 90_000}, "virtual_school")
    ]
    sent = {letter.role: letter.facts for letter in await letters(desk, "funding_decided")}
    assert sent.keys() == {"social_worker", "virtual_school"}
    assert {(facts["agreed"], facts["kept"], facts["pence"]) for facts in sent.values()} == {(True, True, 90_000)}
    shown = await _funding_shown(desk)
    assert [(one["state"], one["agreed_pence"]) for one in shown] == [("kept", 90_000)]


async def test_A12_what_is_kept_is_over_and_is_no_payment_of_the_child(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    await desk.on("2026-10-20").does(SW, "change_school", **{"from": "2026-10-20"})
    await is_decided(desk.on(DECIDED), act)
    (row,) = await rows(desk.database)
    assert funding_workflow_id(row.id) in {one.workflow_id for one in await desk.rows(Destination) if one.closed}
    assert await quiet(desk)
    async with desk.database.transaction() as session:
        assert await open_applications(session) == []
    fields = {"application": act, "agreed": True, "pence": ASKED, "reason": "It is exceptional."}
    assert await desk.rules(VS, "decide_funding", **fields) == ["ORDER"], "decided once, as any other"
    school = {"school": "New Hall", "calendar": "phsg", "designated_teacher": "A", "email": "dt@new.example"}
    await desk.on("2026-11-03").does(SW, "change_school", **school, **{"from": "2026-11-03"})
    assert (await rows(desk.database))[0].state == "kept", "a place that is found later changes no decision"
    await is_decided(desk, await applies(desk, SW, 5_000), pence=5_000)
    assert [one.key for one in await rows(desk.database) if one.key] == [f"funding-{CHILD}-1"]


async def test_A12_the_decision_goes_to_the_parties_of_now_though_the_plan_is_over(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    async with desk.database.transaction() as session:
        review = (await session.execute(select(Review))).scalar_one()
        review.stage, review.standing = "closed", {**review.standing, "stage": "closed"}
    await desk.on("2026-10-20").does(SW, "change_school", **{"from": "2026-10-20"})
    assert (await desk.reviews())[0].plan.has_school_place, "what is over does not follow the child"
    await is_decided(desk.on(DECIDED), act)
    roles = {letter.intended_role for letter in await letters(desk, "funding_decided")}
    assert roles == {"social_worker", "virtual_school"}


async def test_A12_a_late_decision_is_told_once_to_the_head_of_the_virtual_school(applied: tuple[Desk, str]) -> None:
    desk, _ = applied
    desk.clock.set(DECIDE_BY - timedelta(seconds=1))
    await late(desk)
    assert await letters(desk, "escalation") == [], "it is not late yet"
    desk.clock.set(DECIDE_BY)
    for _ in range(2):
        assert await late(desk) == FundingStanding(None)
    (letter,) = await letters(desk, "escalation")
    assert (letter.role, letter.level, letter.address) == ("virtual_school_head", 1, "head@council.example")
    assert letter.facts["dates"] == {"funding_decision": "2026-11-02"}
    assert letter.next_try_at == at("2026-11-03", "08:00")


async def test_A12_a_decision_before_that_letter_left_withdraws_it(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    desk.clock.set(DECIDE_BY)
    await late(desk)
    await is_decided(desk, act)
    assert [letter.state for letter in await letters(desk, "escalation")] == ["withdrawn"]
    assert (await late(desk)).decision == "agreed"
    assert len(await letters(desk, "escalation")) == 1


async def test_A12_a_rehearsal_waits_for_it(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    assert await quiet(desk)
    async with desk.database.transaction() as session:
        assert await first_wake(session) is not None
        assert (await first_wake(session) or DECIDE_BY) <= DECIDE_BY
    desk.clock.set(DECIDE_BY)
    assert not await quiet(desk), "nobody was told yet that it is late"
    await late(desk)
    assert await quiet(desk)
    await is_decided(desk, act)
    assert not await quiet(desk), "agreed and not paid"
    (row,) = await rows(desk.database)
    await pays(desk, row.id, row.key or "")
    assert await quiet(desk)


async def test_A12_what_is_open_is_what_a_rebuild_starts(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    declined = await applies(desk, SW)
    await is_decided(desk, declined, agreed=False)

    async def found() -> list[str]:
        async with desk.database.transaction() as session:
            return [row.act_id for row in await open_applications(session)]

    assert await found() == [act]
    await is_decided(desk, act)
    assert await found() == [act]
    row = next(row for row in await rows(desk.database) if row.act_id == act)
    await pays(desk, row.id, row.key or "")
    assert await found() == []


async def test_A12_a_plan_that_is_paused_or_over_does_not_stop_it(applied: tuple[Desk, str]) -> None:
    desk, act = applied
    plan, standing = (await desk.reviews())[0].plan, await desk.standing()
    assert missing_parts(plan, standing) == []
    await desk.does(SW, "apply_for_funding", **APPLICATION)
    await is_decided(desk.on("2027-06-01"), act)
