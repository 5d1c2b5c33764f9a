"""A line of the list as the table shows it: cells of words, in the order of the columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.people import Role
from contracts.review import GrantState, Stage
from rules.grant import pounds
from rules.wording import GRANTS, STAGES, listed
from store.listed import SOON, Order
from store.tracking_tables import CaseListing
from web.cases.asked import Asked
from web.cases.eyes import Eyes
from web.look.words import shortday

NOT_OPEN = "Not open yet"
NO_SCHOOL = "No school place"
_HEADS: dict[str, tuple[str, Order | None]] = {
    "child": ("Child", Order.NAME),
    "school": ("School", Order.SCHOOL),
    "team": ("Team", Order.TEAM),
    "year": ("Year", Order.YEAR),
    "term": ("Term", None),
    "stage": ("Stage", Order.STAGE),
    "plan": ("Plan", None),
    "holder": ("Held by", Order.HOLDER),
    "due": ("Due", Order.DUE),
    "meeting": ("Meeting", Order.MEETING),
    "grant": ("Grant", None),
}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column. `sorted` is `ascending`, `descending` or nothing; `href` sorts by it, or the other way."""

    text: str
    href: str | None
    sorted: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Words, and with them what is said of a day in a tag: its colour only repeats it."""

    words: str
    tag: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One child. `called` is the name with the reference, or the reference alone."""

    ref: str
    called: str
    cells: Sequence[Cell]
    """Of the columns after the first."""
    notes: Sequence[str]
    """What is left undone beside the plan."""


def heads(eyes: Eyes, asked: Asked, address: Callable[[Order], str]) -> list[Head]:
    """The heads of the columns, each a link that sorts by it where the reader may."""
    by, found = asked.get("sort") or eyes.usual.value, []
    for name in eyes.columns:
        text, order = _HEADS[name]
        if name == "child" and Order.NAME not in eyes.orders:
            text, order = "Case", Order.REF
        is_this = order is not None and by.removeprefix("-") == order.value
        way = ("descending" if by.startswith("-") else "ascending") if is_this else ""
        may_sort = order is not None and order in eyes.orders
        found.append(Head(text, f"/cases{address(order)}" if order and may_sort else None, way))
    return found


def row_of(line: CaseListing, eyes: Eyes, today: date, *, named: bool) -> Row:
    """A line for these eyes, on a London day. `named`: the reader is told the child's name."""
    called = f"{line.given_name} {line.family_name} ({line.ref})" if named else line.ref
    cells = [_CELLS[name](line, today) for name in eyes.columns if name != "child"]
    return Row(line.ref, called, cells, _notes(line) if "waits" in eyes.filters else ())


def stage_words(line: CaseListing) -> str:
    """The stage, and that its term ended before it was done."""
    if line.stage is None:
        return NOT_OPEN
    words = STAGES[Stage(line.stage)]
    return words[:1].upper() + words[1:] + (", unfinished when its term ended" if line.unfinished else "")


def plan_words(line: CaseListing) -> str:
    """How far the plan is, without the money: for carers and young people."""
    return "Signed off" if line.stage == Stage.PAYING else stage_words(line)


def holders_in_words(line: CaseListing) -> str:
    """Who holds it."""
    return listed([Role(role).in_words for role in line.holders]) if line.holders else ""


def _notes(line: CaseListing) -> list[str]:
    letters = "A letter did not arrive" if line.not_told == 1 else f"{line.not_told} letters did not arrive"
    return [*([letters] if line.not_told else []), *(["Money not sent"] if line.money_waits else [])]


def _due(line: CaseListing, today: date) -> Cell:
    if line.due_on is None:
        return Cell("")
    days = (line.due_on - today).days
    if days < 0:
        return Cell(shortday(line.due_on), "1 day late" if days == -1 else f"{-days} days late", "red")
    if days > SOON.days:
        return Cell(shortday(line.due_on))
    words = {0: "Today", 1: "Tomorrow"}.get(days, f"In {days} days")
    return Cell(shortday(line.due_on), words, "yellow")


def _grant(line: CaseListing, _today: date) -> Cell:
    words = GRANTS[GrantState(line.grant)]
    return Cell(f"{words}: {pounds(line.grant_pence)}" if line.grant_pence else words)


_CELLS: dict[str, Callable[[CaseListing, date], Cell]] = {
    "school": lambda line, _: Cell(line.school or NO_SCHOOL),
    "team": lambda line, _: Cell(line.team),
    "year": lambda line, _: Cell(line.year_group),
    "term": lambda line, _: Cell(line.term or ""),
    "stage": lambda line, _: Cell(stage_words(line)),
    "plan": lambda line, _: Cell(plan_words(line)),
    "holder": lambda line, _: Cell(holders_in_words(line)),
    "due": _due,
    "meeting": lambda line, _: Cell(shortday(line.meeting_on) if line.meeting_on else ""),
    "grant": _grant,
}
