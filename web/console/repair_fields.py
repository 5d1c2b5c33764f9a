"""What a repair asks beside its reason, and how its sentences find their fields again."""

from collections.abc import Sequence
from typing import Any

from contracts.problems import RepairKind
from repairs.asking import ROLES_TO_REASSIGN
from rules.extending import DEADLINES
from store.drafts import Typed
from web.forms.fields import Choice, Field, Kind
from web.forms.reading import Fault, read

REASON = Field(
    "reason", "Why", Kind.WORDS, "For whoever looks at this later. No names: use references.", needed=False, rows=2
)
CASES = Field(
    "cases", "Which cases", Kind.WORDS, "The references of the cases, one a line or with commas between.", rows=3
)
FIELDS: dict[RepairKind, tuple[Field, ...]] = {
    RepairKind.EXTEND: (
        Field("school_days", "By how many school days", Kind.LINE, "A whole number from 1 to 10."),
        Field(
            "deadline",
            "Which deadline",
            Kind.SELECT,
            "Leave it for the one that runs now.",
            choices=tuple(Choice(name, words) for name, words in DEADLINES.items()),
            needed=False,
        ),
    ),
    RepairKind.BRING_FORWARD: (Field("on", "The day on which the next review opens", Kind.DAY),),
    RepairKind.REASSIGN: (
        Field(
            "role",
            "Which role somebody else takes over",
            Kind.SELECT,
            choices=tuple(Choice(role.value, role.in_words.capitalize()) for role in ROLES_TO_REASSIGN),
        ),
        Field("address", "The e-mail address of the person who takes over", Kind.EMAIL),
    ),
    RepairKind.CORRECT_ADDRESS: (Field("address", "The right e-mail address", Kind.EMAIL),),
    RepairKind.PAID_OTHERWISE: (
        Field("evidence", "The reference of the payment", Kind.LINE, "As the bank or the finance system has it."),
    ),
    RepairKind.RESET: (
        Field(
            "event",
            "Back to where",
            Kind.CHOICE,
            choices=(
                Choice("last", "The last point at which its code worked"),
                Choice("first", "The beginning of the run"),
            ),
        ),
    ),
}
OF_CASES = (
    RepairKind.HOLD_CASE,
    RepairKind.RELEASE_CASE,
    RepairKind.EXTEND,
    RepairKind.BRING_FORWARD,
    RepairKind.REASSIGN,
    RepairKind.CORRECT_ADDRESS,
    RepairKind.RESEND,
    RepairKind.PAID_OTHERWISE,
    RepairKind.PAY_AGAIN,
)
"""What can be asked for with the references of cases, whether or not a problem is known."""


def parts_of(kind: RepairKind, *, of_cases: bool) -> tuple[Field, ...]:
    """The questions of a repair in their order."""
    return (*((CASES,) if of_cases else ()), *FIELDS.get(kind, ()), REASON)


def parameters_in(kind: RepairKind, typed: Typed) -> tuple[dict[str, str], list[Fault]]:
    """What was given beside the reason, as the desk reads it, and what is wrong with it."""
    values, faults = read(FIELDS.get(kind, ()), typed)
    return {name: str(value) for name, value in values.items()}, faults


def faults_in(sentences: Sequence[str], fields: Sequence[Field]) -> list[Fault]:
    """A refusal's sentences beside their fields: `role: give the role` is about the field `role`."""
    names = {field.name for field in fields}
    found = []
    for sentence in sentences:
        name, _, rest = sentence.partition(": ")
        about = name in names and bool(rest)
        found.append(Fault(name, rest[:1].upper() + rest[1:]) if about else Fault("", sentence))
    return found


def summary_of(faults: Sequence[Fault], fields: Sequence[Field]) -> list[dict[str, Any]]:
    """The same for the error summary, each with a link to what can be filled in."""
    days = {field.name for field in fields if field.kind is Kind.DAY}
    links = {fault.name: f"#{fault.name}-day" if fault.name in days else f"#{fault.name}" for fault in faults}
    return [{"text": fault.sentence, "href": links[fault.name] if fault.name else "#reason"} for fault in faults]
