"""`./pep plan`: what a person reads before a review, and the same as JSON (PROCESS.md B12, B15, M1, A9, A11)."""

from typing import Any

from commands.plan import page
from tests.cli.conftest import Service
from tests.support.carried import autumn_in_force, between_the_meetings, reviewed_in_spring
from tests.support.clock import FixedClock
from tests.support.sample import import_sample
from tests.support.taken import CHILD, SPRING, Desk

PREVIOUS = """\
Previous targets (2026/27 autumn, as signed off)
  1. maths: multiply fractions
     school: a seat at the front
     pupil premium: small group
     Virtual School: a reading mentor
     agreed £150.00: a tutor
     agreed £50.00: books
     designated teacher: met. Reads aloud.
       the Virtual School's help: Weekly.
     = met for £150.00 of £200.00
  2. maths: multiply fractions
     pupil premium: small group
     check-in 2026-11-10, on track: Seven of ten.
     designated teacher: partly met. Seven of ten.
     = partly met for £0.00 of £0.00
  3. maths: multiply fractions
     pupil premium: small group
     agreed £100.00: a climbing club
     concern 2026-11-11, carer: The club closed.
     designated teacher: not met. The club closed.
     = not met for £25.01 of £100.00
  In all: 1 met, 1 partly met, 1 not met for £175.01 of £300.00
"""


async def test_B12_B15_M1_A9_A11_the_page_begins_with_what_became_of_the_last_plan(
    service: Service, clock: FixedClock
) -> None:
    await import_sample(service.database, clock)
    desk = Desk(service.database, clock)
    await reviewed_in_spring(await between_the_meetings(await autumn_in_force(desk)))
    text, listed = await service.pep("plan", CHILD, "--term", SPRING), await service.pep("plan", CHILD, "--json")
    assert (text.code, listed.code) == (0, 0)
    assert text.out.startswith(f"{CHILD}, 2026/27 spring: ")
    assert PREVIOUS in text.out
    assert (
        text.out.index("Previous targets") < text.out.index("Targets: not written yet.") < text.out.index("Meeting: ")
    )
    assert listed.json["child"] == CHILD
    autumn = (await service.pep("plan", CHILD, "--term", "autumn")).out
    assert "Previous targets: none, this is the first plan." in autumn
    assert "  the SENCO, by Monday 2 November 2026: lend a laptop" in autumn
    assert "  Additional funding of £200.00: applied" in autumn
    absent = await service.pep("plan", CHILD, "--term", "2025/26 summer")
    assert (absent.code, absent.err.startswith("No review of this child's has opened")) == (2, True)


def test_A12_the_page_says_who_has_what_was_agreed_without_a_school_place() -> None:
    plan: dict[str, Any] = {"child": "C1", "term": "2026/27 autumn", "unfinished": False, "stage": "in_force"}
    plan |= {"last_plan": None, "targets": None, "missing": []}
    plan["meeting"] = {"held_on": None, "without_meeting": True, "actions": []}
    plan["funding"] = [{"asked_pence": 20_000, "state": "kept"}]
    assert "  Additional funding of £200.00: agreed, kept by the Virtual School for the child" in list(page(plan))


async def test_a_plan_that_just_opened_says_what_is_missing(service: Service, child: str) -> None:
    text = await service.pep("plan", child)
    assert text.code == 0
    assert "Meeting: no date yet" in text.out
    assert "Missing" in text.out
    unknown = await service.pep("plan", "C999")
    assert (unknown.code, unknown.err.startswith("There is no case with this reference")) == (2, True)
