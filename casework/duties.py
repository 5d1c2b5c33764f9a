"""What somebody has to do, on each of their cases: by when, and why then. The page "My work" is made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from contracts.clock import london_date
from contracts.people import Role
from contracts.review import Deadline, MissingPart, ReviewPlan, Section, Standing
from rules.deadlines import held_until
from rules.ladder import check_in_asked_on
from rules.missing import everything_missing
from rules.progress import as_of
from rules.sections import responsible
from store.caseload import SeenCase
from store.tables import Case

DATE_DISAGREED, CHECK_IN = "date_disagreed", "check_in"
"""Parts that nobody is held up by, beside those of rules/missing.py."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What one review wants of one person."""

    case: Case
    plan: ReviewPlan
    parts: tuple[MissingPart, ...]
    until: Deadline | None
    """Of whoever holds the review now, with the sentence that explains it; None where nothing runs out."""

    def days_left(self, today: date) -> int | None:
        """London days until the last day: negative once it has passed."""
        return (self.until.on - today).days if self.until else None


def duties_of(seen: SeenCase, delegated: frozenset[Section], now: datetime) -> list[Duty]:
    """What the person to whom the case was shown has to do on it. `delegated` is what pastoral staff may draft; a team
    manager answers for what the team's social workers are late with (A6).
    """
    found = []
    for kept in seen.reviews:
        standing = as_of(kept.plan, kept.standing, now)
        until, today = held_until(kept.plan, standing), london_date(now)
        late = until is not None and until.on < today
        parts = tuple(_parts(kept.plan, standing, seen.roles, delegated, today, late=late))
        if parts:
            found.append(Duty(seen.case, kept.plan, parts, until))
    return found


def by_urgency(duties: list[Duty]) -> list[Duty]:
    """What runs out first comes first; what has no last day at the end; else in the order of the references."""
    return sorted(duties, key=lambda duty: (duty.until.on if duty.until else date.max, duty.case.ref))


def _parts(
    plan: ReviewPlan,
    standing: Standing,
    roles: frozenset[Role],
    delegated: frozenset[Section],
    today: date,
    *,
    late: bool,
) -> Iterator[MissingPart]:
    for part in everything_missing(plan, standing):
        drafts = Role.PASTORAL in roles and part.role is Role.DESIGNATED_TEACHER and part.part in delegated
        answers_for = late and Role.TEAM_MANAGER in roles and part.role is Role.SOCIAL_WORKER
        if part.role in roles or drafts or answers_for:
            yield part
    if standing.date_agreed is False and Role.SOCIAL_WORKER in roles and standing.held_on is None:
        sentence = "The school says that the date of the meeting does not suit it: talk to them, or move it."
        yield MissingPart(DATE_DISAGREED, Role.SOCIAL_WORKER, sentence)
    teacher, asked_on = responsible(plan, Role.DESIGNATED_TEACHER), check_in_asked_on(plan, standing)
    if teacher in roles and asked_on is not None and asked_on <= today:
        yield MissingPart(CHECK_IN, teacher, "Say how the targets go: a check-in is asked between two meetings.")
