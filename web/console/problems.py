"""Problems, not rows: everything that is stuck in one way is one line, the worst first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from contracts.problems import ProblemKind, ProblemState
from contracts.service import ROUNDS, RoundSeen
from repairs.seeing import service_now
from rules.problem_words import KINDS, STATES, ProblemWords, words_for
from store.problem_lists import ProblemLine, problems
from web.auth.session import InSession
from web.console.room import at_the_console
from web.dependencies import InOffice
from web.look.page import page

A_PAGE = 50
TONES = {
    ProblemState.NEW: "red",
    ProblemState.CAME_BACK: "red",
    ProblemState.LOOKING: "blue",
    ProblemState.CHECKING: "yellow",
    ProblemState.ON_HOLD: "grey",
    ProblemState.RESOLVED: "green",
}
"""The colour of a state's tag; its words say the same."""
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Shown:
    """A problem with its words."""

    line: ProblemLine
    words: ProblemWords
    state: str
    tone: str


def shown(line: ProblemLine) -> Shown:
    """A problem as pages show it."""
    words = words_for(line.kind, line.step, line.error_type)
    return Shown(line, words, STATES[line.state].capitalize(), TONES[line.state])


@router.get("/console")
async def problem_list(
    request: Request,
    office: InOffice,
    visitor: InSession,
    kind: str | None = None,
    state: str | None = None,
    skip: int = 0,
) -> Response:
    """Where operators and engineers begin."""
    at_the_console(visitor)
    of_kind = ProblemKind(kind) if kind in list(ProblemKind) else None
    in_state = ProblemState(state) if state in list(ProblemState) else None
    skip = max(0, min(skip, 1_000_000))
    now = await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        found = await problems(
            session, kinds=[of_kind] if of_kind else None, state=in_state, limit=A_PAGE + 1, offset=skip
        )
        service = await service_now(session, now)
    asked = {"kind": of_kind.value if of_kind else "", "state": in_state.value if in_state else ""}
    facts: dict[str, Any] = {
        "rows": [shown(line) for line in found[:A_PAGE]],
        "following": _address(asked, skip + A_PAGE) if len(found) > A_PAGE else None,
        "before": _address(asked, max(0, skip - A_PAGE)) if skip else None,
        "kinds": KINDS,
        "states": STATES,
        "asked": asked,
        "service": service.condition,
        "rounds": as_of(one for one, _ in service.rounds),
        "now": now,
    }
    return await page(request, "console/problems.html", **facts)


def as_of(seen: Iterable[RoundSeen]) -> list[RoundSeen]:
    """The rounds that have looked, in the order in which they did last, the oldest first."""
    looked = [one for one in seen if one.ended_at and one.name in ROUNDS and ROUNDS[one.name].looks]
    return sorted(looked, key=lambda one: (one.ended_at, one.name))


def _address(asked: dict[str, str], skip: int) -> str:
    given = {name: value for name, value in asked.items() if value} | ({"skip": str(skip)} if skip else {})
    return f"/console?{urlencode(given)}" if given else "/console"
