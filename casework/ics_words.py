"""What the title of an entry in a school's published calendar says of terms and closed days.

A title is read only when each of its words is known here; anything else could turn its meaning round ("INSET day:
morning only", "Half term club"). What speaks of terms or closed days and is not read is told to whoever imports it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from contracts.calendar import TermName


class Says(StrEnum):
    """The meaning of a title."""

    TERM = "term"
    """A whole term."""
    TERM_BEGINS = "term begins"
    TERM_ENDS = "term ends"
    HALF_TERM = "half term"
    INSET = "inset"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    NOTHING = "nothing"
    """Nothing of terms or closed days: the school fair."""
    UNCERTAIN = "uncertain"
    """Something of them, but not for certain what."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a title says, and of which term where it names one."""

    says: Says
    term: TermName | None = None


_PHRASES = (
    ("half term", r"half ?term"),
    ("inset", r"inset|in service training|(staff|teacher) (training|development)|training days?|non pupil days?"),
    ("closed", r"closed|closure|occasional days?|non school days?|no school"),
    ("holiday", r"holidays?|vacation"),
    ("term", r"terms?"),
    ("begins", r"begins?|starts?|commences?|first"),
    ("ends", r"ends?|finish(es)?|last"),
)
_CERTAIN = {
    frozenset({"term"}): Says.TERM,
    frozenset({"term", "begins"}): Says.TERM_BEGINS,
    frozenset({"term", "ends"}): Says.TERM_ENDS,
    frozenset({"half term"}): Says.HALF_TERM,
    frozenset({"half term", "holiday"}): Says.HALF_TERM,
    frozenset({"half term", "closed"}): Says.HALF_TERM,
    frozenset({"inset"}): Says.INSET,
    frozenset({"inset", "closed"}): Says.INSET,
    frozenset({"closed"}): Says.CLOSED,
    frozenset({"holiday"}): Says.HOLIDAY,
    frozenset({"holiday", "closed"}): Says.HOLIDAY,
}
_OF_TERMS = frozenset({Says.TERM, Says.TERM_BEGINS, Says.TERM_ENDS})
_SEASONS = tuple(term.value for term in TermName)
_FILLERS = frozenset({"the", "a", "of", "for", "to", "and", "at", "on", "is", "all", "day", "days", "week"})
_PUPILS = frozenset({"pupil", "pupils", "student", "students", "child", "children", "school", "schools"})
_OF_HOLIDAYS = frozenset({"bank", "public", "may", "christmas", "easter", "whitsun", "october", "february"})
_YEARS = re.compile(r"\b20[0-9]{2}( (20)?[0-9]{2})?\b")
_NUMBERED = re.compile(r"\bday [0-9]( of [0-9])?\b")


def meaning_of(title: str, name: str = "") -> Meaning:
    """What a title says. The words of the school's own `name` change nothing."""
    text = _plain(title)
    kinds = set()
    for kind, pattern in _PHRASES:
        text, found = re.subn(rf"\b({pattern})\b", " ", text)
        if found:
            kinds.add(kind)
    if not kinds - {"begins", "ends"}:
        return Meaning(Says.NOTHING)
    says = _CERTAIN.get(frozenset(kinds), Says.UNCERTAIN)
    words = text.split()
    seasons = [word for word in words if word in _SEASONS]
    left = set(words) - _FILLERS - _PUPILS - set(_SEASONS) - set(_plain(name).split())
    if says in (Says.HOLIDAY, Says.HALF_TERM):
        left -= _OF_HOLIDAYS
    if left or "?" in title or len(seasons) > 1 or (says in _OF_TERMS and not seasons):
        return Meaning(Says.UNCERTAIN)
    return Meaning(says, TermName(seasons[0]) if seasons else None)


def _plain(title: str) -> str:
    """Lower-case words alone, without years and without the numbers of training days."""
    words = " ".join(re.findall(r"[a-z0-9]+", title.casefold().replace("'", "").replace("’", "")))
    return _NUMBERED.sub("day", _YEARS.sub(" ", words))
