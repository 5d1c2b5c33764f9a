"""The meeting dates that a term still has for a child, and why every other day is none (PROCESS.md B2, M7)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.clock import in_words
from contracts.people import Role
from contracts.policy import Policy
from contracts.review import ReviewPlan, Standing
from rules.calendar import days, term_after, why_closed
from rules.findings import Finding
from rules.meeting import faults_of_date
from rules.safe_dates import safe_date_of, valid_days
from rules.sections import responsible

TOO_LATE = "after the latest safe date"


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """What the rules say of one London day: nothing against a valid one."""

    day: date
    findings: tuple[Finding, ...] = ()
    """Exactly what `arrange_meeting` would be refused with, each with its sentence."""
    reason: str | None = None
    """The same in a few words, by which days are listed together; None for a valid day."""

    @property
    def valid(self) -> bool:
        return not self.findings

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(finding.rule for finding in self.findings)

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(finding.sentence for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """A day with the sentence that says where it comes from."""

    on: date
    sentence: str


@dataclass(frozen=True, slots=True)
class DateOffer:
    """What a person needs to agree on a meeting date."""

    days: tuple[DayVerdict, ...]
    """Every day from today, or the first day of the term, to its last."""
    latest_safe: ExplainedDay
    suggested: ExplainedDay | None
    """None when the meeting was held, or no valid day is left."""
    arranged: DayVerdict | None
    """The present date with what is to be said against it today; None without one, or once the meeting was held."""
    held_on: date | None = None

    @property
    def valid_days(self) -> list[date]:
        return [verdict.day for verdict in self.days if verdict.valid]

    @property
    def refused(self) -> list[DayVerdict]:
        return [verdict for verdict in self.days if not verdict.valid]


def offer_of(plan: ReviewPlan, standing: Standing, today: date) -> DateOffer:
    """The dates that a review can still have, the latest of them, and the one to start with."""
    held = standing.held_on is not None
    arranged = None if held or standing.meeting_on is None else _verdict(plan, standing.meeting_on, today)
    return DateOffer(
        days=tuple(days_of_the_term(plan, today)),
        latest_safe=_latest_safe(plan),
        suggested=None if held else _suggested(plan, today),
        arranged=arranged,
        held_on=standing.held_on,
    )


def offer_of_next(plan: ReviewPlan, today: date) -> DateOffer | None:
    """The dates that the next term's meeting can have (A5); None while the next term's dates are not known."""
    following = term_after(plan.calendar, plan.term)
    if following is None:
        return None
    after = replace(plan, term=following, initial=None)
    days = tuple(days_of_the_term(after, today))
    return DateOffer(days, latest_safe=_latest_safe(after), suggested=_suggested(after, today), arranged=None)


def days_of_the_term(plan: ReviewPlan, today: date) -> list[DayVerdict]:
    """A verdict on each day from today, or the term's first day, to its last; for a child who has just entered care
    from that day on.
    """
    first = plan.initial.entered_on if plan.initial else plan.term.first_day
    return [_verdict(plan, day, today) for day in days(max(first, today), plan.last_day)]


def days_left(plan: ReviewPlan, today: date) -> list[date]:
    """The valid days from today on, in order."""
    return [day for day in valid_days(plan) if day >= today]


def notice_of(policy: Policy, last: date, today: date) -> int:
    """How many days ahead a meeting must be, so that the reminders before it still go out: all, or with less time left
    until `last` as many as can. The morning of today has passed, so a reminder of today is none.
    """
    return next((days for days in _longest_first(policy) if (last - today).days > days), 0)


def _verdict(plan: ReviewPlan, day: date, today: date) -> DayVerdict:
    findings = tuple(faults_of_date(plan, day, today))
    return DayVerdict(day, findings, _reason(plan, day, findings) if findings else None)


def _reason(plan: ReviewPlan, day: date, findings: tuple[Finding, ...]) -> str:
    rules = {finding.rule for finding in findings}
    if "FORM" in rules:
        return "past"
    if "M7" in rules:
        return TOO_LATE
    return why_closed(plan.calendar, day) or "outside the term"


def _latest_safe(plan: ReviewPlan) -> ExplainedDay:
    safe = safe_date_of(plan)
    unverified = "" if plan.calendar.verified else " The school's term dates are not verified: ask the school for them."
    return ExplainedDay(safe.on, f"The latest safe date is {in_words(safe.on)}: {safe.because}.{unverified}")


def _suggested(plan: ReviewPlan, today: date) -> ExplainedDay | None:
    """The middle of the valid days that are left, or the first after it before which the reminders still go out."""
    left = days_left(plan, today)
    if not left:
        return None
    middle = left[(len(left) - 1) // 2]
    earliest = today + timedelta(days=notice_of(plan.policy, left[-1], today))
    day = next((day for day in left if day >= middle and day > earliest), left[-1])
    place = "about the middle of" if day == middle else "the first with time for its reminders after the middle of"
    which = "the only valid day that is left" if len(left) == 1 else f"{place} the {len(left)} valid days that are left"
    return ExplainedDay(day, f"{in_words(day)} is {which}. {_reminders(plan, (day - today).days)}")


def _reminders(plan: ReviewPlan, ahead: int) -> str:
    """Which reminders still go out before a meeting so many days ahead."""
    weeks = [str(weeks) for weeks in plan.policy.reminder_weeks if ahead > 7 * weeks]
    days = [str(days) for days in _longest_first(plan.policy) if ahead > days]
    who = responsible(plan, Role.DESIGNATED_TEACHER).in_words
    parts = [
        *([f"{_listed(weeks, 'week')} before it to both parties"] if weeks else []),
        *([f"{_listed(days, 'day')} before it to the {who}"] if days else []),
    ]
    return f"Reminders still go out {', and '.join(parts)}." if parts else "It is too near for any reminder before it."


def _listed(numbers: list[str], unit: str) -> str:
    words = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    return f"{words} {unit}" if numbers == ["1"] else f"{words} {unit}s"


def _longest_first(policy: Policy) -> list[int]:
    return sorted(policy.before_meeting_days, reverse=True)
