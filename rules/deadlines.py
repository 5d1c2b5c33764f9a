"""The named deadlines of a review, each with the sentence that explains it (PROCESS.md, Numbers; ACTS.md, Stages)."""

from collections.abc import Iterator
from datetime import date, timedelta

from contracts.clock import end_of, in_words, london_date
from contracts.review import BEFORE_THE_MEETING, Deadline, ReviewPlan, Stage, Standing
from rules.calendar import latest_safe_date, school_days_after


def deadlines(plan: ReviewPlan, standing: Standing) -> list[Deadline]:
    """The deadlines that hold now, in the order of the process."""
    return [Deadline(name, on, end_of(on), sentence) for name, on, sentence in _deadlines(plan, standing)]


def review_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """The agreed meeting date; while there is none, the latest safe date of the term."""
    return standing.meeting_on or safe_until(plan)


def safe_until(plan: ReviewPlan) -> date:
    """The term's latest safe meeting date (M7)."""
    return latest_safe_date(plan.calendar, plan.term, plan.policy)


def completion_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """Seven days after the meeting, the day of the meeting not counted (A3). Only for a meeting that was held."""
    assert standing.held_on is not None, "a review without a held meeting has no completion deadline"  # noqa: S101
    return standing.held_on + timedelta(days=plan.policy.completion_days)


def amendment_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """Five school days after the Virtual School returned a part. Only for a review that was returned."""
    assert standing.returned_at is not None, "a review that was not returned has no amendment deadline"  # noqa: S101
    return school_days_after(plan.calendar, london_date(standing.returned_at), plan.policy.amendment_school_days)


def parts_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """By when the parties complete and sign: after a return the amendment's day, otherwise the completion's."""
    return amendment_due_on(plan, standing) if standing.returned_at else completion_due_on(plan, standing)


def sign_off_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """Five school days after both signatures were there."""
    return school_days_after(plan.calendar, london_date(standing.since), plan.policy.sign_off_school_days)


def held_until(plan: ReviewPlan, standing: Standing) -> Deadline | None:
    """The deadline of whoever holds the review now."""
    name = {
        Stage.WAITING_FOR_DATE: "latest_safe_date",
        Stage.PREPARING: "meeting",
        Stage.MEETING_DUE: "meeting",
        Stage.COMPLETING: "completion",
        Stage.SIGNING: "signatures",
        Stage.RETURNED: "amendment",
        Stage.VIRTUAL_SCHOOL: "virtual_school_sign_off",
    }.get(standing.stage)
    return next((deadline for deadline in deadlines(plan, standing) if deadline.name == name), None)


def _deadlines(plan: ReviewPlan, standing: Standing) -> Iterator[tuple[str, date, str]]:
    if standing.stage in BEFORE_THE_MEETING:
        yield from _until_the_meeting(plan, standing)
    if standing.held_on is not None and standing.stage is not Stage.MISSED:
        yield from _after_the_meeting(plan, standing)
    if standing.stage is Stage.VIRTUAL_SCHOOL:
        on = sign_off_due_on(plan, standing)
        yield (
            "virtual_school_sign_off",
            on,
            f"The Virtual School signs off by {in_words(on)}: {plan.policy.sign_off_school_days} school days after "
            f"both signatures were there on {in_words(london_date(standing.since))}.",
        )


def _until_the_meeting(plan: ReviewPlan, standing: Standing) -> Iterator[tuple[str, date, str]]:
    safe = safe_until(plan)
    due = review_due_on(plan, standing)
    because = "its agreed meeting date" if standing.meeting_on else "the latest safe date, as no date is agreed yet"
    yield "review_due", due, f"The review is due on {in_words(due)}: {because}."
    yield (
        "latest_safe_date",
        safe,
        f"The meeting is held by {in_words(safe)}: after it come the last {plan.policy.lead_up_school_days} school "
        f"days of a term that ends on {in_words(plan.term.last_day)}, which are kept to complete, sign off and amend.",
    )
    if standing.meeting_on:
        yield "meeting", standing.meeting_on, f"The meeting is on {in_words(standing.meeting_on)}."


def _after_the_meeting(plan: ReviewPlan, standing: Standing) -> Iterator[tuple[str, date, str]]:
    assert standing.held_on is not None, "called for a held meeting only"  # noqa: S101
    on = completion_due_on(plan, standing)
    days = plan.policy.completion_days
    held = in_words(standing.held_on)
    yield "completion", on, f"All parts are complete by {in_words(on)}: {days} days after the meeting on {held}."
    if standing.returned_at is None:
        yield "signatures", on, f"Both parties sign by {in_words(on)}: {days} days after the meeting on {held}."
        return
    amend = amendment_due_on(plan, standing)
    returned = in_words(london_date(standing.returned_at))
    school_days = f"{plan.policy.amendment_school_days} school days after the return on {returned}"
    yield "signatures", amend, f"Both parties sign again by {in_words(amend)}: {school_days}."
    yield "amendment", amend, f"Returned parts are amended by {in_words(amend)}: {school_days}."
