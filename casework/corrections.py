"""What a correction or a reopening names, and money that was paid for a plan that then asked for another sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.which import called
from contracts.review import ReviewPlan, Stage, Standing
from rules.case_forms import Correct, Reopen
from rules.findings import Finding
from rules.putting_right import DO_IT_AGAIN, RECORDS, Mistake, correct
from store.acts import bodies_of, find_act
from store.events import lines_of
from store.grants import correct_grant, corrected_pence, find
from store.reviews import KeptReview
from store.tables import Case, StoredAct


@dataclass(frozen=True, slots=True)
class Named:
    """A review, the act in it that was a mistake, or why there is none."""

    review: KeptReview | None = None
    mistake: Mistake | None = None
    findings: tuple[Finding, ...] = ()


async def named(
    session: AsyncSession, case: Case, reviews: Sequence[KeptReview], form: Correct | Reopen, now: datetime
) -> Named:
    """The review that is meant is the act's own, or the newest that is called so. `reviews`: the oldest first."""
    if form.act is not None:
        act = await find_act(session, form.act)
        return await _by_its_act(session, reviews, form, act if act is not None and act.case_id == case.id else None)
    if form.review is None:
        return Named()
    review = called(reviews, form.review)
    if review is None:
        return _refused(f"No review of this child is called that; there is {_all_of(reviews)}.")
    return await _which_act(session, review, now) if isinstance(form, Correct) else Named(review)


async def _by_its_act(
    session: AsyncSession, reviews: Sequence[KeptReview], form: Correct | Reopen, act: StoredAct | None
) -> Named:
    """`act` is None where no act of this child has the id."""
    corrects = isinstance(form, Correct)
    if act is None:
        words = f"No act of this child has this id: name the plan as `review`; there is {_all_of(reviews)}."
        return Named() if corrects else _refused(words)
    review = next((one for one in reviews if one.plan.review_id == act.review_id), None)
    if review is None:
        words = f"This act is of no plan: name the plan as `review`; there is {_all_of(reviews)}."
        return _refused(DO_IT_AGAIN if corrects else words)
    if not corrects:
        return Named(review)
    record = await _record_of(session, review.plan.review_id)
    return Named(review, record.around(act.id))


async def _which_act(session: AsyncSession, review: KeptReview, now: datetime) -> Named:
    """A correction takes back one act: where a review is named alone, the answer names those that it can be.

    Their ids were typed by whoever sent them, so the history has the sentence without.
    """
    plan = review.plan
    fit = [f"{body['action']} ({act_id})" for act_id, body in (await can_be_taken_back(session, review, now)).items()]
    which = f"of the {plan.term.label} it can be {', '.join(fit)}" if fit else f"none of the {plan.term.label} can be"
    name = "Name the act that was a mistake"
    return Named(review, findings=(Finding("ORDER", f"{name}: {which}.", recorded=f"{name}, not its review alone."),))


async def can_be_taken_back(session: AsyncSession, review: KeptReview, now: datetime) -> dict[str, dict[str, Any]]:
    """The acts on a review that a correction may take back now, as they were stored, by their ids."""
    record = await _record_of(session, review.plan.review_id)
    return {
        act_id: body
        for act_id, body in record.acts.items()
        if isinstance(correct(review.plan, review.standing, record.around(act_id), now), Standing)
    }


@dataclass(frozen=True, slots=True)
class _Record:
    """What is kept of a review, in the order of storing: the lines of its history, and its acts by their ids."""

    lines: Sequence[tuple[str, dict[str, Any]]]
    acts: Mapping[str, dict[str, Any]]

    def around(self, act_id: str) -> Mistake:
        """An act with those before and after it, and the date that stood before it."""
        accepted = [place for place, (what, facts) in enumerate(self.lines) if what == "accepted"]
        here = next(place for place in accepted if self.lines[place][1]["act"] == act_id)
        bodies = {place: self.acts[self.lines[place][1]["act"]] for place in accepted}
        return Mistake(
            bodies[here],
            earlier=tuple(body for place, body in bodies.items() if place < here),
            later=tuple(body for place, body in bodies.items() if place > here),
            arranged_on=self._date_after(self.lines[:here]),
        )

    def _date_after(self, lines: Sequence[tuple[str, dict[str, Any]]]) -> date | None:
        """The meeting's date: as arranged, as the plan before handed it on, or as held; None once it was called off."""
        on: str | None = None
        for what, facts in lines:
            if what == "deadline" and facts["name"] == "meeting":
                on = facts["on"]
            if what == "stage" and facts["stage"] == Stage.WAITING_FOR_DATE:
                on = None
            if what == "accepted" and (act := self.acts[facts["act"]])["action"] in RECORDS:
                on = act["on"] if act.get("held") else None
        return date.fromisoformat(on) if on else None


async def _record_of(session: AsyncSession, review_id: str) -> _Record:
    return _Record(await lines_of(session, review_id), await bodies_of(session, review_id))


def _all_of(reviews: Sequence[KeptReview]) -> str:
    return ", ".join(one.plan.term.key for one in reviews)


def _refused(words: str) -> Named:
    return Named(findings=(Finding("ORDER", words),))


async def note_difference(
    session: AsyncSession, plan: ReviewPlan, standing: Standing, act_id: str, now: datetime
) -> None:
    """A plan that was opened again asks for another sum than the ledger has: the difference is an entry of its own.

    Less is owed back. More takes back what was owed, and never makes more of it than was paid. A term without a
    meeting has no plan, so that nothing was due for it.
    """
    if standing.paid_pence is None:
        return
    grant = await find(session, plan.case_id, plan.term.academic_year, plan.term.name)
    if grant is None:
        return
    asked = 0 if standing.stage is Stage.MISSED else min(standing.grant_pence, grant.pence)
    difference = asked - (grant.pence + await corrected_pence(session, grant.key))
    if difference != 0:
        await correct_grant(session, grant.key, difference, act_id, now)
