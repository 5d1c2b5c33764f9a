"""The ladder of letters: what goes to whom, and when (PROCESS.md A3, A10, Numbers; ACTS.md, Stages).

Every step has the instant at which it is due. It is written only if it is still true then, so a step's truth is
computed from how the review stands, never stored. Letters wait for a day on which their reader is at work: a working
day, and for school people a school day of that school.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from contracts.clock import london_date, morning_of
from contracts.people import SCHOOL_ROLES, Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, ReviewPlan, Stage, Standing
from rules.calendar import first_school_day, first_working_day
from rules.deadlines import parts_due_on, review_due_on, safe_until, sign_off_due_on
from rules.missing import missing_parts, prepared
from rules.sections import parties, prepares_transition, responsible
from rules.spans import after


class Kind(StrEnum):
    """The kinds of letters that a review sends (ACTS.md, Rehearsal)."""

    REVIEW_DUE = "review_due"
    ARRANGE_MEETING = "arrange_meeting"
    INVITATION = "invitation"
    BEFORE_MEETING = "before_meeting"
    DID_IT_TAKE_PLACE = "did_it_take_place"
    COMPLETION_NUDGE = "completion_nudge"
    COMPLETION_OVERDUE = "completion_overdue"
    ESCALATION = "escalation"
    SIGNATURE_ASKED = "signature_asked"
    SIGN_OFF_DUE = "sign_off_due"
    RETURNED = "returned"
    GRANT_RELEASED = "grant_released"
    CONCERN_RAISED = "concern_raised"
    CHECK_IN = "check_in"
    FUNDING_DECIDED = "funding_decided"


_NEVER_MERGED = frozenset({Kind.ARRANGE_MEETING, Kind.INVITATION, Kind.GRANT_RELEASED, Kind.CHECK_IN})
"""Letters that say something of their own; the others are reminders, of which the latest says it all."""


REPORTS = "act/"
"""The names of letters that report an act begin with it; those of the ladder's steps do not."""


@dataclass(frozen=True, slots=True)
class Step:
    """One letter to one role, due at a UTC instant. `level` counts escalations."""

    at: datetime
    kind: Kind
    role: Role
    level: int | None = None

    @property
    def name(self) -> str:
        """Names the step for good: a step that was written once is never written again.

        To the microsecond, as `moment` tells two acts of one instant apart: each date has an invitation of its own.
        """
        return f"{self.kind}-{self.at:%Y-%m-%dT%H:%M:%S.%f}"


def steps(plan: ReviewPlan, standing: Standing) -> list[Step]:
    """Every step that is true as the review stands and is not done or passed over, in order of time."""
    waiting = [step for step in _all_steps(plan, standing) if step.at >= standing.clock_from]
    return sorted(waiting, key=lambda step: (step.at, step.role, step.kind))


def letters_due(plan: ReviewPlan, standing: Standing, now: datetime) -> list[Step]:
    """The letters to write now. Steps that fall together become one letter to each reader: the latest one."""
    return merged(step for step in steps(plan, standing) if step.at <= now)


def merged(falling_together: Iterable[Step]) -> list[Step]:
    """The letters that these steps become."""
    chosen: dict[tuple[Role, Kind | None], Step] = {}
    for step in falling_together:
        own = step.kind if step.kind in _NEVER_MERGED else None
        before = chosen.get((step.role, own))
        chosen[step.role, own] = max(before, step, key=_weight) if before else step
    return sorted(chosen.values(), key=lambda step: (step.at, step.role, step.kind))


def still_true(plan: ReviewPlan, standing: Standing, name: str, role: Role) -> bool:
    """Whether a letter that was written may still be sent: nothing goes out that is no longer true."""
    return any(step.name == name and step.role is role for step in _all_steps(plan, standing))


def report_still_true(standing: Standing, kind: Kind, sequence: int | None, *, cancels: bool) -> bool:
    """Whether a letter that reports an act may still be sent: what happened stays true, a meeting's date may not."""
    if kind is Kind.INVITATION:
        return sequence == standing.meeting_sequence and (cancels or standing.held_on is None)
    if kind is Kind.ARRANGE_MEETING:
        return standing.stage is Stage.WAITING_FOR_DATE
    return True


def next_letter(plan: ReviewPlan, standing: Standing) -> datetime | None:
    """When the next step of the ladder is due, if nothing changes until then."""
    return min((step.at for step in steps(plan, standing)), default=None)


def _weight(step: Step) -> tuple[datetime, int]:
    return step.at, list(Kind).index(step.kind)


def _all_steps(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    if standing.stage in BEFORE_THE_MEETING:
        yield from _until_a_date_is_arranged(plan, standing)
        yield from _while_the_review_is_due(plan, standing)
        yield from _invitations(plan, standing)
        yield from _before_the_meeting(plan, standing)
        yield from _after_the_day_of_the_meeting(plan, standing)
    elif standing.stage in BEING_COMPLETED:
        yield from _asked_again(plan, standing)
        yield from _until_completed_and_signed(plan, standing)
    elif standing.stage is Stage.VIRTUAL_SCHOOL:
        yield from _until_signed_off(plan, standing)
    else:
        yield from _grant_released(plan, standing)
        yield from _check_in(plan, standing)


def _grant_released(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    if standing.grant_released_at is not None:
        for role in parties(plan):
            yield Step(when_at_work(plan, role, standing.grant_released_at), Kind.GRANT_RELEASED, role)


def _check_in(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    """Between two meetings the designated teacher is asked once how the targets go (A9)."""
    asked_on = check_in_asked_on(plan, standing)
    if asked_on is not None:
        yield from _on(plan, asked_on, date.max, Kind.CHECK_IN, responsible(plan, Role.DESIGNATED_TEACHER))


def check_in_asked_on(plan: ReviewPlan, standing: Standing) -> date | None:
    """The London day from which a check-in is asked for; None where none is, or it was given (A9)."""
    asks = standing.stage in (Stage.PAYING, Stage.IN_FORCE) and not standing.checked_in
    if not asks or plan.policy.check_in is None or standing.held_on is None:
        return None
    return after(plan.calendar, standing.held_on, plan.policy.check_in)


def _until_a_date_is_arranged(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    if standing.stage is Stage.WAITING_FOR_DATE:
        for day in _weeks_before(plan, safe_until(plan)):
            yield from _on(plan, day, safe_until(plan), Kind.ARRANGE_MEETING, Role.SOCIAL_WORKER)


def _while_the_review_is_due(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    due = review_due_on(plan, standing)
    if standing.stage is not Stage.MEETING_DUE:
        for day in _weeks_before(plan, due):
            for role in parties(plan):
                yield from _on(plan, day, due, Kind.REVIEW_DUE, role)


def _weeks_before(plan: ReviewPlan, due: date) -> list[date]:
    return [due - timedelta(weeks=weeks) for weeks in plan.policy.reminder_weeks]


def _invitations(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    if standing.invited_at is not None and standing.meeting_on is not None:
        for role in parties(plan):
            yield Step(when_at_work(plan, role, standing.invited_at), Kind.INVITATION, role)


def _before_the_meeting(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    """Whoever still owes something: the designated teacher (B5, B8), the social worker an invitation (B3)."""
    if standing.meeting_on is None:
        return
    owing = [] if prepared(plan, standing) else [responsible(plan, Role.DESIGNATED_TEACHER)]
    asks = plan.reminds_of_receiving_setting and prepares_transition(plan)
    if asks and not standing.receiving_setting_invited:
        owing.append(Role.SOCIAL_WORKER)
    for days in plan.policy.before_meeting_days:
        day = standing.meeting_on - timedelta(days=days)
        for role in owing:
            yield from _on(plan, day, standing.meeting_on, Kind.BEFORE_MEETING, role)


def _after_the_day_of_the_meeting(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    """The day after the meeting; after a record that was taken back, the day after that."""
    if standing.meeting_on is not None:
        since = london_date(standing.since) if standing.stage is Stage.MEETING_DUE else standing.meeting_on
        day = max(standing.meeting_on, since) + timedelta(days=1)
        for role in parties(plan):
            yield from _on(plan, day, date.max, Kind.DID_IT_TAKE_PLACE, role)


def _asked_again(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    """Letters that an act causes: at once, or on the reader's first day at work."""
    if standing.stage is Stage.SIGNING and standing.asked_at is not None:
        for role in _who_owes(plan, standing):
            yield Step(when_at_work(plan, role, standing.asked_at), Kind.SIGNATURE_ASKED, role)
    if standing.stage is Stage.RETURNED and standing.returned_at is not None:
        for role in _who_owes(plan, standing):
            yield Step(when_at_work(plan, role, standing.returned_at), Kind.RETURNED, role)


def _until_completed_and_signed(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    """The nudge, the overdue letter with the Virtual School in copy, and the escalations, counted from the due day."""
    policy, due = plan.policy, parts_due_on(plan, standing)
    owing = _who_owes(plan, standing)
    for role in owing:
        yield from _on(plan, _days_from(due, -policy.nudge_days_before_due), date.max, Kind.COMPLETION_NUDGE, role)
    for role in _without_repeats([*owing, Role.VIRTUAL_SCHOOL] if owing else []):
        yield from _on(plan, _days_from(due, policy.overdue_days_after_due), date.max, Kind.COMPLETION_OVERDUE, role)
    for level, days in enumerate(policy.escalation_days_after_due, start=1):
        for role in _escalated_to(plan, owing, level):
            yield from _on(plan, _days_from(due, days), date.max, Kind.ESCALATION, role, level)


def _days_from(due: date, days: int) -> date:
    """The ladder keeps its distance from the day that is due, be it the completion's or the amendment's."""
    return due + timedelta(days=days)


def _who_owes(plan: ReviewPlan, standing: Standing) -> list[Role]:
    return _without_repeats([part.role for part in missing_parts(plan, standing)])


def _escalated_to(plan: ReviewPlan, owing: list[Role], level: int) -> list[Role]:
    """Level 1 is the missing party's own manager, level 2 the head of the Virtual School and the IRO."""
    if not owing:
        return []
    if level > 1:
        return [Role.VIRTUAL_SCHOOL_HEAD, Role.IRO]
    managers = {Role.SOCIAL_WORKER: Role.TEAM_MANAGER, Role.DESIGNATED_TEACHER: Role.HEAD_TEACHER}
    return [managers.get(role, Role.VIRTUAL_SCHOOL_HEAD) for role in owing]


def _until_signed_off(plan: ReviewPlan, standing: Standing) -> Iterator[Step]:
    """Asked at once, reminded on the due day, and the head of the Virtual School is told the day after it."""
    officer, due = Role.VIRTUAL_SCHOOL, sign_off_due_on(plan, standing)
    yield Step(when_at_work(plan, officer, standing.since), Kind.SIGN_OFF_DUE, officer)
    yield from _on(plan, due, date.max, Kind.SIGN_OFF_DUE, officer)
    day_after = due + timedelta(days=1)
    yield from _on(plan, day_after, date.max, Kind.ESCALATION, Role.VIRTUAL_SCHOOL_HEAD, 1)


def _on(plan: ReviewPlan, day: date, until: date, kind: Kind, role: Role, level: int | None = None) -> Iterator[Step]:
    """The step on the first day from `day` on which the role is at work; none when that is after `until`."""
    at_work = _day_at_work(plan, role, day)
    if at_work <= until:
        yield Step(morning_of(at_work), kind, role, level)


def _day_at_work(plan: ReviewPlan, role: Role, day: date) -> date:
    first = first_school_day if role in SCHOOL_ROLES else first_working_day
    return first(plan.calendar, day)


def when_at_work(plan: ReviewPlan, role: Role, instant: datetime) -> datetime:
    """That instant where the reader is at work on its day, or else 08:00 of their first day at work after it."""
    day = london_date(instant)
    at_work = _day_at_work(plan, role, day)
    return instant if at_work == day else morning_of(at_work)


def _without_repeats(roles: list[Role]) -> list[Role]:
    return list(dict.fromkeys(roles))
