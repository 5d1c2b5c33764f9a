"""B4: whoever is asked to the meeting is invited by letter, and the invitation moves with the meeting."""

from datetime import date

from casework.authority import AuthorityDetails, set_up
from contracts.people import Role
from store.outbox_tables import Letter
from store.tables import Attendee
from tests.support.reviews import DT, MEETING, SW
from tests.support.taken import Desk, opened, with_a_meeting

CARER, TUTOR = "carer@home.example", "tutor@help.example"


async def invitations_to(desk: Desk, address: str) -> list[tuple[int, bool]]:
    """The sequence of each invitation to an address, the oldest first, and whether it takes the meeting back."""
    found = [row for row in await desk.rows(Letter) if (row.kind, row.address) == ("invitation", address)]
    return [(row.facts["sequence"], row.facts.get("cancelled", False)) for row in found]


async def test_B4_who_is_asked_before_there_is_a_date_is_invited_when_it_is_arranged(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-03").does(SW, "invite", kind="carer", name="Invented", email=CARER)
    assert await invitations_to(desk, CARER) == []
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on=str(MEETING))
    assert await invitations_to(desk, CARER) == [(1, False)]


async def test_B4_who_is_asked_later_is_invited_at_once_to_the_date_that_stands(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.on("2026-09-07").does(SW, "move_meeting", on="2026-10-15", reason="A hearing.")
    await desk.on("2026-09-08").does(DT, "invite", kind="professional", email=TUTOR)
    assert await invitations_to(desk, TUTOR) == [(2, False)]


async def test_B4_the_invitations_of_everybody_move_when_the_meeting_moves(desk: Desk) -> None:
    await with_a_meeting(desk)
    for kind, address in (("carer", CARER), ("professional", TUTOR)):
        await desk.does(SW, "invite", kind=kind, email=address)
    await desk.on("2026-09-07").does(DT, "move_meeting", on="2026-10-15", reason="A hearing.")
    for address in (CARER, TUTOR, *await parties_of(desk)):
        assert await invitations_to(desk, address) == [(1, False), (2, False)], "one entry of a calendar, moved once"
    assert await meeting_days(desk, CARER) == [MEETING, date(2026, 10, 15)]


async def test_B4_a_meeting_that_was_not_held_leaves_every_calendar(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(SW, "invite", kind="carer", email=CARER)
    await desk.on(MEETING, "16:00").does(DT, "record_meeting", held=False, reason="The carer was ill.")
    for address in (CARER, *await parties_of(desk)):
        assert await invitations_to(desk, address) == [(1, False), (2, True)]


async def test_B4_the_same_person_asked_twice_is_invited_once(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(SW, "invite", kind="carer", email=CARER)
    await desk.does(DT, "invite", kind="carer", name="Invented", email=CARER)
    assert await invitations_to(desk, CARER) == [(1, False)]
    (attendee,) = await desk.rows(Attendee)
    assert (attendee.kind, attendee.name, attendee.email) == ("carer", "Invented", CARER)


async def test_B4_what_somebody_answers_is_kept_and_stands_until_they_answer_anew(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(SW, "invite", kind="carer", email=CARER)
    await desk.does(SW, "answer_invitation", kind="carer", answer=True)
    assert [(row.kind, row.answer) for row in await desk.rows(Attendee)] == [("carer", "yes")]
    await desk.does(SW, "answer_invitation", kind="carer", answer="Only after four.")
    assert [(row.kind, row.answer) for row in await desk.rows(Attendee)] == [("carer", "Only after four.")]


async def test_B4_there_is_nothing_to_answer_before_a_date_is_arranged(desk: Desk) -> None:
    await opened(desk)
    assert await desk.rules(DT, "answer_invitation", answer=True) == ["ORDER"]


async def parties_of(desk: Desk) -> set[str]:
    """The addresses of the social worker and the designated teacher, from the letters to them."""
    letters = await desk.rows(Letter)
    found = {row.address for row in letters if row.role in (SW.value, DT.value) and row.kind == "invitation"}
    assert len(found) == 2
    return found


async def meeting_days(desk: Desk, address: str) -> list[date]:
    letters = [row for row in await desk.rows(Letter) if (row.kind, row.address) == ("invitation", address)]
    return [date.fromisoformat(row.facts["dates"]["meeting"]) for row in letters]


async def test_B4_only_who_was_invited_answers(desk: Desk) -> None:
    await with_a_meeting(desk)
    assert await desk.rules(Role.CARER, "answer_invitation", answer="yes") == ["ORDER"]
    await desk.does(SW, "invite", kind="parent", name="Invented")
    await desk.does(Role.CARER, "answer_invitation", answer="yes")
    await desk.does(DT, "answer_invitation", answer="yes")


async def test_B4_an_invitation_without_an_address_goes_to_whoever_has_that_role(desk: Desk) -> None:
    await with_a_meeting(desk)
    await set_up(desk.database, AuthorityDetails(name="Invented", virtual_school_email="vs@authority.example"))
    await desk.does(SW, "invite", kind="virtual_school")
    await desk.does(SW, "invite", kind="professional", name="Nobody can write to them")
    assert [row.address for row in await desk.rows(Letter) if row.role == "virtual_school"] == ["vs@authority.example"]
    assert not [row for row in await desk.rows(Letter) if row.role == "professional"]


async def test_M6_nobody_hears_of_a_meeting_whose_day_is_over(desk: Desk) -> None:
    """Never recorded, then the child moves and leaves care: no calendar is asked to change the past."""
    await with_a_meeting(desk)
    await desk.does(SW, "invite", kind="professional", email="psychologist@health.example")
    before = len([row for row in await desk.rows(Letter) if row.kind == "invitation"])
    new = {"school": "New Hall", "calendar": "phsg", "designated_teacher": "A B", "email": "dt@new.example"}
    await desk.on("2026-10-20").does(SW, "change_school", **new, **{"from": "2026-10-20"})
    await desk.does(SW, "leave_care", on="2026-10-20", reason="Adopted.")
    assert len([row for row in await desk.rows(Letter) if row.kind == "invitation"]) == before
