"""Which letters stay where they are when a role changes hands, and whose else follow (PROCESS.md, People)."""

from sqlalchemy import update

from casework.authority import AuthorityDetails, set_up
from store.letters import LetterState
from store.outbox_tables import Letter
from tests.support.reviews import DT, SW, VS
from tests.support.taken import Desk, complete, held, with_a_meeting

NEW = {"role": "social_worker", "name": "Invented", "email": "new@council.example"}


async def readers_of(desk: Desk, kind: str, role: str = "social_worker") -> list[tuple[str, str]]:
    """The address and the state of each letter of a kind to a role, the oldest first."""
    rows = [row for row in await desk.rows(Letter) if (row.kind, row.intended_role) == (kind, role)]
    return [(row.address, row.state) for row in rows]


async def test_a_letter_that_was_tried_once_keeps_its_address(desk: Desk) -> None:
    """It may have arrived: it goes out the same to the byte, or not at all."""
    await complete(await held(desk))
    before = await readers_of(desk, "signature_asked")
    async with desk.database.transaction() as session:
        await session.execute(update(Letter).values(attempts=1))
    await desk.does(VS, "change_person", **NEW, **{"from": "2026-10-14"})
    assert await readers_of(desk, "signature_asked") == before


async def test_B4_a_new_party_is_invited_once_and_the_one_before_not_any_more(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(VS, "change_person", **NEW, **{"from": "2026-09-04"})
    found = await readers_of(desk, "invitation")
    assert [address for address, state in found if state == LetterState.WAITING] == ["new@council.example"]


async def test_B4_who_was_asked_in_person_stays_asked(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(SW, "invite", kind="carer", email="aunt@home.example")
    carer = {"role": "carer", "name": "Invented", "email": "carer@home.example", "from": "2026-09-04"}
    await desk.does(VS, "change_person", **carer)
    assert await readers_of(desk, "invitation", "carer") == [("aunt@home.example", LetterState.WAITING)]


async def test_the_virtual_schools_letters_follow_its_address(desk: Desk) -> None:
    await complete(await held(desk))
    await set_up(desk.database, AuthorityDetails("Invented", "first@authority.example"))
    await desk.on("2026-10-15").does(SW, "sign")
    await desk.does(DT, "sign")
    await set_up(desk.database, AuthorityDetails("Invented", "second@authority.example"), now=desk.clock.at)
    assert await readers_of(desk, "sign_off_due", "virtual_school") == [
        ("second@authority.example", LetterState.WAITING)
    ]
