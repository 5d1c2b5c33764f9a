"""Who plays on the stage: eight invented children of one school, and everybody who works on their plans."""

from dataclasses import replace
from pathlib import Path

from contracts.calendar import TermName
from contracts.people import Role
from rehearsal.acts_file import Played, read_acts
from rehearsal.play import Programme
from tests.browser.stage import Stage

ACTS = Path(__file__).parents[1] / "acts"
PROMPT = read_acts((ACTS / "prompt_term.jsonl").read_text())
"""A whole autumn of C1, everybody on time."""
SPRING = Path(__file__).parent / "spring.jsonl"
"""The spring of C1 until both parties have signed."""
TEACHER, SOCIAL_WORKER, MANAGER = "dt@hazel.example", "isla@council.example", "manager.south@council.example"
OFFICER, FINANCE, OPERATOR = "ola.hart@council.example", "payments@council.example", "operator@council.example"
ENGINEER = "engineer@council.example"
PASTORAL, REVIEWING_OFFICER = "jo.lind@hazel.example", "iro@council.example"
CARER, YOUNG_PERSON = "carer@home.example", "me@home.example"
IN_FORCE, WAITING, PREPARING, MEETING_DUE, COMPLETING, SIGNING, WITH_THE_OFFICER, RETURNED, PAUSED = (
    f"C{number}" for number in range(1, 10)
)
"""What has become of each child's plan by `TODAY`."""
CHILDREN = (IN_FORCE, WAITING, PREPARING, MEETING_DUE, COMPLETING, SIGNING, WITH_THE_OFFICER, RETURNED, PAUSED)
TODAY = "2026-10-16"
_NINTH = (
    b"C9,Rosalind,Merriweather,2018-05-04,Y4,,2021-12-23,900050,Hazel Primary School,oak,Amara Clarke,"
    b"dt@hazel.example,Isla Green,isla@council.example,South team,manager.south@council.example,yes\n"
)
_SO_FAR = {IN_FORCE: 18, COMPLETING: 6, SIGNING: 12, WITH_THE_OFFICER: 15, RETURNED: 15}
"""How many of the prompt term's acts each child's people have done."""
_MEETINGS = {PREPARING: "2026-11-10", MEETING_DUE: TODAY}


def programme(only: str | None = None) -> Programme:
    """The autumn term 2026/27 of one school, with nobody but those who sit at a browser; of one child, or of all."""
    terms, roll = ((ACTS / name).read_bytes() for name in ("term_dates.csv", "roll.csv"))
    head, *children = (roll + _NINTH).splitlines(keepends=True)
    chosen = [line for line in children if only is None or line.startswith(f"{only},".encode())]
    return Programme(terms, head + b"".join(chosen), "2026/27", TermName.AUTUMN)


async def comes_in(stage: Stage, child: str) -> None:
    """Everybody has their role: the council's on all cases, the family and the school's colleague on this one."""
    for email, role, name in (
        (OFFICER, Role.VIRTUAL_SCHOOL, "Ola Hart"),
        (FINANCE, Role.FINANCE, "Petra Moss"),
        (OPERATOR, Role.OPERATOR, "Omar Stone"),
        (ENGINEER, Role.ENGINEER, "Edie Lark"),
    ):
        await stage.give_role(email, role, name)
    for email, role, name in (
        (CARER, Role.CARER, "Gwen Marsh"),
        (YOUNG_PERSON, Role.YOUNG_PERSON, "Wilhelmina"),
        (REVIEWING_OFFICER, Role.IRO, "Ivo Reed"),
    ):
        await stage.give_role(email, role, name, child)


async def plays_until_today(stage: Stage) -> None:
    """The autumn up to Friday 16 October 2026, three in the afternoon: a child at every stage."""
    acts = [played for child, number in _SO_FAR.items() for played in _of(child, number)]
    for child, on in _MEETINGS.items():
        arranged, agreed = _of(child, 2)
        acts += [replace(arranged, act={**arranged.act, "on": on}), agreed]
    await comes_in(stage, IN_FORCE)
    await stage.is_now(TODAY, 12, sorted(acts, key=lambda played: played.at))
    await stage.does(
        RETURNED, "return", Role.VIRTUAL_SCHOOL, parts=["target:2"], reasons="Say how it will be measured."
    )
    await stage.does(PREPARING, "delegate", Role.DESIGNATED_TEACHER, section="targets", to=PASTORAL)
    why = "An invented laptop for the move to a new school."
    await stage.does(SIGNING, "apply_for_funding", Role.DESIGNATED_TEACHER, pence=25_000, why=why, targets=[1])
    await stage.does(PAUSED, "pause", Role.VIRTUAL_SCHOOL, reason="An invented long stay in hospital.")
    await stage.is_now(TODAY, 15)


async def plays_until_spring(stage: Stage) -> None:
    """From `TODAY` on to Monday 8 February 2027: the next plan of `IN_FORCE` waits for the Virtual School."""
    await stage.is_now("2027-02-08", 10, read_acts(SPRING.read_text()))


def _of(child: str, number: int) -> list[Played]:
    """The first acts of the prompt term, done for another child."""
    return [Played(played.at, child, played.act) for played in PROMPT[:number]]
