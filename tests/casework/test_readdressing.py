"""People are addressed by role at the time of sending: what waits in the outbox follows a handover."""

from sqlalchemy import update

from casework.authority import AuthorityDetails, set_up
from store.letters import LetterState
from store.tables import Letter
from tests.support.reviews import DT, SW, VS
from tests.support.taken import Desk, complete, held, opened, with_a_meeting

NEW = {"role": "social_worker", "name": "Invented", "email": "new@council.example"}
OTHER = {"role": "social_worker", "name": "Invented", "email": "other@council.example"}


async def readers_of(desk: Desk, kind: str, role: str = "social_worker") -> list[tuple[str, str]]:
    """The address and the state of each letter of a kind to a role, the oldest first."""
    rows = [row for row in await desk.rows(Letter) if (row.kind, row.intended_role) == (kind, role)]
    return [(row.address, row.state) for row in rows]


async def test_a_letter_that_nobody_has_tried_to_send_goes_to_whoever_has_the_role_by_then(desk: Desk) -> None:
    await complete(await held(desk))
    (before,) = await readers_of(desk, "signature_asked")
    await desk.does(VS, "change_person", **NEW, **{"from": "2026-10-14"})
    assert await readers_of(desk, "signature_asked") == [("new@council.example", LetterState.WAITING)]
    await desk.does(VS, "change_person", **OTHER, **{"from": "2026-10-14"})
    assert await readers_of(desk, "signature_asked") == [("other@council.example", LetterState.WAITING)]
    assert before[0] not in {address for address, _ in await readers_of(desk, "signature_asked")}


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


async def test_a_school_that_the_child_has_left_gets_nothing_that_still_waits(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-10-16", "08:00").passes()
    old = await readers_of(desk, "review_due", "designated_teacher")
    new = {"school": "New Hall", "calendar": "phsg", "designated_teacher": "A B", "email": "dt@new.example"}
    await desk.does(SW, "change_school", **new, **{"from": "2026-10-16"})
    waiting = [row for row in await desk.rows(Letter) if row.state == LetterState.WAITING]
    assert old
    assert not {row.address for row in waiting} & {address for address, _ in old}


async def test_the_virtual_schools_letters_follow_its_address(desk: Desk) -> None:
    await complete(await held(desk))
    await set_up(desk.database, AuthorityDetails("Invented", "first@authority.example"))
    await desk.on("2026-10-15").does(SW, "sign")
    await desk.does(DT, "sign")
    await set_up(desk.database, AuthorityDetails("Invented", "second@authority.example"), now=desk.clock.at)
    assert await readers_of(desk, "sign_off_due", "virtual_school") == [
        ("second@authority.example", LetterState.WAITING)
    ]
