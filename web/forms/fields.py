"""What a form asks: fields of a few kinds, and lists of lines. One description is shown, read and kept as a draft."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a field takes, and how it is shown."""

    LINE = "line"
    WORDS = "words"
    """Several lines of text."""
    NAMES = "names"
    """One a line: a list of texts."""
    DAY = "day"
    """A London date in three boxes; an ISO date in the act."""
    TIME = "time"
    MONEY = "money"
    """Pounds as people write them; whole pence in the act."""
    EMAIL = "email"
    YES_NO = "yes_no"
    CHOICE = "choice"
    """One of a few, all of them to be seen."""
    SELECT = "select"
    """One of many."""
    CHOICES = "choices"
    """Any number of a few."""
    GIVEN = "given"
    """Not asked: the form knows it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `name` is the act's field; an answer that is left out is left out of the act."""

    name: str
    label: str
    kind: Kind = Kind.WORDS
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    needed: bool = True
    """Whether the page asks for it before it sends anything. What only the rules demand, they say themselves."""
    open_ended: bool = False
    """A select takes an answer beside its choices too: what was valid when the form was opened may not be any more, and
    the rules say why."""
    whole_number: bool = False
    """The choices are numbers in the act."""
    given: str = ""
    """The value of a field that is not asked."""
    rows: int = 4
    example: str = ""
    """A good answer, to be opened by whoever wants one."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of things that have the same fields. Lines with nothing in them are left out."""

    name: str
    label: str
    one: str
    """What a line is called: `Action 1`."""
    fields: tuple["Part", ...]
    shown: int = 1
    """So many are shown empty."""
    most: int = 20
    fixed: bool = False
    """Exactly `shown` of them, each kept even when it is empty."""
    numbered: str = ""
    """The field that gets the line's number, from 1."""
    hint: str = ""
    titles: tuple[str, ...] = ()
    """What each of a fixed number of lines is called, where more is known of it than its number."""

    def title(self, number: int) -> str:
        """What a line is called. `number` counts from 0."""
        return self.titles[number] if number < len(self.titles) else f"{self.one} {number + 1}"


Part = Field | Lines


def choices_of(**labels: str) -> tuple[Choice, ...]:
    """Choices by their values."""
    return tuple(Choice(value, label) for value, label in labels.items())
