"""The time line of a case at its fullest: a letter that came back, with its button, and everything unfolded."""

from sqlalchemy import select

from casework.undelivered import take_bounce
from store.cases import find_case
from store.letters import LetterState
from store.outbox_tables import Letter
from tests.browser.axe import assert_accessible
from tests.browser.cast import OFFICER, PREPARING
from tests.browser.stage import Stage


async def test_a_letter_that_came_back_and_every_act(stage: Stage) -> None:
    async with stage.house.database.transaction() as session:
        case = await find_case(session, PREPARING)
        assert case
        query = select(Letter.message_id).where(Letter.case_id == case.id, Letter.state == LetterState.SENT)
        message_ids = list((await session.execute(query)).scalars())
        assert await take_bounce(session, message_ids, 550, stage.house.clock.instant)
    person = await stage.signed_in(OFFICER)
    await person.goes(f"/cases/{PREPARING}/timeline")
    await person.sees("has NOT been told", "I told them otherwise")
    await person.measures("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    await assert_accessible(stage, person)
