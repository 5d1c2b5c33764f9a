"""Taking an act, through any door: decided once, in the transaction that stores it (ACTS.md).

PostgreSQL has the act, its content, the new standing, the history and the messages for the workflows after one commit;
a refusal leaves one line of history and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from casework.consequences import follow
from casework.errors import UnknownCase
from casework.keeping import Happening, keep_changed
from casework.telling import tell_review
from casework.view import case_object, shown
from contracts.clock import Clock
from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, FINAL, Stage
from rules.decide import Accepted, Situation, decide
from rules.findings import Finding
from rules.forms import AnyForm, Submit, read
from store.acts import add_act, find_act
from store.cases import delegated_sections, find_case, roles_on
from store.database import Database
from store.events import add_event
from store.reviews import KeptReview, add_section, reviews_of
from store.tables import Case

_BEFORE_THE_MEETING_ONLY = ("arrange_meeting", "agree_date", "move_meeting", "record_meeting", "invite")


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

    async def take(self, child_ref: str, act: Mapping[str, Any], *, person_id: int | None = None) -> Answer:
        """Take one act. `person_id` is whom a token is bound to; without one the door vouches for the role.

        Raises UnknownCase for a case that does not exist or is foreign to the person.
        """
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
            if isinstance(form, list):
                return await _refused(session, case, body, form, now)
            return await _take(session, case, form, body, now, roles, person_id)


async def _take(
    session: AsyncSession,
    case: Case,
    form: AnyForm,
    body: Mapping[str, Any],
    now: datetime,
    roles: set[Role] | None,
    person_id: int | None,
) -> Answer:
    earlier = await find_act(session, form.id)
    if earlier is not None:
        return await _again(session, case, form, body, earlier.case_id, now)
    if roles is not None and form.by not in roles:
        words = f"You are not the {form.by.in_words} on this case; act in a role that you have here."
        return await _refused(session, case, body, [Finding("ROLE", words)], now)
    reviews = await reviews_of(session, case.id)
    review = _meant(reviews, form)
    if review is None:
        words = "No review is open for this child yet; it opens by itself when its time comes."
        return await _refused(session, case, body, [Finding("ORDER", words)], now)
    situation = Situation(delegated=await delegated_sections(session, case))
    decision = decide(review.plan, review.standing, form, now, situation)
    if isinstance(decision, list):
        return await _refused(session, case, body, decision, now, review)
    return await _accepted(session, case, review, form, body, decision, now, person_id)


async def _accepted(
    session: AsyncSession,
    case: Case,
    review: KeptReview,
    form: AnyForm,
    body: Mapping[str, Any],
    decision: Accepted,
    now: datetime,
    person_id: int | None,
) -> Answer:
    plan, happening = review.plan, Happening(now, form.by)
    await add_act(session, plan, form.id, dict(body), now, person_id)
    if isinstance(form, Submit):
        part = {"section": form.section, "role": form.by, "act_id": form.id, "content": form.content}
        await add_section(session, plan, part, decision.standing.revision, now)
    add_event(session, case.id, plan.review_id, now, "accepted", form.by, action=form.action, act=form.id)
    await keep_changed(session, plan, review.standing, decision.standing, happening)
    to_tell = await follow(session, case, review, form, happening)
    if decision.signal:
        to_tell.append(await tell_review(session, plan, decision.standing, decision.signal, happening, form.id))
    return Answer(form.id, True, (), await _case_now(session, case), tuple(dict.fromkeys(to_tell)))


async def _refused(
    session: AsyncSession,
    case: Case,
    body: Mapping[str, Any],
    findings: list[Finding],
    now: datetime,
    review: KeptReview | None = None,
) -> Answer:
    """One line of history; the typed words stay with the door."""
    answer = Answer(str(body["id"]), False, tuple(findings), await _case_now(session, case))
    told = answer.as_json(told=True)
    by = body.get("by")
    facts = {"action": str(body.get("action"))[:40], "rules": told["rules"], "sentences": told["sentences"]}
    review_id = review.plan.review_id if review else None
    add_event(session, case.id, review_id, now, "refused", by if by in list(Role) else "unknown", **facts)
    return answer


async def _again(
    session: AsyncSession, case: Case, form: AnyForm, body: Mapping[str, Any], earlier_case: str, now: datetime
) -> Answer:
    """The same accepted id twice is one act."""
    if earlier_case != case.id:
        words = "id: this id was used for another act; give every act an id of its own."
        return await _refused(session, case, body, [Finding("FORM", words)], now)
    return Answer(form.id, True, (), await _case_now(session, case))


async def _case_now(session: AsyncSession, case: Case) -> dict[str, Any] | None:
    reviews = await reviews_of(session, case.id)
    review = shown(reviews)
    return await case_object(session, case, review) if review else None


def _meant(reviews: list[KeptReview], form: AnyForm) -> KeptReview | None:
    """The review that an act is about: an unfinished one of last term goes first, unless the act is about a meeting."""
    if not reviews:
        return None
    if form.action in _BEFORE_THE_MEETING_ONLY:
        return reviews[-1]
    unfinished = [
        review
        for review in reviews[:-1]
        if review.standing.stage not in FINAL | BEFORE_THE_MEETING | {Stage.PAYING, Stage.IN_FORCE}
    ]
    return unfinished[0] if unfinished else reviews[-1]
