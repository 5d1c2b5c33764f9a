"""Who was told of a review, and whether it arrived: a sentence for each letter, in words that name nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.clock import london_date
from contracts.people import Role
from rules.ladder import Kind
from rules.letter_words import LETTERS, reader_in_words, why_not_delivered
from rules.status import Reminded
from store.letters import LEFT, UNDELIVERED, LetterState
from store.outbox_tables import Letter
from web.look.words import moment

_NOT_WRITTEN = "the address cannot be one, or the letter could not be written"
_NOTED_AS = {
    LetterState.SENT: ("Sent", "green"),
    LetterState.MAYBE_SENT: ("Probably sent", "green"),
    LetterState.WITHDRAWN: ("Withdrawn", "grey"),
}


@dataclass(frozen=True, slots=True)
class TellingRow:
    """One letter on the page."""

    id: int
    due: datetime
    letter: str
    """Its kind, as `reminder to arrange the meeting`."""
    reader: str
    sentence: str
    tag: str
    colour: str
    """Of the tag; its words say the same."""
    to_see_to: bool
    """Its reader has not been told, and nobody has seen to it."""
    address: str | None
    """Where it could not go; for those alone who may mend it."""


def told_rows(
    letters: Iterable[Letter], seen_to_by: Mapping[int, str], now: datetime, *, shows_addresses: bool
) -> list[TellingRow]:
    """The letters in the given order. `seen_to_by` is the role that saw to a letter, by its number."""
    return [_row(letter, seen_to_by.get(letter.id), now, shows_addresses=shows_addresses) for letter in letters]


def reminders_of(letters: Iterable[Letter]) -> list[Reminded]:
    """What left, as the sentence about the case wants it; invited guests are none of its readers."""
    return [
        Reminded(london_date(letter.settled_at), Kind(letter.kind), Role(letter.intended_role))
        for letter in letters
        if letter.state in LEFT and letter.settled_at and letter.intended_role in list(Role)
    ]


def _row(letter: Letter, seen_to_by: str | None, now: datetime, *, shows_addresses: bool) -> TellingRow:
    state, reader = LetterState(letter.state), reader_in_words(letter.role)
    waits_for_somebody = state in UNDELIVERED and letter.seen_to_at is None
    tag, colour = _tag(letter, state)
    return TellingRow(
        id=letter.id,
        due=letter.dated,
        letter=LETTERS[Kind(letter.kind)],
        reader=reader,
        sentence=f"The {reader} {_fate(letter, state, seen_to_by, now)}{_in_place_of(letter)}.",
        tag=tag,
        colour=colour,
        to_see_to=waits_for_somebody,
        address=letter.address if shows_addresses and waits_for_somebody else None,
    )


def _tag(letter: Letter, state: LetterState) -> tuple[str, str]:
    if state in _NOTED_AS:
        return _NOTED_AS[state]
    if state in UNDELIVERED:
        return ("Told otherwise", "blue") if letter.seen_to_at else ("Not told", "red")
    return ("Trying again", "yellow") if letter.smtp_code or letter.attempts > 1 else ("Waiting", "grey")


def _fate(letter: Letter, state: LetterState, seen_to_by: str | None, now: datetime) -> str:
    """What became of it, after its reader's name."""
    match state:
        case LetterState.SENT:
            return f"was told on {_when(letter.settled_at)}"
        case LetterState.MAYBE_SENT:
            return f"was probably told on {_when(letter.settled_at)}: the mail server’s answer was lost"
        case LetterState.WITHDRAWN:
            return "did not need this letter any more: it was no longer true"
        case LetterState.REFUSED | LetterState.GIVEN_UP | LetterState.BOUNCED:
            return _undelivered(letter, state, seen_to_by)
        case LetterState.SENDING:
            return "is being told at this moment"
    return _not_yet(letter, now)


def _undelivered(letter: Letter, state: LetterState, seen_to_by: str | None) -> str:
    why = _why(letter, state)
    if letter.seen_to_at is None:
        return f"has NOT been told: {why}"
    by = f" by the {reader_in_words(seen_to_by)}" if seen_to_by else ""
    return f"was told otherwise, as was noted{by} on {moment(letter.seen_to_at)}; the letter did not arrive: {why}"


def _why(letter: Letter, state: LetterState) -> str:
    if state is LetterState.GIVEN_UP:
        return f"{why_not_delivered(letter.smtp_code)}, for five days"
    why = _NOT_WRITTEN if letter.smtp_code is None else why_not_delivered(letter.smtp_code)
    return f"the letter came back, because {why}" if state is LetterState.BOUNCED else why


def _not_yet(letter: Letter, now: datetime) -> str:
    if not letter.attempts:
        return f"is told on {moment(letter.next_try_at)}" if letter.next_try_at > now else "is told with the next mail"
    next_try = f"on {moment(letter.next_try_at)}" if letter.next_try_at > now else "about to be made"
    return f"is not told yet: {why_not_delivered(letter.smtp_code)}. The next try is {next_try}"


def _in_place_of(letter: Letter) -> str:
    if letter.intended_role == letter.role:
        return ""
    return f" (in place of the {reader_in_words(letter.intended_role)}, for whom there is no address)"


def _when(instant: datetime | None) -> str:
    return moment(instant) if instant else "an unknown day"
