"""An address is corrected: the old mailbox and whatever was had through it opens nothing any more."""

from typing import Any

from sqlalchemy import select

from contracts.problems import ProblemKind, RepairKind
from store import authenticators, calendar_feeds, sessions, sign_ins, tokens
from store.cases import person_with
from store.outbox_tables import Letter
from store.sign_ins import Step
from store.watch_tables import ProblemRow, RepairRow
from tests.repairs.console import Console
from tests.repairs.post import letters_for
from tests.repairs.watching import watch_of
from tests.support.reviews import SW

CHILD, RIGHT = "C007", "right@council.example"


async def _walk(console: Console) -> None:
    await (await watch_of(console)).walk()


async def _undelivered(console: Console, letter: Letter) -> ProblemRow:
    await console.change_letter(letter.id, state="bounced", settled_at=console.clock.at)
    thing = {"subject": f"letter:{letter.id}", "case_id": letter.case_id}
    return await console.stuck(ProblemKind.LETTER_NOT_DELIVERED, [thing])


async def _corrected(console: Console, problem: ProblemRow) -> RepairRow:
    asked: dict[str, Any] = {"problem_id": problem.id, "parameters": {"address": RIGHT}}
    return await console.begin("operator", RepairKind.CORRECT_ADDRESS, second="officer", **asked)


async def test_the_old_mailbox_loses_every_way_in(console: Console) -> None:
    """Sessions, codes that were mailed, steps that follow a code, calendars, tokens and the authenticator."""
    (letter,) = await letters_for(console, CHILD, 1)
    old, now = letter.address, console.clock.at
    problem = await _undelivered(console, letter)
    async with console.database.transaction() as session:
        person = await person_with(session, old)
        asked: dict[str, Any] = {"next_path": "/", "email": old, "person_id": person}
        code = await sign_ins.begin(session, Step.CODE, now, code="123456", **asked)
        second = await sign_ins.begin(session, Step.AUTHENTICATOR, now, **asked)
        signed_in = await sessions.begin(session, person, sessions.Way.CODE, now)
        feed = await calendar_feeds.make_feed(session, person, now)
        token = await tokens.create(session, old, SW, now)
        await authenticators.enrol(session, person, "sealed", None, now)
    row = await _corrected(console, problem)
    await _walk(console)
    assert (await console.results(row.id))[f"person:{person}"] == "moved_on"
    async with console.database.transaction() as session:
        assert await sign_ins.take_code(session, code, "123456", now) is sign_ins.Wrong.OVER
        assert await sign_ins.use(session, second, Step.AUTHENTICATOR, now) is None
        assert await sessions.find(session, signed_in, now) is None
        assert await calendar_feeds.owner_of_feed(session, feed, now) is None
        assert await tokens.find(session, token) is None
        assert await authenticators.sealed_secret(session, person) is None


async def test_what_somebody_else_has_is_left_alone(console: Console) -> None:
    (letter,) = await letters_for(console, CHILD, 1)
    now, problem = console.clock.at, await _undelivered(console, letter)
    async with console.database.transaction() as session:
        other = await person_with(session, "sw1@council.example")
        begun: dict[str, Any] = {"next_path": "/", "email": "sw1@council.example", "person_id": other}
        code = await sign_ins.begin(session, Step.CODE, now, code="123456", **begun)
        token = await tokens.create(session, "sw1@council.example", SW, now)
    await _corrected(console, problem)
    await _walk(console)
    async with console.database.transaction() as session:
        assert isinstance(await sign_ins.take_code(session, code, "123456", now), sign_ins.Attempt)
        assert await tokens.find(session, token) == other


async def _waits_again(console: Console, row: RepairRow, letter: Letter) -> tuple[str, str | None, str]:
    """What is said of a letter after another look, and where it goes."""
    console.clock.set(console.clock.at.replace(minute=console.clock.at.minute + 1))
    await _walk(console)
    item = next(one for one in await console.items(row.id) if one.subject == f"letter:{letter.id}")
    async with console.database.transaction() as session:
        address = (await session.execute(select(Letter.address).where(Letter.id == letter.id))).scalar_one()
    return item.result, item.said, address


async def test_a_letter_that_is_being_sent_to_the_old_address_goes_to_the_right_one_with_its_next_attempt(
    console: Console,
) -> None:
    came_back, on_its_way = await letters_for(console, CHILD, 2)
    await console.change_letter(on_its_way.id, state="sending", claimed_at=console.clock.at, attempts=1)
    row = await _corrected(console, await _undelivered(console, came_back))
    await _walk(console)
    result, said, address = await _waits_again(console, row, on_its_way)
    assert (result, address) == ("waiting", on_its_way.address)
    assert said == "It is being sent to the old address at this moment; what becomes of it is waited for."
    await console.change_letter(on_its_way.id, state="waiting", claimed_at=None)
    result, said, address = await _waits_again(console, row, on_its_way)
    assert (result, address) == ("checking", RIGHT)
    assert said == "The letter goes to the right address with its next attempt."
