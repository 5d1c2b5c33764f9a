"""The named deadlines of a review, each with the sentence that explains it (PROCESS.md, Numbers; ACTS.md, Stages)."""

from collections.abc import Iterator
from datetime import date

from contracts.clock import end_of, in_words, london_date
from contracts.people import named
from contracts.policy import Span, Unit
from contracts.review import BEFORE_THE_MEETING, Deadline, ReviewPlan, Stage, Standing
from rules.safe_dates import safe_date_of
from rules.sections import signers
from rules.spans import after


def deadlines(plan: ReviewPlan, standing: Standing) -> list[Deadline]:
    """The deadlines that hold now, in the order of the process."""
    return [Deadline(name, on, end_of(on), sentence) for name, on, sentence in _deadlines(plan, standing)]


def review_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """The agreed meeting date; while there is none, the latest safe date of the term."""
    return standing.meeting_on or safe_until(plan)


def safe_until(plan: ReviewPlan) -> date:
    """The last day on which the meeting may be (M7)."""
    return safe_date_of(plan).on


def completion_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """Seven days after the meeting, the day of the meeting not counted (A3). Only for a meeting that was held."""
    assert standing.held_on is not None, "a review without a held meeting has no completion deadline"  # noqa: S101
    return _moved(plan, _completion_without_pause(plan, standing.held_on), _before_signing(standing))


def _completion_without_pause(plan: ReviewPlan, held_on: date) -> date:
    if plan.initial and _is_bound_by_entering_care(plan, held_on):
        return plan.initial.available_on
    return after(plan.calendar, held_on, plan.policy.completion)


def _is_bound_by_entering_care(plan: ReviewPlan, held_on: date) -> bool:
    """A first plan has to be there before the usual days after its meeting have passed."""
    usual = after(plan.calendar, held_on, plan.policy.completion)
    return plan.initial is not None and held_on < plan.initial.available_on < usual


def amendment_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """Five school days after the Virtual School returned a part. Only for a review that was returned."""
    assert standing.returned_at is not None, "a review that was not returned has no amendment deadline"  # noqa: S101
    due = after(plan.calendar, london_date(standing.returned_at), plan.policy.amendment)
    return _moved(plan, due, _since_signing(standing))


def parts_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """By when the parties complete and sign: after a return the amendment's day, otherwise the completion's."""
    return amendment_due_on(plan, standing) if standing.returned_at else completion_due_on(plan, standing)


def sign_off_due_on(plan: ReviewPlan, standing: Standing) -> date:
    """Five school days after both signatures were there."""
    due = after(plan.calendar, london_date(standing.since), plan.policy.sign_off)
    return _moved(plan, due, _since_signing(standing))


def _moved(plan: ReviewPlan, due: date, school_days: int) -> date:
    """A deadline moves by the school days of a pause that it ran in, and by those that the Virtual School has given."""
    return after(plan.calendar, due, Span(school_days, Unit.SCHOOL_DAY))


def _before_signing(standing: Standing) -> int:
    return standing.paused_school_days + standing.extended_school_days


def _since_signing(standing: Standing) -> int:
    return standing.paused_since_signing + standing.extended_since_signing


def _because_moved(paused: int, extended: int) -> str:
    whys = ((paused, "the review was paused"), (extended, "the Virtual School gave more time"))
    return "".join(
        f", and {Span(school_days, Unit.SCHOOL_DAY).in_words} later because {why}"
        for school_days, why in whys
        if school_days
    )


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
        signatures = "all" if plan.policy.also_sign else "both"
        yield (
            "virtual_school_sign_off",
            on,
            f"The Virtual School signs off by {in_words(on)}: {plan.policy.sign_off.in_words} after "
            f"{signatures} signatures were there on {in_words(london_date(standing.since))}"
            f"{_because_moved(standing.paused_since_signing, standing.extended_since_signing)}.",
        )


def _until_the_meeting(plan: ReviewPlan, standing: Standing) -> Iterator[tuple[str, date, str]]:
    safe = safe_date_of(plan)
    due = review_due_on(plan, standing)
    because = "its agreed meeting date" if standing.meeting_on else "the latest safe date, as no date is agreed yet"
    yield "review_due", due, f"The review is due on {in_words(due)}: {because}."
    yield "latest_safe_date", safe.on, f"The meeting is held by {in_words(safe.on)}: {safe.because}.{_unverified(plan)}"
    if standing.meeting_on:
        yield "meeting", standing.meeting_on, f"The meeting is on {in_words(standing.meeting_on)}."


def _unverified(plan: ReviewPlan) -> str:
    return "" if plan.calendar.verified else " The school's term dates are not verified: ask the school for them."


def _after_the_meeting(plan: ReviewPlan, standing: Standing) -> Iterator[tuple[str, date, str]]:
    on = completion_due_on(plan, standing)
    why = _why_completed_by(plan, standing) + _because_moved(standing.paused_school_days, standing.extended_school_days)
    yield "completion", on, f"All parts are complete by {in_words(on)}: {why}."
    if standing.returned_at is None:
        yield "signatures", on, f"{_signing(plan)} sign by {in_words(on)}: {why}."
        return
    amend = amendment_due_on(plan, standing)
    returned = in_words(london_date(standing.returned_at))
    paused = _because_moved(standing.paused_since_signing, standing.extended_since_signing)
    event = "the plan was opened again" if standing.reopened else "the return"
    what = "The plan that was opened again is" if standing.reopened else "Returned parts are"
    span = f"{plan.policy.amendment.in_words} after {event} on {returned}{paused}"
    yield "signatures", amend, f"{_signing(plan)} sign again by {in_words(amend)}: {span}."
    yield "amendment", amend, f"{what} amended by {in_words(amend)}: {span}."


def _signing(plan: ReviewPlan) -> str:
    """Who signs, at the beginning of a sentence: by policy the carer and the young person do as well (A4)."""
    words = named(signers(plan)) if plan.policy.also_sign else "both parties"
    return words[0].upper() + words[1:]


def _why_completed_by(plan: ReviewPlan, standing: Standing) -> str:
    assert standing.held_on is not None, "called for a held meeting only"  # noqa: S101
    if plan.initial and _is_bound_by_entering_care(plan, standing.held_on):
        span, entered = plan.policy.initial_available.in_words, in_words(plan.initial.entered_on)
        return f"a first plan is there {span} after the child entered care on {entered}"
    event = "the decision to do without a meeting" if standing.without_meeting else "the meeting"
    return f"{plan.policy.completion.in_words} after {event} on {in_words(standing.held_on)}"
