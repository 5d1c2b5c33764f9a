"""Taking an act, through any door: decided once, in the transaction that stores it (ACTS.md).

PostgreSQL has the act, its content, the new standing, the history and the messages for the workflows after one commit;
a refusal leaves one line of history and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from casework.changes import OnTheCase, apply_due, faults_of_change, is_still_to_come, take_change
from casework.consequences import follow
from casework.corrections import Named, named
from casework.errors import UnknownCase
from casework.funding import faults_of_decision
from casework.keeping import Happening, holders, keep_changed
from casework.passing import note_crossings, write_letters
from casework.telling import tell_review
from casework.view import case_object
from casework.which import meant, shown
from casework.year_cap import year_remainder
from contracts.clock import Clock, london_date
from contracts.people import Role
from contracts.review import FINAL, Section
from rules.case_forms import AnswerInvitation, Correct, DecideFunding, Reopen, ReviewWithoutMeeting
from rules.decide import WHO_MAY, Accepted, Situation, decide, not_for, stale
from rules.findings import Finding
from rules.forms import AnyForm, Delegate, SignOff, Submit, read
from spans import span
from store.acts import add_act, find_act
from store.attendees import attendees_of
from store.cases import addresses, delegated_sections, find_case, roles_on
from store.database import Database
from store.events import add_event
from store.messages import workflows_waiting_of
from store.reviews import KeptReview, add_section, reviews_of
from store.tables import Case, StoredAct


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door answers (ACTS.md). `to_tell` names the workflows that wait for a message; the relay takes them."""

    id: str
    accepted: bool
    findings: tuple[Finding, ...] = ()
    case: Mapping[str, Any] | None = None
    to_tell: tuple[str, ...] = field(default=())

    def as_json(self, *, told: bool) -> dict[str, Any]:
        """The answer in the words of ACTS.md. `told` is whether Temporal has every message of this act."""
        return {
            "id": self.id,
            "outcome": "accepted" if self.accepted else "refused",
            "told": told,
            "rules": list(dict.fromkeys(finding.rule for finding in self.findings)),
            "sentences": [finding.sentence for finding in self.findings],
            "case": self.case,
        }


class Casework:
    """The one way in for acts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(
        self, child_ref: str, act: Mapping[str, Any], *, person_id: int | None = None, shows_case: bool = True
    ) -> Answer:
        """Take one act. `person_id` is whom a token is bound to; without one the door vouches for the role.

        A door that shows nobody the case takes the answer without it.

        Raises UnknownCase for a case that does not exist or is foreign to the person.
        """
        with span("act") as traced:
            answer, action = await self._take(child_ref, act, person_id, shows_case=shows_case)
            traced.set_attributes({"pep.action": action, "pep.outcome": "accepted" if answer.accepted else "refused"})
        return answer

    async def _take(
        self, child_ref: str, act: Mapping[str, Any], person_id: int | None, *, shows_case: bool
    ) -> tuple[Answer, str]:
        """The answer, and the action as it is written in the code."""
        body = {"id": str(uuid4()), **act}
        form = read(body)
        now = await self._clock.now()
        async with self._database.transaction() as session:
            case = await find_case(session, child_ref, lock=True)
            if case is None:
                raise UnknownCase
            roles = await roles_on(session, case, person_id) if person_id is not None else None
            if roles is not None and not roles:
                raise UnknownCase
            taking = _Taking(session, case, body, now, person_id, "id" in act, shows_case)
            if isinstance(form, list):
                return await taking.refused(form), "not readable"
            return await taking.take(form, roles), str(form.action)


@dataclass(frozen=True, slots=True)
class _Taking:
    """One act being taken, inside its transaction and under the case's lock."""

    session: AsyncSession
    case: Case
    body: Mapping[str, Any]
    now: datetime
    person_id: int | None
    came_with_id: bool
    """An id that was made here a moment ago is nobody else's."""
    shows_case: bool

    async def take(self, form: AnyForm, roles: set[Role] | None) -> Answer:
        """Decide, then store or refuse. `roles` are the person's on this case; None where the door vouches."""
        earlier = await find_act(self.session, form.id) if self.came_with_id else None
        if earlier is not None:
            return await self._again(earlier)
        if roles is not None and form.by not in roles:
            words = f"You are not the {form.by.in_words} on this case; act in a role that you have here."
            return await self.refused([Finding("ROLE", words)])
        reviews = await self._reviews_as_of_now()
        if isinstance(form, OnTheCase):
            return await self._on_the_case(form, shown(reviews))
        if isinstance(form, Correct) and await is_still_to_come(self.session, self.case, form):
            return await self._on_the_case(form, shown(reviews))
        about = Named()
        if isinstance(form, Correct | Reopen):
            about = await named(self.session, self.case, reviews, form, self.now)
        review = about.review or meant(reviews, form)
        if review is None:
            if self.case.has_school_place and _not_theirs(form):
                return await self.refused(_not_theirs(form))
            words = "No review is open for this child yet; it opens by itself when its time comes."
            if not self.case.in_care:
                words = "The child is no longer looked after: there is no review, and nothing is left to do."
            return await self.refused([Finding("ORDER", words)])
        situation = await self._situation(form, review, reviews)
        situation = replace(situation, mistake=about.mistake, findings=situation.findings + about.findings)
        decision = decide(review.plan, review.standing, form, self.now, situation)
        if isinstance(decision, list):
            return await self.refused(decision, review)
        return await self._accepted(review, form, decision)

    async def _reviews_as_of_now(self) -> list[KeptReview]:
        """Every review with what the calendar has changed noted, before one is chosen: a term may be over meanwhile."""
        reviews = await reviews_of(self.session, self.case.id)
        nobody_wakes = all(kept.standing.stage in FINAL for kept in reviews)
        if nobody_wakes or any(_changes_by(kept, london_date(self.now)) for kept in reviews):
            await apply_due(self.session, self.case, self.now)
            reviews = await reviews_of(self.session, self.case.id)
        return [await self._as_of_now(kept) for kept in reviews]

    async def _as_of_now(self, kept: KeptReview) -> KeptReview:
        if kept.standing.stage in FINAL:
            return kept
        return KeptReview(kept.plan, await note_crossings(self.session, kept.plan, kept.standing, self.now))

    async def _situation(self, form: AnyForm, review: KeptReview, reviews: list[KeptReview]) -> Situation:
        newest = shown(reviews)
        revision = newest.standing.revision if newest else None
        situation = Situation(newest_revision=revision, in_care=self.case.in_care)
        match form:
            case AnswerInvitation():
                asked = await attendees_of(self.session, review.plan.review_id)
                return replace(situation, invited=frozenset(attendee.kind for attendee in asked))
            case DecideFunding():
                return replace(situation, findings=tuple(await faults_of_decision(self.session, self.case, form)))
            case ReviewWithoutMeeting():
                return replace(situation, without_meeting=_without_meeting(review, reviews))
            case SignOff() | Submit(section=Section.GRANT, by=Role.DESIGNATED_TEACHER | Role.VIRTUAL_SCHOOL):
                return replace(situation, year_remainder_pence=await year_remainder(self.session, review, reviews))
            case Delegate():
                found = await addresses(self.session, self.case, Role.DESIGNATED_TEACHER)
                domains = frozenset(address.rpartition("@")[2] for address in found)
                return replace(situation, school_mail_domains=domains)
        if form.by is Role.PASTORAL:
            delegated = await delegated_sections(self.session, self.case, self.person_id)
            return replace(situation, delegated=delegated)
        return situation

    async def _on_the_case(self, form: OnTheCase | Correct, review: KeptReview | None) -> Answer:
        """An act on the case itself, which needs no review to be open."""
        newest = review.standing.revision if review else 0
        findings = _not_theirs(form) or stale(form, newest) or await faults_of_change(self.session, self.case, form)
        if findings:
            return await self.refused(findings, review)
        happening, review_id = Happening(self.now, form.by), review.plan.review_id if review else None
        await add_act(self.session, self.case.id, review_id, dict(self.body), self.now, self.person_id)
        facts = {"action": form.action, "act": form.id}
        add_event(self.session, self.case.id, review_id, self.now, "accepted", form.by, **facts)
        to_tell = await take_change(self.session, self.case, form, form.id, happening)
        return Answer(form.id, True, (), await self._case_now(), tuple(dict.fromkeys(to_tell)))

    async def refused(self, findings: list[Finding], review: KeptReview | None = None) -> Answer:
        """One line of history; the typed words stay with the door, and whoever typed them reads them in the answer."""
        answer = Answer(str(self.body["id"]), False, tuple(findings), await self._case_now())
        told, by, action = answer.as_json(told=True), self.body.get("by"), self.body.get("action")
        add_event(
            self.session,
            self.case.id,
            review.plan.review_id if review else None,
            self.now,
            "refused",
            by if by in list(Role) else "unknown",
            action=action if action in list(WHO_MAY) else "unknown",
            rules=told["rules"],
            sentences=[finding.for_the_history for finding in findings],
        )
        return answer

    async def _accepted(self, review: KeptReview, form: AnyForm, decision: Accepted) -> Answer:
        """The act, what was written, the new standing, its history, letters and messages: all or nothing."""
        plan, happening = review.plan, Happening(self.now, form.by)
        await add_act(self.session, self.case.id, plan.review_id, dict(self.body), self.now, self.person_id)
        if isinstance(form, Submit):
            part = {"section": form.section, "role": form.by, "act_id": form.id, "content": form.content}
            await add_section(self.session, plan, part, decision.standing.revision, self.now)
        facts: dict[str, Any] = {"action": form.action, "act": form.id}
        if (holds := holders(plan, decision.standing)) != holders(plan, review.standing):
            facts["holds"] = holds
        if isinstance(form, SignOff):
            facts |= {"grant": decision.standing.grant.value, "pence": decision.standing.grant_pence}
        add_event(self.session, self.case.id, plan.review_id, self.now, "accepted", form.by, **facts)
        await keep_changed(self.session, plan, review.standing, decision.standing, happening)
        to_tell: list[str] = []
        written = await write_letters(self.session, self.case, plan, decision.standing, self.now)
        if decision.signal:
            told = tell_review(self.session, plan, written.standing, decision.signal, happening, form.id)
            to_tell.append(await told)
        to_tell += await follow(self.session, self.case, review, written.standing, form, happening)
        return Answer(form.id, True, (), await self._case_now(), tuple(dict.fromkeys(to_tell)))

    async def _again(self, earlier: StoredAct) -> Answer:
        """The same accepted id twice is one act."""
        if earlier.case_id != self.case.id:
            words = "id: this id was used for another act; give every act an id of its own."
            return await self.refused([Finding("FORM", words)])
        still_to_tell = await workflows_waiting_of(self.session, self.case.id)
        return Answer(earlier.id, True, (), await self._case_now(), tuple(still_to_tell))

    async def _case_now(self) -> dict[str, Any] | None:
        if not self.shows_case:
            return None
        review = shown(await reviews_of(self.session, self.case.id))
        return await case_object(self.session, self.case, review, self.now)


def _not_theirs(form: AnyForm) -> list[Finding]:
    """Whose act it is as far as that does not depend on a review."""
    allowed = WHO_MAY[form.action]
    return [] if form.by in allowed else [not_for(form.by, allowed)]


def _changes_by(kept: KeptReview, today: date) -> bool:
    changes_on = kept.standing.changes_on
    return changes_on is not None and changes_on <= today and kept.standing.stage not in FINAL


def _without_meeting(review: KeptReview, reviews: list[KeptReview]) -> int:
    """How many other reviews of the same academic year did without a meeting."""
    year, own = review.plan.term.academic_year, review.plan.review_id
    others = [one for one in reviews if one.plan.term.academic_year == year and one.plan.review_id != own]
    return sum(one.standing.without_meeting for one in others)
