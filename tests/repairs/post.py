"""Letters of the sample's children, as the outbox has them."""

from casework.clockwork import open_when_due
from contracts.people import Role
from store.cases import addresses
from store.outbox_tables import Letter
from tests.repairs.console import Console
from tests.support.reviews import at

AUTUMN = "2026/27 autumn"


async def review_of(console: Console, ref: str) -> str:
    """The autumn's review of a child is open; gives its id."""
    case = await console.case(ref)
    async with console.database.transaction() as session:
        kept, _ = await open_when_due(session, case.id, AUTUMN, max(console.clock.at, at("2026-09-03", "00:00")))
    assert kept is not None
    return kept.plan.review_id


async def letters_for(console: Console, ref: str, count: int) -> list[Letter]:
    """So many letters to a child's social worker, that wait and are true for weeks."""
    review_id, case = await review_of(console, ref), await console.case(ref)
    async with console.database.transaction() as session:
        address = (await addresses(session, case, Role.SOCIAL_WORKER))[0]
        letters = [
            Letter(
                review_id=review_id,
                case_id=case.id,
                kind="concern_raised",
                role=Role.SOCIAL_WORKER,
                intended_role=Role.SOCIAL_WORKER,
                step=f"act/concern-{number}",
                facts={"dates": {}, "missing": [], "target": 1},
                address=address,
                message_id=f"<{review_id}-{number}@pep.invalid>",
                dated=console.clock.at,
                state="waiting",
                next_try_at=console.clock.at,
            )
            for number in range(count)
        ]
        session.add_all(letters)
    return letters
