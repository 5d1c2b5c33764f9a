"""`./pep rehearse`: a year in seconds (ACTS.md, Rehearsal)."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from casework.imports import ImportRefusedError
from commands.errors import CommandError, UsageError
from commands.files import check_writable, content_of, write_text
from commands.telling import complain, progress_bar
from contracts.calendar import TermName
from contracts.clock import LONDON
from rehearsal.acts_file import ActsFileError, read_acts
from rehearsal.play import NothingToPlay, Programme, play, scene_of
from rehearsal.timeline import timeline

_YEAR = re.compile(r"20\d\d/\d\d")
_STYLES = {
    "refused": "yellow",
    "missed": "red",
    "grant": "green",
    "funding": "green",
    "letter": "cyan",
    "deadline": "dim",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed."""

    year: str
    terms: Path
    roll: Path
    term: TermName | None
    acts: Path | None
    people: str | None
    seed: int
    out: Path | None
    policy: Path | None = None
    until: str | None = None


async def rehearse(request: Request) -> None:
    """Play it, print its time line and write its file. Raises CommandError for what cannot be played."""
    programme = _programme(request)
    if request.out:
        check_writable(request.out)
    try:
        if request.acts:
            acts = read_acts(_text_of(request.acts), scene_of(programme))
            programme = replace(programme, acts=tuple(acts))
        with progress_bar() as bar:
            task = bar.add_task("Starting", total=None)
            told = _Months()

            def on_progress(start: datetime, end: datetime, at: datetime) -> None:
                bar.update(task, description=f"{at:%d %B %Y}", total=(end - start).days, completed=(at - start).days)
                if bar.disable:
                    told.hear(at)

            played = await play(programme, on_progress)
    except ImportRefusedError as error:
        for fault in error.faults:
            complain(str(fault))
        raise CommandError("Nothing was played: a file has the faults above. Correct it first.") from None
    except (ActsFileError, NothingToPlay) as error:
        raise CommandError(str(error)) from None
    _print(played)
    if request.out:
        write_text(request.out, json.dumps(played, ensure_ascii=False, indent=1) + "\n")


class _Months:
    """Tells each month once, where there is no terminal to draw a bar on."""

    def __init__(self) -> None:
        self._month = ""

    def hear(self, at: datetime) -> None:
        month = f"{at.astimezone(LONDON):%B %Y}"
        if month != self._month:
            self._month = month
            complain(f"playing {month} ...")


def _programme(request: Request) -> Programme:
    _check_years(request)
    if request.acts and request.people:
        complain("With --acts exactly these acts are played and nobody else does anything: --people is not used.")
    return Programme(
        terms=content_of(request.terms),
        roll=content_of(request.roll),
        year=request.year,
        term=request.term,
        people=request.people or "typical",
        seed=request.seed,
        policy=content_of(request.policy) if request.policy else None,
        until=request.until,
    )


def _check_years(request: Request) -> None:
    for name, year in (("--year", request.year), ("--until", request.until or request.year)):
        if not _YEAR.fullmatch(year) or int(year[2:4]) + 1 != int(year[5:]):
            raise UsageError(f"{name} is no academic year; write it as 2026/27.")
    if request.until and request.term:
        raise UsageError("--term is a term of one year; leave out --until, or play every term.")
    if request.until and request.until < request.year:
        raise UsageError("--until is before --year; the years are played in their order.")


def _text_of(file: Path) -> str:
    try:
        return content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not UTF-8 text. Save it as UTF-8.") from None


def _print(played: dict[str, Any]) -> None:
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    _print_days(console, played["journal"])
    children, reviews = _count(played["children"], "child", "children"), _count(played["reviews"], "review", "reviews")
    console.print(f"\n{children}, {reviews}, played in {played['wall_seconds']} s.", markup=False)
    spent = played["economy"]
    console.print(
        f"A review cost {spent['events_per_review']} events, {spent['history_bytes_per_review']} bytes of history and "
        f"{spent['actions_per_review']} actions.",
        markup=False,
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _print_days(console: Console, journal: Sequence[dict[str, Any]]) -> None:
    for day in timeline(journal):
        console.print(Text(f"\n{day.on:%a} {day.on.day} {day.on:%B %Y}", style="bold"))
        for line in day.lines:
            text = Text(f"  {line.when:<5}  " if line.when else "  ")
            text.append(f"{line.children}  ").append(line.text, style=_STYLES.get(line.what, ""))
            console.print(text)
