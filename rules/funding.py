"""Additional funding in exceptional circumstances: outside the grant and its caps (PROCESS.md A12)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote

from contracts.clock import end_of, in_words, london_date, morning_of
from contracts.funding import Decision
from contracts.review import Deadline, ReviewPlan
from rules.calendar import first_working_day
from rules.case_forms import DecideFunding
from rules.findings import Finding
from rules.grant import pounds
from rules.spans import after


@dataclass(frozen=True, slots=True)
class Application:
    """An application as the record has it. Money is whole pence."""

    asked_pence: int
    decision: Decision | None = None


def decision_due(plan: ReviewPlan, applied_at: datetime) -> Deadline:
    """By when the Virtual School decides, counted from the London day of the application with the review's calendar."""
    applied_on = london_date(applied_at)
    on = after(plan.calendar, applied_on, plan.policy.funding_decision)
    span = f"{plan.policy.funding_decision.in_words} after the application on {in_words(applied_on)}"
    sentence = f"The Virtual School decides on additional funding by {in_words(on)}: {span}."
    return Deadline("funding_decision", on, end_of(on), sentence)


def last_day_to_decide(decide_by: datetime) -> date:
    """The London day of a stored `decide_by`, which is that day's exclusive end."""
    return london_date(decide_by - timedelta(microseconds=1))


def late_letter_at(plan: ReviewPlan, decide_by: datetime) -> datetime:
    """When the head of the Virtual School hears of a late decision: 08:00 of the first working day after its day."""
    return morning_of(first_working_day(plan.calendar, london_date(decide_by)))


def faults_of_decision(application: Application | None, form: DecideFunding) -> list[Finding]:
    """Whether an application may be decided like this: it is there, open, and no more is agreed than was asked."""
    if application is None:
        words = "This child has no such application: give the id of the act that applied for the funding."
        return [Finding("ORDER", words)]
    if application.decision is not None:
        words = f"This application is {_decided(application.decision)} already; a new need is a new application."
        return [Finding("ORDER", words)]
    if form.agreed and form.pence > application.asked_pence:
        asked = pounds(application.asked_pence)
        return [Finding("FORM", f"pence: the application asks for {asked}; agree that or less.")]
    return []


def decision_of(form: DecideFunding) -> Decision:
    """The decision that an accepted act makes."""
    return Decision.AGREED if form.agreed else Decision.DECLINED


def funding_key(case_ref: str, number: int) -> str:
    """`funding-<case ref>-1`: the key of a child's first, second, ... agreed application; no grant has such a key."""
    return f"funding-{quote(case_ref, safe='')}-{number}"


def _decided(decision: Decision) -> str:
    return "agreed" if decision is Decision.AGREED else "declined"
