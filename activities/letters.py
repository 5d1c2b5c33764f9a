"""The outbox: claim, send, mark, one letter after the other (docs/adr/0004). One reader a letter."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.invitations import MeetingInvitation, meeting_invitation
from activities.letter_facts import LetterFacts, MeetingChange, Owed, UnfitFact
from activities.letter_texts import compose
from casework.meeting_event import uid_of
from contracts.activities import LetterActivities, LettersSent
from contracts.clock import Clock
from contracts.people import Role
from post.smtp import Delivery, Outcome, SmtpPost, SmtpSession
from rules.ladder import REPORTS, Kind, report_still_true, still_true
from store.acts import meeting_place
from store.attendees import takes_part
from store.database import Database
from store.letters import (
    LetterState,
    claim_letter,
    give_back_letter,
    settle_and_tell,
    settle_letter,
)
from store.outbox_tables import Letter
from store.reviews import KeptReview, review_to_write_about
from store.tables import Authority, Case

log = logging.getLogger(__name__)
_MAYBE_TWICE = 2
"""A letter whose reply was lost goes out once more, the same to the byte; then it counts as sent, and says so."""

_OF_OUR_SETTINGS = frozenset({"sender", "sign_in_link", "authority_name"})
"""Facts of every letter that an operator can mend: no letter is refused for them at once."""

GIVES_UP_AFTER = timedelta(days=5)
"""Then a letter that could not be sent is a task for the Virtual School (RFC 5321, 4.5.4.1: four to five days)."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What a letter is written from."""

    case: Case
    review: KeptReview
    authority: Authority
    place: str | None
    """The meeting's place; given by the social worker, for the invitation only, and not for everybody's."""


class Letters(LetterActivities):
    """Built by the worker. `site_url` is the address that letters link to.

    Of `sender` only the address is used: the name that readers see is the authority's.
    """

    def __init__(self, database: Database, clock: Clock, post: SmtpPost, *, sender: str, site_url: str) -> None:
        self._database = database
        self._clock = clock
        self._post = post
        self._sender = parseaddr(sender)[1]
        self._site_url = site_url.rstrip("/")
        self._in_hand: set[int] = set()
        """Letters that are being sent here: whatever the clock does meanwhile, their claims do not run out here."""
        self._takes_more = True

    @activity.defn(name="send_letters")
    async def send_letters(self, review_id: str) -> LettersSent:
        """Nothing: the sweep sends. Asked only by runs that began when workflows had their letters sent themselves.

        Their local activity is cut off after seconds, and a letter with it that a slow server was about to take.
        """
        return LettersSent(0)

    async def send_due(self) -> int:
        """Send what is due, one letter after the other on one connection, until none is; gives how many there were.

        Each is claimed just before it is sent, so any number of these may run at once, here and in other workers.
        """
        taken = 0
        async with self._post.session() as smtp:
            while self._takes_more and (letter := await self._claimed()) is not None:
                taken += 1
                self._in_hand.add(letter.id)
                try:
                    await self._send(smtp, letter)
                finally:
                    self._in_hand.discard(letter.id)
        return taken

    def take_no_more(self) -> None:
        """Finish the letters in hand and begin no other: a letter that is cut off may go out twice."""
        self._takes_more = False

    async def _claimed(self) -> Letter | None:
        """The letter that is due for the longest time, from now on this call's to send.

        In a transaction of its own: a letter on which something breaks is left alone for a while and stops no other.
        """
        now = await self._clock.now()
        async with self._database.alone() as session:
            return await claim_letter(session, now, self._in_hand)

    async def _send(self, smtp: SmtpSession, letter: Letter) -> None:
        message = await self._message(letter)
        if message is not None:
            delivery = await smtp.deliver(self._sender, letter.address, message)
            now = await self._clock.now()
            async with self._database.alone() as session:
                await _mark(session, letter, delivery, now)

    async def _message(self, letter: Letter) -> bytes | None:
        """What is to be sent; None where nothing is. What is no longer true is withdrawn (ACTS.md, Stages)."""
        now = await self._clock.now()
        async with self._database.alone() as session:
            found = await review_to_write_about(session, letter.review_id)
            if found is None:  # no authority is set up
                await _mark(session, letter, Delivery(Outcome.TRY_AGAIN, None), now)
                return None
            review, case, authority = found
            if not _is_still_true(review, letter):
                await settle_letter(session, letter.id, LetterState.WITHDRAWN, now)
                return None
            written = self._written(letter, _Around(case, review, authority, await _place(session, letter, case)))
            if isinstance(written, Delivery):
                await _mark(session, letter, written, now)
                return None
        return written

    def _written(self, letter: Letter, around: "_Around") -> bytes | Delivery:
        """The letter as bytes, or what becomes of one that cannot be written: whatever is wrong stops no other letter.

        What the row says never changes, so it is refused; a setting of ours is mended while the letter waits.
        """
        try:
            return compose(self._facts(letter, around)).as_bytes()
        except Exception as error:
            log.error("a letter cannot be written", extra={"error_type": type(error).__name__})
            mendable = isinstance(error, UnfitFact) and error.field_name in _OF_OUR_SETTINGS
            return Delivery(Outcome.TRY_AGAIN if mendable else Outcome.REFUSED_FOR_GOOD, None)

    def _facts(self, letter: Letter, around: "_Around") -> LetterFacts:
        case, authority = around.case, around.authority
        facts: dict[str, Any] = letter.facts
        dates = {name: date.fromisoformat(on) for name, on in facts["dates"].items()}
        return LetterFacts(
            kind=letter.kind,
            role=letter.role,
            case_reference=case.ref,
            term=around.review.plan.term.label,
            dates=dates,
            missing=tuple(Owed(part, Role(role)) for part, role in facts["missing"]),
            level=letter.level,
            pence=facts.get("pence"),
            meeting_time=facts.get("time"),
            agreed=facts.get("agreed"),
            kept=facts.get("kept", False),
            target=facts.get("target"),
            grant_eligible=facts.get("grant_eligible", around.review.plan.grant_eligible),
            first_plan=facts.get("first_plan", around.review.plan.initial is not None),
            meeting_change=_change(facts),
            invitation=self._invitation(letter, case, dates, around.place),
            message_id=letter.message_id,
            dated=letter.dated,
            sender=self._sender,
            recipient=letter.address,
            sign_in_link=self._link(case),
            authority_name=authority.name,
            is_demonstration=authority.demonstration,
            stands_in_for=letter.intended_role if letter.intended_role != letter.role else None,
        )

    def _link(self, case: Case) -> str:
        return f"{self._site_url}/cases/{case.ref}"

    def _invitation(self, letter: Letter, case: Case, dates: dict[str, date], place: str | None) -> bytes | None:
        if letter.kind != Kind.INVITATION:
            return None
        return meeting_invitation(
            MeetingInvitation(
                uid=uid_of(letter.review_id),
                sequence=letter.facts["sequence"],
                on=dates["meeting"],
                at=time.fromisoformat(letter.facts["time"]) if letter.facts["time"] else None,
                place=place,
                case_reference=case.ref,
                sign_in_link=self._link(case),
                organiser=self._sender,
                attendee=letter.address,
                stamp=letter.dated,
                cancelled=bool(letter.facts.get("cancelled")),
            )
        )


async def _place(session: AsyncSession, letter: Letter, case: Case) -> str | None:
    """Where the meeting is, for an invitation to somebody who comes to it.

    A letter that was tried once keeps its reader, even one who has left the case since: they are not told where the
    child can be found. Nor is anybody for whom the meeting is called off, or whose mail must not say it.
    """
    is_asked = letter.kind == Kind.INVITATION and not letter.facts.get("cancelled")
    if not is_asked or case.address_restricted:
        return None
    comes = await takes_part(session, case, letter.review_id, letter.address)
    return await meeting_place(session, letter.review_id) if comes else None


def _is_still_true(review: KeptReview, letter: Letter) -> bool:
    """Nothing goes out that is no longer true (ACTS.md, Stages)."""
    if letter.step.startswith(REPORTS):
        sequence, cancels = letter.facts.get("sequence"), bool(letter.facts.get("cancelled"))
        return report_still_true(review.standing, Kind(letter.kind), sequence, cancels=cancels)
    return still_true(review.plan, review.standing, letter.step, Role(letter.intended_role))


async def _mark(session: AsyncSession, letter: Letter, delivery: Delivery, now: datetime) -> None:
    outcome, code = delivery.outcome, delivery.smtp_code
    maybe_sent = outcome is Outcome.MAYBE_ACCEPTED and letter.attempts >= _MAYBE_TWICE
    if outcome is Outcome.ACCEPTED or maybe_sent:
        state = LetterState.MAYBE_SENT if maybe_sent else LetterState.SENT
        await settle_and_tell(session, letter, state, now, code, "letter", _told(letter))
    elif outcome is Outcome.REFUSED_FOR_GOOD:
        await settle_and_tell(session, letter, LetterState.REFUSED, now, code, "letter_refused", _told(letter))
    elif now - (letter.sent_again_at or letter.dated) > GIVES_UP_AFTER:
        await settle_and_tell(session, letter, LetterState.GIVEN_UP, now, code, "letter_refused", _told(letter))
    else:
        await give_back_letter(session, letter.id, now + _pause(letter.attempts), code)


def _change(facts: dict[str, Any]) -> MeetingChange:
    if facts.get("cancelled"):
        return MeetingChange.CANCELLED
    return MeetingChange.MOVED if facts.get("sequence", 1) > 1 else MeetingChange.ARRANGED


def _pause(attempts: int) -> timedelta:
    """Half a minute, then twice as long each time, up to half an hour (RFC 5321, 4.5.4.1)."""
    return min(timedelta(seconds=30 * (1 << min(attempts - 1, 10))), timedelta(minutes=30))


def _told(letter: Letter) -> dict[str, Any]:
    level = {"level": letter.level} if letter.level is not None else {}
    return {"kind": letter.kind, "to": letter.role, **level}
