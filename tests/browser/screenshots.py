"""Takes the pictures of docs/ anew: `python -m tests.browser.screenshots`, or those that are named after it. Everybody
in them is invented.

It plays the autumn of `cast.py` on a stage of its own, so that the pictures show what the tests look at. Each is 1,200
pixels wide.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.browser import cast, chromium
from tests.browser.cast import FINANCE, OFFICER, OPERATOR, SOCIAL_WORKER, TEACHER, YOUNG_PERSON
from tests.browser.console import Stuck, gets_stuck
from tests.browser.person import Person
from tests.browser.stage import Stage, stage_on
from tests.browser.term_answers import TARGETS
from tests.support.database import running_postgres

FOLDER = Path(__file__).parents[2] / "docs" / "pages"
WIDTH = 1200


async def _as_it_is(person: Person) -> None:
    return


async def _one_target_written(person: Person) -> None:
    await person.writes_target(0, TARGETS[0])
    await person.sees("Draft kept at")
    await person.measures("document.activeElement.blur()")
    await person.measures("document.getElementById('help').scrollIntoView({block: 'end'})")


@dataclass(frozen=True)
class Picture:
    """One page of docs/pages.md. `height` is what is shown of it, in CSS pixels, from where it is scrolled to."""

    name: str
    who: str | None
    path: str
    height: int
    does: Callable[[Person], Awaitable[None]] = _as_it_is


PICTURES = (
    Picture("sign-in", None, "/sign-in", 620),
    Picture("my-work", SOCIAL_WORKER, "/work", 900),
    Picture("children", TEACHER, "/cases", 800),
    Picture("cases", OFFICER, "/cases?stage=completing&sort=name", 1000),
    Picture("today", OFFICER, "/today", 700),
    Picture("child", TEACHER, f"/cases/{cast.COMPLETING}", 1000),
    Picture("targets", TEACHER, f"/cases/{cast.PREPARING}/sections/targets", 1100, _one_target_written),
    Picture("arrange", SOCIAL_WORKER, f"/cases/{cast.WAITING}/acts/arrange-meeting", 950),
    Picture("meeting", SOCIAL_WORKER, f"/cases/{cast.MEETING_DUE}/meeting", 900),
    Picture("reports", OFFICER, "/reports#standing-part", 1500),
    Picture("payments", FINANCE, "/payments", 1000),
    Picture("young-person", YOUNG_PERSON, f"/cases/{cast.IN_FORCE}/mine", 1300),
)


def at_the_console(stuck: Stuck) -> tuple[Picture, ...]:
    """The pictures of docs/console.md."""
    return (
        Picture("console-problems", OPERATOR, "/console", 900),
        Picture("console-problem", OPERATOR, f"/console/problems/{stuck.payments}", 1400),
        Picture("console-repair", OPERATOR, f"/console/repairs/{stuck.repair}", 1150),
        Picture("console-health", OPERATOR, "/console/health", 1000),
    )


IN_SPRING = (
    Picture("review", OFFICER, f"/cases/{cast.IN_FORCE}/review", 1200),
    Picture("timeline", OFFICER, f"/cases/{cast.IN_FORCE}/timeline", 1500),
)
"""When there is a plan before this one."""


async def main() -> None:
    """Take every picture."""
    path = chromium.found()
    if path is None:
        raise SystemExit(chromium.HOW_TO_GET_IT)
    FOLDER.mkdir(exist_ok=True)
    async with (
        running_postgres() as postgres,
        chromium.running(path) as browser,
        stage_on(postgres, browser, cast.programme()) as stage,
    ):
        await cast.plays_until_today(stage)
        for picture in (*PICTURES, *at_the_console(await gets_stuck(stage))):
            await _take(stage, picture)
        await cast.plays_until_spring(stage)
        for picture in IN_SPRING:
            await _take(stage, picture)


async def _take(stage: Stage, picture: Picture) -> None:
    if sys.argv[1:] and picture.name not in sys.argv[1:]:
        return
    sits_down = stage.person if picture.who is None else stage.signed_in
    person = await sits_down(picture.who or "nobody@council.example", width=WIDTH)
    await person.page.set_viewport_size({"width": WIDTH, "height": picture.height})
    await person.goes(picture.path)
    await picture.does(person)
    await person.page.screenshot(path=FOLDER / f"{picture.name}.png", animations="disabled")
    await stage.all_leave()


if __name__ == "__main__":
    asyncio.run(main())
