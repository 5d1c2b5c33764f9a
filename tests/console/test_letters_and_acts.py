"""Letters that do not arrive, and acts that Temporal was not told of."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from casework.undelivered import take_bounce
from contracts.problems import GoneBecause, ProblemKind, ProblemState
from rehearsal.acts_file import Played
from store.outbox_tables import Letter
from tests.console.stage import Stage
from tests.support.smtp_sink import Manner
from tests.support.temporal_dev import until
from tests.support.temporal_played import acts_of

LETTER, ACT = ProblemKind.LETTER_NOT_DELIVERED, ProblemKind.NOT_TOLD
ARRANGED = acts_of("prompt_term")[:1]
"""Both parties are invited by letter."""


async def test_a_refused_letter_is_stuck_until_somebody_has_seen_to_it(stage: Stage) -> None:
    await stage.open_reviews("C1")
    stage.sink.plan(Manner.NO_SUCH_RECIPIENT)
    async with stage.working():
        assert await stage.take(ARRANGED) == [True]
        await stage.settled()
    await stage.looks(LETTER.value)
    problem, found = await stage.problem(LETTER), await stage.finding(LETTER)
    assert (problem.step, problem.error_type) == ("invitation", "MailRefused")
    assert found.facts["smtp_code"] == 550
    assert "@" not in str(found.facts), "an address is no fact for the console"
    assert found.case_id is not None

    stage.pass_by()
    await stage.looks(LETTER.value)
    assert await stage.findings(LETTER, still=True)
    await _change(stage, found.subject, seen_to_at=stage.clock.instant)
    await stage.looks(LETTER.value)
    assert [one.gone_because for one in await stage.findings(LETTER)] == [GoneBecause.SUCCEEDED]
    assert (await stage.problem(LETTER)).state == ProblemState.RESOLVED


async def test_a_letter_that_comes_back_is_stuck(stage: Stage) -> None:
    await stage.open_reviews("C1")
    async with stage.working():
        assert await stage.take(ARRANGED) == [True]
        await stage.settled()
    await stage.looks(LETTER.value)
    assert await stage.problems(LETTER) == []
    letter = (await _letters(stage))[0]
    async with stage.database.transaction() as session:
        assert await take_bounce(session, [letter.message_id], 550, stage.clock.instant)
    await stage.looks(LETTER.value)
    assert (await stage.problem(LETTER)).error_type == "MailBounced"
    assert (await stage.finding(LETTER)).subject == f"letter:{letter.id}"


async def test_a_mail_server_that_takes_nothing_is_one_problem_and_gone_when_it_takes_the_letters(stage: Stage) -> None:
    await stage.open_reviews("C1")
    await stage.sink.go_down()
    async with stage.working():
        assert await stage.take(ARRANGED) == [True]
        for tries in (1, 2, 3):
            await until(lambda tries=tries: _all_tried(stage, tries))  # type: ignore[misc]
            await stage.looks(LETTER.value)
            if tries < 3:
                assert await stage.problems(LETTER) == [], "it may be a moment's trouble"
            stage.pass_by(timedelta(minutes=2))
        problem = await stage.problem(LETTER)
        assert (problem.step, problem.error_type) == ("", "MailUnavailable")
        stuck = await stage.findings(LETTER, still=True)
        assert len(stuck) == len(await _letters(stage)) == 2
        assert all(one.next_try_at is not None for one in stuck)

        await stage.sink.come_back()
        stage.pass_by(timedelta(minutes=30))
        await stage.settled()
        await stage.looks(LETTER.value)
    assert {one.gone_because for one in await stage.findings(LETTER)} == {GoneBecause.SUCCEEDED}
    assert (await stage.problem(LETTER)).state == ProblemState.RESOLVED


async def test_a_letter_that_is_withdrawn_waits_for_nobody(stage: Stage) -> None:
    await stage.open_reviews("C1")
    await stage.sink.go_down()
    async with stage.working():
        assert await stage.take(ARRANGED) == [True]
        await until(lambda: _all_tried(stage, 1))
    for letter in await _letters(stage):
        await _change(stage, f"letter:{letter.id}", attempts=3)
    await stage.looks(LETTER.value)
    assert len(await stage.findings(LETTER, still=True)) == 2
    for letter in await _letters(stage):
        await _change(stage, f"letter:{letter.id}", state="withdrawn", settled_at=stage.clock.instant)
    await stage.looks(LETTER.value)
    assert {one.gone_because for one in await stage.findings(LETTER)} == {GoneBecause.OVERTAKEN}


async def test_an_act_that_temporal_was_not_told_of_is_stuck_until_it_was(stage: Stage) -> None:
    await stage.open_reviews("C1", "C2")
    review = await stage.review_of("C1")
    await stage.stop_temporal()
    assert await stage.take([*ARRANGED, *_also_by("C2")]) == [False, False]
    await stage.looks(ACT.value)
    assert await stage.problems(ACT) == [], "it may be told in a moment"
    stage.pass_by()
    await stage.looks()
    problem, stuck = await stage.problem(ACT), await stage.findings(ACT, still=True)
    assert len(stuck) == 2, "one problem, two children"
    assert problem.state == ProblemState.NEW
    assert review in {one.workflow_id for one in stuck}
    assert {one.facts["signal"] for one in stuck} == {"meeting_arranged"}
    assert (await stage.sweep(ACT.value)).error_type is None, "this needs no Temporal"

    await stage.start_temporal()
    await stage.looks(ACT.value)
    assert await stage.findings(ACT, still=True), "that Temporal is back is not that it was told"
    assert await stage.relay.sweep() == 0
    await stage.looks(ACT.value)
    assert {one.gone_because for one in await stage.findings(ACT)} == {GoneBecause.SUCCEEDED}
    assert (await stage.problem(ACT)).state == ProblemState.RESOLVED


def _also_by(child: str) -> Sequence[Played]:
    return [Played(one.at, child, {**one.act, "id": f"arranged for {child}"}) for one in ARRANGED]


async def _letters(stage: Stage) -> list[Letter]:
    async with stage.database.transaction() as session:
        query = select(Letter).where(Letter.kind == "invitation").order_by(Letter.id)
        return list((await session.execute(query)).scalars())


async def _all_tried(stage: Stage, times: int) -> bool:
    letters = await _letters(stage)
    return bool(letters) and all(one.attempts >= times and one.state == "waiting" for one in letters)


async def _change(stage: Stage, subject: str, **values: object) -> None:
    letter_id = int(subject.removeprefix("letter:"))
    async with stage.database.transaction() as session:
        await session.execute(update(Letter).where(Letter.id == letter_id).values(**values))
