"""`./pep details`: a restricted address and a second school, set and printed; open reviews follow."""

from sqlalchemy import select

from store.calendar_tables import CalendarRow
from store.outbox_tables import Message
from store.tables import CaseEvent, Review, School
from tests.cli.conftest import Service


async def with_a_second_school(service: Service) -> str:
    """A school whose term dates nobody knows."""
    async with service.database.transaction() as session:
        session.add(CalendarRow(code="elm", name="Elm schools", version=1, verified=True))
        await session.flush()
        session.add(School(urn="900060", name="Ash School", calendar="elm"))
    return "900060"


async def test_details_are_set_one_by_one_and_printed(service: Service, child: str) -> None:
    second = await with_a_second_school(service)
    plain = await service.pep("details", child)
    hidden = await service.pep("details", child, "--restricted")
    both = await service.pep("details", child, "--also-at", second)
    again = await service.pep("details", child, "--also-at", second)
    back = await service.pep("details", child, "--not-restricted", "--not-also-at")
    assert [one.code for one in (plain, hidden, both, again, back)] == [0] * 5, [plain.err, both.err]
    assert plain.out.splitlines() == [
        f"{child}: the address is not restricted. Invitations say where a meeting is.",
        f"{child}: on the roll of one school.",
    ]
    assert hidden.out.startswith(f"{child}: the address is restricted. Invitations do not say where a meeting is.\n")
    assert "An invitation that was sent before may say it" in hidden.out
    assert f"{child}: also on the roll of {second}." in both.out
    assert "the address is restricted" in both.out
    assert again.out == both.out
    assert back.out == plain.out
    async with service.database.transaction() as session:
        query = select(CaseEvent.facts).where(CaseEvent.what == "details_changed").order_by(CaseEvent.id)
        assert list((await session.execute(query)).scalars()) == [
            {"address_restricted": True, "dual_registration": False},
            {"address_restricted": True, "dual_registration": True},
            {"address_restricted": False, "dual_registration": False},
        ]


async def test_open_reviews_follow_and_their_workflows_are_told_when_temporal_is_back(
    service: Service, child: str
) -> None:
    await service.pep("details", child, "--also-at", await with_a_second_school(service))
    async with service.database.transaction() as session:
        (plan,) = (await session.execute(select(Review.plan))).scalars()
        signals = list((await session.execute(select(Message.signal).where(Message.told_at.is_(None)))).scalars())
    assert (plan["version"], plan["calendar"]["code"]) == (2, "oak and elm")
    assert "plan_changed" in signals


async def test_what_cannot_be_done_is_said_in_sentences(service: Service, child: str) -> None:
    nobody = await service.pep("details", "NOBODY", "--restricted")
    unknown = await service.pep("details", child, "--also-at", "1")
    own = await service.pep("details", child, "--also-at", "900050")
    opposite = await service.pep("details", child, "--also-at", "1", "--not-also-at")
    assert [one.code for one in (nobody, unknown, own, opposite)] == [2] * 4
    assert "There is no case with this reference" in nobody.err
    assert "No school here has this unique reference number." in unknown.err
    assert "This is the child's school already" in own.err
    assert "say the opposite of each other" in opposite.err
