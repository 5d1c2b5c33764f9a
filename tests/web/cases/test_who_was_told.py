"""Who was told of a review and whether it arrived, in words; and that somebody told them otherwise."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casework.listing import bring_up_to_date
from contracts.people import Role
from store.case_story import story_of
from store.letters import LetterState, settle_and_tell
from store.outbox_tables import Letter
from store.tables import CaseEvent
from store.tracking_tables import CaseListing
from store.watch_tables import AuditEntry
from tests.support.reviews import DT, SW, VS
from tests.support.taken import Desk, with_a_meeting
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import NAVIGATION, Page
from tests.web.epep.people import browser_in

CHILD = "C007"
PATH = f"/cases/{CHILD}/timeline"
BUTTON = "I told them otherwise"


@pytest.fixture
async def desk(door: Door) -> Desk:
    """Two invitations wait to be sent."""
    return await with_a_meeting(Desk(door.database, door.clock))


async def the_teachers(door: Door) -> Letter:
    async with door.database.transaction() as session:
        return (await session.execute(select(Letter).where(Letter.role == DT))).scalar_one()


async def becomes(door: Door, state: str, code: int | None, attempts: int = 1) -> Letter:
    """The designated teacher's invitation."""
    letter, now = await the_teachers(door), door.clock.at
    settled = None if state in ("waiting", "sending") else now
    async with door.database.transaction() as session:
        values = {"state": state, "smtp_code": code, "attempts": attempts, "settled_at": settled}
        later = {"next_try_at": now + timedelta(minutes=30)} if attempts else {}
        await session.execute(update(Letter).where(Letter.id == letter.id).values(**values, **later))
    return await the_teachers(door)


async def not_told(door: Door) -> int:
    """How many letters the list says that nobody has seen to, once it is up to date (docs/adr/0012)."""
    await bring_up_to_date(door.database, door.clock.at, 1_000)
    async with door.database.transaction() as session:
        return (await session.execute(select(CaseListing.not_told).where(CaseListing.ref == CHILD))).scalar_one()


async def seen_by(role: Role, door: Door, browser_of: Opening) -> Page:
    return await (await browser_in(role, door, browser_of, CHILD)).open(PATH)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("sent", 250, "The designated teacher was told on Friday 4 September 2026 at 10:00. Sent"),
        (
            "maybe_sent",
            None,
            "was probably told on Friday 4 September 2026 at 10:00: the mail server’s answer was lost.",
        ),
        (
            "withdrawn",
            None,
            "The designated teacher did not need this letter any more: it was no longer true. Withdrawn",
        ),
        ("refused", 550, "The designated teacher has NOT been told: the address does not exist."),
        ("refused", 552, "The designated teacher has NOT been told: the mailbox is full."),
        ("refused", 554, "The designated teacher has NOT been told: the reader’s mail server does not accept it."),
        ("refused", None, "has NOT been told: the address cannot be one, or the letter could not be written."),
        ("given_up", None, "has NOT been told: the mail server could not be reached, for five days."),
        ("given_up", 452, "has NOT been told: the mailbox is full, for five days."),
        ("bounced", 550, "has NOT been told: the letter came back, because the address does not exist."),
        (
            "waiting",
            421,
            "is not told yet: the mail server is busy. The next try is on Friday 4 September 2026 at 10:30.",
        ),
        (
            "waiting",
            None,
            "is not told yet: the mail server could not be reached. The next try is on Friday 4 September",
        ),
        ("sending", None, "The designated teacher is being told at this moment."),
    ],
)
async def test_what_became_of_a_letter_is_said_in_words(
    door: Door, browser_of: Opening, state: str, code: int | None, words: str
) -> None:
    await becomes(door, state, code)
    page = await seen_by(VS, door, browser_of)
    assert words in page.text
    not_told = state in ("refused", "given_up", "bounced")
    assert (BUTTON in page.text, "1 letter of this review did not arrive" in page.text) == (not_told, not_told)


@pytest.mark.usefixtures("desk")
async def test_a_letter_that_nobody_has_tried_yet_says_when_it_goes(door: Door, browser_of: Opening) -> None:
    assert "The designated teacher is told with the next mail. Waiting" in (await seen_by(SW, door, browser_of)).text


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("role", [VS, Role.OPERATOR])
async def test_they_were_told_otherwise_and_the_case_says_by_whom(role: Role, door: Door, browser_of: Opening) -> None:
    letter = await becomes(door, "bounced", 550)
    assert await not_told(door) == 1
    browser = await browser_in(role, door, browser_of, CHILD)
    form = f"/cases/{CHILD}/letters/{letter.id}/seen-to"
    assert f'action="{form}"' in (await browser.open(PATH)).html
    sent = await browser.client.post(form, headers=NAVIGATION, follow_redirects=True)
    assert (sent.status_code, "It is noted that they were told otherwise." in sent.text) == (200, True)
    page = await browser.open(PATH)
    assert (
        f"The designated teacher was told otherwise, as was noted by the {role.in_words} on Friday 4 September 2026 at "
        "10:00; the letter did not arrive: the letter came back, because the address does not exist."
    ) in page.text
    assert BUTTON not in page.text
    assert (await the_teachers(door)).seen_to_at == door.clock.at
    assert await _events(door) == [(role, {"letter": letter.id, "kind": "invitation", "to": "designated_teacher"})]
    assert await not_told(door) == 0
    async with door.database.transaction() as session:
        audited = (await session.execute(select(AuditEntry))).scalar_one()
    assert (audited.chain, audited.what, audited.facts) == (
        letter.case_id,
        "told_otherwise",
        {"letter": letter.id, "role": role},
    )
    again = await browser.client.post(form, headers=NAVIGATION)
    assert (again.status_code, len(await _events(door))) == (409, 1)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("role", [SW, DT, Role.TEAM_MANAGER, Role.FINANCE, Role.PASTORAL, Role.CARER])
async def test_nobody_else_says_so(role: Role, door: Door, browser_of: Opening) -> None:
    letter = await becomes(door, "refused", 550)
    browser = await browser_in(role, door, browser_of, CHILD)
    assert BUTTON not in (await browser.open(PATH)).text
    sent = await browser.client.post(f"/cases/{CHILD}/letters/{letter.id}/seen-to", headers=NAVIGATION)
    assert (sent.status_code, (await the_teachers(door)).seen_to_at, await _events(door)) == (403, None, [])


@pytest.mark.usefixtures("desk")
async def test_a_letter_of_another_case_or_that_arrived_cannot_be_seen_to(door: Door, browser_of: Opening) -> None:
    letter = await becomes(door, "refused", 550)
    browser = await browser_in(VS, door, browser_of, CHILD)
    elsewhere = await browser.client.post(f"/cases/C010/letters/{letter.id}/seen-to", headers=NAVIGATION)
    await becomes(door, "sent", 250)
    arrived = await browser.client.post(f"/cases/{CHILD}/letters/{letter.id}/seen-to", headers=NAVIGATION)
    assert (elsewhere.status_code, arrived.status_code, await _events(door)) == (409, 409, [])


@pytest.mark.usefixtures("desk")
async def test_another_site_cannot_say_it_for_them(door: Door, browser_of: Opening) -> None:
    letter = await becomes(door, "refused", 550)
    browser = await browser_in(VS, door, browser_of, CHILD)
    foreign = {**NAVIGATION, "sec-fetch-site": "cross-site"}
    sent = await browser.client.post(f"/cases/{CHILD}/letters/{letter.id}/seen-to", headers=foreign)
    assert (sent.status_code, (await the_teachers(door)).seen_to_at) == (403, None)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("role", [VS, SW, DT, Role.OPERATOR, Role.FINANCE])
async def test_an_address_is_shown_to_the_virtual_school_alone(role: Role, door: Door, browser_of: Opening) -> None:
    letter = await becomes(door, "refused", 550)
    page = await seen_by(role, door, browser_of)
    assert (letter.address in page.html) == (role is VS)


async def test_a_letter_to_an_invited_parent_is_told_of_and_breaks_no_history(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    await desk.does(SW, "invite", kind="parent", name="Pat", email="pat@home.example")
    async with door.database.transaction() as session:
        letter = (await session.execute(select(Letter).where(Letter.role == "parent"))).scalar_one()
        facts = {"kind": letter.kind, "to": letter.role}
        await settle_and_tell(session, letter, LetterState.REFUSED, door.clock.at, 550, "letter_refused", facts)
    browser = await browser_in(VS, door, browser_of, CHILD)
    page, history = await browser.open(PATH), await browser.open(f"/cases/{CHILD}/history")
    assert "The parent has NOT been told: the address does not exist." in page.text
    assert "A letter to the parent could not be delivered: invitation to the meeting." in history.text
    assert "Pat" not in page.text


async def test_a_stand_in_is_told_in_somebody_s_place(door: Door, desk: Desk, browser_of: Opening) -> None:
    letter = await becomes(door, "sent", 250)
    async with door.database.transaction() as session:
        await session.execute(update(Letter).where(Letter.id == letter.id).values(role="team_manager"))
    page = await seen_by(SW, door, browser_of)
    assert (
        "The team manager was told on Friday 4 September 2026 at 10:00 (in place of the designated teacher, "
        in page.text
    )
    async with door.database.transaction() as session:
        assert all(one.what != "letter" for one in await story_of(session, (await desk.case()).id))


async def _events(door: Door) -> list[tuple[str, object]]:
    async with door.database.transaction() as session:
        found = await session.execute(select(CaseEvent).where(CaseEvent.what == "letter_seen_to"))
        return [(one.by, one.facts) for one in found.scalars()]
