"""The rules of targets: PROCESS.md B6, B7, B10, B11, B13 and B15."""

from collections.abc import Iterator
from datetime import date

from contracts.clock import in_words
from contracts.people import Role
from contracts.review import ReviewPlan, Section, Standing
from rules.contents import TargetForm, TargetsContent
from rules.findings import Finding
from rules.missing import has_submitted
from rules.sections import is_transition_stage, responsible
from rules.spans import after
from rules.wording import listed

_ACADEMIC = (1, 2)
_SMART = {
    "what": "what the child will do",
    "measure": "how it is measured",
    "by": "by when it is reached",
    "who": "who does it",
    "how_often": "how often",
    "evidence": "which evidence will show its impact",
}
"""What makes a target SMART, each field as a sentence names it."""


def faults_of_targets(plan: ReviewPlan, standing: Standing, content: TargetsContent, today: date) -> list[Finding]:
    """Every rule that the three targets break, a sentence each."""
    targets = sorted(content.targets, key=lambda target: target.number)
    if [target.number for target in targets] != [1, 2, 3]:
        return [Finding("FORM", "content.targets: give the targets 1, 2 and 3, each once.")]
    meeting = standing.held_on or standing.meeting_on or today
    faults = list(_previous_outcomes(plan, standing))
    for target in targets:
        faults += _academic(target)
        faults += _childs_view(target)
        faults += _strategies(plan, target)
        faults += _smart(plan, target, meeting)
    return faults + list(_covered(plan, targets))


def _previous_outcomes(plan: ReviewPlan, standing: Standing) -> Iterator[Finding]:
    teacher = responsible(plan, Role.DESIGNATED_TEACHER)
    if plan.follows_a_pep and not has_submitted(standing, Section.PREVIOUS_TARGETS, teacher):
        yield Finding("B15", "Record what became of the previous targets first: they inform the next ones.")


def _academic(target: TargetForm) -> Iterator[Finding]:
    if target.number not in _ACADEMIC:
        return
    if target.kind != "academic":
        yield Finding("B6", f"Target {target.number} must be academic; only target 3 may be social or emotional.")
    if not any(person.strip() for person in target.drafted_with):
        yield Finding("B6", f"Target {target.number}: say which of the child's teachers it was drafted with.")


def _childs_view(target: TargetForm) -> Iterator[Finding]:
    if target.number not in _ACADEMIC and not target.childs_words.strip():
        yield Finding("B7", "Target 3 is centred on the child: add the child's own words.")


def _strategies(plan: ReviewPlan, target: TargetForm) -> Iterator[Finding]:
    kinds = {strategy.kind for strategy in target.strategies}
    if not kinds:
        yield Finding("B11", f"Target {target.number} has no strategy: add what will be done to reach it.")
    elif plan.grant_eligible and "pupil_premium" not in kinds:
        yield Finding("B11", f"Target {target.number}: add a strategy that shows how the pupil premium is used.")


def _smart(plan: ReviewPlan, target: TargetForm, meeting: date) -> Iterator[Finding]:
    empty = [words for field, words in _SMART.items() if not str(getattr(target, field) or "").strip()]
    if empty:
        yield Finding("B13", f"Target {target.number} is not SMART yet: say {listed(empty)}.")
    latest = after(plan.calendar, meeting, plan.policy.target)
    if target.by is not None and target.by > latest:
        yield Finding(
            "B13",
            f"Target {target.number} must be achievable within {plan.policy.target.in_words} of the meeting: "
            f"set its date to {in_words(latest)} or earlier.",
        )


def _covered(plan: ReviewPlan, targets: list[TargetForm]) -> Iterator[Finding]:
    covered = {theme for target in targets if target.kind == "academic" for theme in target.covers}
    needed = ["homework", "careers", *(["transition"] if is_transition_stage(plan) else [])]
    absent = [theme for theme in needed if theme not in covered]
    if absent:
        where = "it to one of them" if len(absent) == 1 else "each of these to one of them"
        yield Finding("B10", f"The academic targets together must cover {listed(absent)}: add {where}.")
