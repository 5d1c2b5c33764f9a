"""What is wrong with a policy file of the right shape: numbers that contradict each other, or the calendar."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from casework.policy_document import CapEntry, PolicyDocument
from casework.toml_lines import FilePath
from contracts.calendar import TermName
from rules.grant import pounds
from rules.year_groups import academic_year_of

Wrong = tuple[FilePath, str]
"""Where, and why with what to do."""


def contradictions(document: PolicyDocument) -> Iterator[Wrong]:
    """Every contradiction, in no order."""
    yield from _the_ladder(document)
    yield from _the_first_plan(document)
    yield from _the_caps(document)
    yield from _the_cut_offs(document)
    if len(set(document.also_sign.roles)) < len(document.also_sign.roles):
        yield ("also_sign", "roles"), "also_sign.roles names a role twice; name it once."


def _the_ladder(document: PolicyDocument) -> Iterator[Wrong]:
    for name in ("reminders", "before_meeting"):
        amounts = getattr(document, name).amounts
        if not _descends(amounts):
            yield (name, "amounts"), f"{name}.amounts must descend, for the earliest comes first; sort them."
    if not _descends(document.escalation.amounts[::-1]):
        yield ("escalation", "amounts"), "escalation.amounts must ascend, for the first comes first; sort them."
    if document.escalation.amounts[0] <= document.overdue.amount:
        words = "escalation.amounts must begin after the overdue letter of [overdue]; give a higher number."
        yield ("escalation", "amounts"), words
    if document.opens.amount < document.reminders.amounts[0]:
        words = "opens.amount is less than the first of reminders.amounts, which would never be sent; open earlier."
        yield ("opens", "amount"), words


def _the_first_plan(document: PolicyDocument) -> Iterator[Wrong]:
    started, available = document.initial_started, document.initial_available
    if started.unit is available.unit and started.amount > available.amount:
        words = "initial_available.amount is less than initial_started.amount; a plan is started before it is there."
        yield ("initial_available", "amount"), words


def _the_caps(document: PolicyDocument) -> Iterator[Wrong]:
    year = document.year_cap.pence
    above = f"is above year_cap.pence, {pounds(year)} a year; lower it, or raise the year's."
    if document.term_cap.pence > year:
        yield ("term_cap", "pence"), f"term_cap.pence {above}"
    for place, cap in enumerate(document.cap):
        if cap.pence > year:
            yield ("cap", place, "pence"), f"cap.pence {above}"
        if not cap.year_groups and not cap.terms:
            yield ("cap", place), "this [[cap]] names no year_groups and no terms; name some, or change [term_cap]."
        if any(_same_children(cap, other) for other in document.cap[:place]):
            words = "this [[cap]] is for year groups and terms that another has a cap for already; keep one."
            yield ("cap", place), words


def _same_children(one: CapEntry, other: CapEntry) -> bool:
    """Whether two caps hold for the same plan, and neither is the closer one."""
    return _overlap(one.year_groups, other.year_groups) and _overlap(one.terms, other.terms)


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    return bool(set(one) & set(other)) if one and other else not one and not other


def _the_cut_offs(document: PolicyDocument) -> Iterator[Wrong]:
    taken: set[tuple[str, str]] = set()
    for place, cut_off in enumerate(document.cut_off):
        if academic_year_of(cut_off.on) != document.academic_year:
            words = f"cut_off.on is not in the academic year {document.academic_year}; give that year's date."
            yield ("cut_off", place, "on"), words
        groups = {(cut_off.term.value, group) for group in cut_off.year_groups or ["others"]}
        if taken & groups:
            words = (
                f"this [[cut_off]] gives the {cut_off.term.value} term another date for the same children; keep one."
            )
            yield ("cut_off", place), words
        taken |= groups
    yield from _in_another_term(document)


def _in_another_term(document: PolicyDocument) -> Iterator[Wrong]:
    """The dates of one term come before those of the next."""
    latest = date.min
    for term in TermName:
        of_term = [(place, one.on) for place, one in enumerate(document.cut_off) if one.term is term]
        for place, on in of_term:
            if on <= latest:
                words = f"cut_off.on of the {term} term is not after those of the terms before it; correct one of them."
                yield ("cut_off", place, "on"), words
        latest = max([latest, *(on for _, on in of_term)])


def _descends(amounts: Sequence[int]) -> bool:
    return all(first > second for first, second in pairwise(amounts))
