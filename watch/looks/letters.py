"""Letters that cannot be sent, or came back."""

from collections.abc import Sequence
from datetime import datetime

from contracts.errors import Fault
from contracts.ids import review_workflow_id
from contracts.problems import GoneBecause, ProblemKind
from store.findings import OpenFinding, Stuck
from store.letters import LEFT, LetterState
from store.outbox_tables import Letter
from store.unsettled import letters_with, troubled_letters
from watch.looks.patience import Patience
from watch.parts import Parts

KIND = ProblemKind.LETTER_NOT_DELIVERED
_TYPES: dict[str, str] = {
    LetterState.REFUSED: Fault.MAIL_REFUSED.value,
    LetterState.GIVEN_UP: "MailGivenUp",
    LetterState.BOUNCED: "MailBounced",
}


async def look(parts: Parts, now: datetime, patience: Patience) -> list[Stuck]:
    async with parts.database.transaction() as session:
        letters = await troubled_letters(session, patience.letter_attempts)
    return [_stuck(letter, now) for letter in letters]


async def judge(parts: Parts, missing: Sequence[OpenFinding], _now: datetime) -> dict[int, GoneBecause]:
    """Sent, or seen to by somebody; a letter that is no longer true waits for nobody."""
    of = {one.id: int(one.subject.rpartition(":")[2]) for one in missing}
    async with parts.database.transaction() as session:
        letters = await letters_with(session, of.values())
    verdicts = {finding_id: _verdict(letters.get(letter_id)) for finding_id, letter_id in of.items()}
    return {finding_id: because for finding_id, because in verdicts.items() if because is not None}


def _verdict(letter: Letter | None) -> GoneBecause | None:
    if letter is None or letter.state == LetterState.WITHDRAWN:
        return GoneBecause.OVERTAKEN
    if letter.state in LEFT or letter.seen_to_at is not None:
        return GoneBecause.SUCCEEDED
    return None


def _stuck(letter: Letter, now: datetime) -> Stuck:
    """One that is still tried is the mail server's matter, whatever its kind; one that did not arrive is its own."""
    is_over = letter.state in _TYPES
    return Stuck(
        kind=KIND,
        subject=f"letter:{letter.id}",
        step=letter.kind if is_over else "",
        error_type=_TYPES.get(letter.state, Fault.MAIL_UNAVAILABLE.value),
        seen_at=now,
        case_id=letter.case_id,
        workflow_id=review_workflow_id(letter.review_id),
        next_try_at=None if is_over else letter.next_try_at,
        facts={"attempts": letter.attempts, "smtp_code": letter.smtp_code, "role": letter.role, "kind": letter.kind},
    )
