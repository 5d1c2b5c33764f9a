"""A child's autumn plan with everything that can happen to it, and the spring's plan that reviews it."""

from typing import Any

from contracts.people import Role
from contracts.review import Section, Stage
from tests.support.reviews import DT, MEETING, SW, VS, held_on, target, targets
from tests.support.taken import SPRING, Desk, complete, with_a_meeting

SPRING_MEETING = "2027-01-20"
STRATEGIES = [
    {"what": "small group", "kind": "pupil_premium"},
    {"what": "a reading mentor", "kind": "virtual_school"},
    {"what": "a seat at the front", "kind": "school"},
]
LINES = [
    {"target": 1, "what": "a tutor", "pence": 15_000},
    {"target": 1, "what": "books", "pence": 5_000},
    {"target": 3, "what": "a climbing club", "pence": 10_000},
]
SCHOOL_SAYS: list[dict[str, Any]] = [
    {
        "number": 1,
        "outcome": "met",
        "impact": "Reads aloud.",
        "spent_pence": 15_000,
        "virtual_school_impact": "Weekly.",
    },
    {"number": 2, "outcome": "partly", "impact": "Seven of ten."},
    {"number": 3, "outcome": "not_met", "impact": "The club closed.", "spent_pence": 2_501},
]
SOCIAL_WORKER_SAYS: list[dict[str, Any]] = [
    {**one, "outcome": "met", "impact": "As I see it.", "spent_pence": 0} for one in SCHOOL_SAYS
]


async def autumn_in_force(desk: Desk) -> Desk:
    """Signed off on 16 October without the child's voice, as an exception; grant lines for targets 1 and 3."""
    await with_a_meeting(desk)
    desk.on("2026-10-01")
    await desk.does(SW, "invite", kind="carer", name="Ada Quill", email="ada@home.example")
    await desk.does(SW, "answer_invitation", kind="carer", answer="Comes.")
    await desk.submits(DT, Section.ATTAINMENT)
    await desk.does(DT, "submit", section="targets", content=targets(target(1, what="an old wording")))
    await desk.does(DT, "submit", section="targets", content=targets(target(1, strategies=STRATEGIES)))
    record = held_on(MEETING, young_person="did_not_take_part", confidential=False, reason="Thin walls.")
    await desk.on(MEETING, "16:00").does(DT, "record_meeting", **record)
    await desk.does(SW, "next_meeting", on=SPRING_MEETING)
    await desk.does(DT, "submit", section="grant", content={"lines": LINES})
    await complete(desk)
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.on("2026-10-16").does(VS, "sign_off", exceptions=[{"rule": "B9", "reason": "Was ill."}])
    await desk.is_paid()
    assert (await desk.standing()).stage is Stage.IN_FORCE
    return desk


async def between_the_meetings(desk: Desk) -> Desk:
    """A check-in on target 2, a concern about target 3, views, and an application for funding."""
    answers: dict[str, Any] = {"on_track": True, "words": "Seven of ten.", "strategies_in_place": True}
    await desk.on("2026-11-10").does(DT, "check_in", target=2, **answers)
    await desk.on("2026-11-11").does(Role.CARER, "raise_concern", target=3, words="The club closed.")
    await desk.does(Role.YOUNG_PERSON, "give_views", words="I like maths.")
    await desk.does(Role.CARER, "agree", words="Fine by us.")
    await desk.does(SW, "apply_for_funding", pence=20_000, why="A laptop.", targets=[1])
    return desk


async def reviewed_in_spring(desk: Desk) -> Desk:
    """The spring's review, before its meeting: the school says what became of the autumn's targets."""
    desk.on("2026-12-09")
    await desk.opens(SPRING)
    await desk.on("2027-01-06").does(DT, "submit", section="previous_targets", content={"outcomes": SCHOOL_SAYS})
    return desk


async def met_in_spring(desk: Desk) -> Desk:
    """The spring's meeting was held, and both parties said what became of the autumn's targets."""
    await desk.submits(DT, Section.ATTAINMENT)
    await desk.does(DT, "submit", section="targets", content=targets(*_by_easter()))
    await desk.on(SPRING_MEETING, "16:00").does(SW, "record_meeting", **held_on(SPRING_MEETING))
    await desk.does(DT, "submit", section="previous_targets", content={"outcomes": SCHOOL_SAYS})
    await desk.does(SW, "submit", section="previous_targets", content={"outcomes": SOCIAL_WORKER_SAYS})
    return desk


def _by_easter() -> list[dict[str, Any]]:
    return [target(number, by="2027-03-20") for number in (1, 2, 3)]
