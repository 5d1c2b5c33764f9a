"""How templates write days, instants and roles: `day`, `isoday`, `shortday`, `moment`, `isomoment` and `role`."""

from datetime import date, datetime

from contracts.clock import LONDON, in_words, london_date
from contracts.people import Role
from contracts.review import GrantState, Stage
from contracts.service import ROUNDS
from rules.wording import GRANTS, STAGES


def day(given: date | datetime) -> str:
    """A London date, or the London date of an instant: `Wednesday 14 October 2026`."""
    return in_words(london_date(given) if isinstance(given, datetime) else given)


def isoday(given: str) -> str:
    """A day of the case object, `2026-10-14`, as people write it."""
    return in_words(date.fromisoformat(given))


def shortday(given: date) -> str:
    """A London date in a table: `14 Oct 2026`."""
    return f"{given.day} {given:%b %Y}"


def moment(given: datetime) -> str:
    """An instant as London reads it: `Wednesday 14 October 2026 at 09:30`."""
    return f"{day(given)} at {given.astimezone(LONDON):%H:%M}"


def isomoment(given: str) -> str:
    """An instant of the plan object, `2026-10-14T09:30:00+01:00`, as London reads it."""
    return moment(datetime.fromisoformat(given))


def stage(given: str) -> str:
    """A stage by its word in the case object, to stand by itself. Raises ValueError for what is none."""
    words = STAGES[Stage(given)]
    return words[:1].upper() + words[1:]


def grant(given: str) -> str:
    """What became of a grant, by its word in the case object. Raises ValueError for what is none."""
    return GRANTS[GrantState(given)]


def clocktime(given: datetime, now: datetime) -> str:
    """An instant to the second as London reads it, `14:48:05`; with its day where that is not today's."""
    clock = f"{given.astimezone(LONDON):%H:%M:%S}"
    return clock if london_date(given) == london_date(now) else f"{shortday(london_date(given))}, {clock}"


def roundname(given: str) -> str:
    """What a round of the watch looks at."""
    known = ROUNDS.get(given)  # a newer watch may walk rounds that this process does not know
    return known.words if known else given.replace("_", " ")


def begun(given: str) -> str:
    """Words at the beginning of a sentence; names inside them keep their capitals."""
    return given[:1].upper() + given[1:]


def age(given: datetime, now: datetime) -> str:
    """How long ago an instant was: `40 seconds`, `3 minutes`, `2 hours`, `5 days`."""
    seconds = max(0, int((now - given).total_seconds()))
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}s"
    return f"{seconds} {'second' if seconds == 1 else 'seconds'}"


def role(given: str) -> str:
    """A role as a sentence names it: `designated teacher`. Raises ValueError for what is no role."""
    return Role(given).in_words
