"""`./pep reads`: who looked at a child's record, and when."""

from datetime import UTC, datetime

from store.cases import find_case, person_with
from store.record_reads import note_read
from tests.cli.conftest import Service

AT = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


async def test_every_look_has_its_line_in_london_time(service: Service, child: str) -> None:
    nobody = await service.pep("reads", child)
    assert (nobody.code, nobody.out) == (0, f"Nobody has looked at {child} yet.\n")
    async with service.database.transaction() as session:
        case = await find_case(session, child)
        assert case
        note_read(session, await person_with(session, "sw@council.example"), case.id, "plan.pdf", AT)
    looked = await service.pep("reads", child)
    assert looked.out == "2026-07-01 13:30  sw@council.example  plan.pdf\n"
    unknown = await service.pep("reads", "C999")
    assert unknown.code != 0
    assert "There is no case with this reference" in unknown.err
