"""The outbox: claim, send, mark. One reader a letter, one activity a step (DESIGN.md, Money, mail, time)."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.invitations import MeetingInvitation, meeting_invitation
from activities.letter_facts import LetterFacts, MeetingChange, Owed
from activities.letter_texts import compose
from activities.smtp import Delivery, Outcome, SmtpPost, SmtpSession
from contracts.activities import LetterActivities, LettersSent
from contracts.clock import Clock
from contracts.errors import Fault
from contracts.people import Role
from rules.ladder import Kind, still_true
from store.acts import meeting_place
from store.cases import the_authority
from store.database import Database
from store.events import add_event
from store.letters import LetterState, claim_letters, give_back_letter, letters_waiting, settle_letter
from store.reviews import get_review
from store.tables import Authority, Case, Letter

_MAYBE_TWICE = 2
"""A letter whose reply was lost goes out once more, the same to the byte; then it counts as sent, and says so."""


class Letters(LetterActivities):
    """Built by the worker. `site_url` is the address that letters link to."""

    def __init__(self, database: Database, clock: Clock, post: SmtpPost, *, sender: str, site_url: str) -> None:
        self._database = database
        self._clock = clock
        self._post = post
        self._sender = sender
        self._site_url = site_url.rstrip("/")

    @activity.defn(name="send_letters")
    async def send_letters(self, review_id: str) -> LettersSent:
        """Send every waiting letter of a review; says how many still wait."""
        async with self._database.transaction() as session:
            claimed = await claim_letters(session, review_id, await self._clock.now())
        async with self._post.session() as smtp:
            for letter in claimed:
                await self._send(smtp, letter)
        async with self._database.transaction() as session:
            return LettersSent(await letters_waiting(session, review_id))

    @activity.defn(name="send_letters_later")
    async def send_letters_later(self, review_id: str) -> None:
        """The same with long retries, while the mail server does not take letters: fails until none waits."""
        sent = await self.send_letters(review_id)
        if sent.waiting:
            raise ApplicationError("letters still wait", type=Fault.MAIL_UNAVAILABLE)

    async def _send(self, smtp: SmtpSession, letter: Letter) -> None:
        async with self._database.transaction() as session:
            message = await self._message(session, letter)
            if message is None:
                await settle_letter(session, letter.id, LetterState.WITHDRAWN, await self._clock.now())
                return
        delivery = await smtp.deliver(self._sender, letter.address, message)
        async with self._database.transaction() as session:
            await _mark(session, letter, delivery, await self._clock.now())

    async def _message(self, session: AsyncSession, letter: Letter) -> bytes | None:
        """The letter as bytes; None when what it says is no longer true."""
        review = await get_review(session, letter.review_id)
        authority = await the_authority(session)
        if review is None or authority is None:
            return None
        if not still_true(review.plan, review.standing, letter.step, Role(letter.intended_role)):
            return None
        case = await session.get_one(Case, letter.case_id)
        place = await meeting_place(session, letter.review_id) if letter.kind == Kind.INVITATION else None
        facts = self._facts(letter, case, authority, review.plan.term.label, place)
        return compose(facts).as_bytes()

    def _facts(self, letter: Letter, case: Case, authority: Authority, term: str, place: str | None) -> LetterFacts:
        facts: dict[str, Any] = letter.facts
        dates = {name: date.fromisoformat(on) for name, on in facts["dates"].items()}
        moved = facts.get("sequence", 1) > 1
        return LetterFacts(
            kind=letter.kind,
            role=letter.role,
            case_reference=case.ref,
            term=term,
            dates=dates,
            missing=tuple(Owed(part, Role(role)) for part, role in facts["missing"]),
            level=letter.level,
            pence=facts.get("pence"),
            meeting_time=facts.get("time"),
            meeting_change=MeetingChange.MOVED if moved else MeetingChange.ARRANGED,
            invitation=self._invitation(letter, case, dates, place),
            message_id=letter.message_id,
            dated=letter.dated,
            sender=self._sender,
            recipient=letter.address,
            sign_in_link=self._link(case),
            authority_name=authority.name,
            is_demonstration=authority.demonstration,
        )

    def _link(self, case: Case) -> str:
        return f"{self._site_url}/cases/{case.ref}"

    def _invitation(self, letter: Letter, case: Case, dates: dict[str, date], place: str | None) -> bytes | None:
        if letter.kind != Kind.INVITATION:
            return None
        return meeting_invitation(
            MeetingInvitation(
                uid=f"{letter.review_id}@pep.invalid",
                sequence=letter.facts["sequence"],
                on=dates["meeting"],
                at=time.fromisoformat(letter.facts["time"]) if letter.facts["time"] else None,
                place=place,
                case_reference=case.ref,
                sign_in_link=self._link(case),
                organiser=self._sender,
                attendee=letter.address,
                stamp=letter.dated,
            )
        )


async def _mark(session: AsyncSession, letter: Letter, delivery: Delivery, now: datetime) -> None:
    outcome, code = delivery.outcome, delivery.smtp_code
    maybe_sent = outcome is Outcome.MAYBE_ACCEPTED and letter.attempts >= _MAYBE_TWICE
    if outcome is Outcome.ACCEPTED or maybe_sent:
        await settle_letter(session, letter.id, LetterState.MAYBE_SENT if maybe_sent else LetterState.SENT, now, code)
        _tell(session, letter, now, "letter")
    elif outcome is Outcome.REFUSED_FOR_GOOD:
        await settle_letter(session, letter.id, LetterState.REFUSED, now, code)
        _tell(session, letter, now, "letter_refused")
    else:
        await give_back_letter(session, letter.id, code)


def _tell(session: AsyncSession, letter: Letter, now: datetime, what: str) -> None:
    level = {"level": letter.level} if letter.level is not None else {}
    facts = {"kind": letter.kind, "to": letter.role, **level}
    add_event(session, letter.case_id, letter.review_id, now, what, "clock", **facts)
