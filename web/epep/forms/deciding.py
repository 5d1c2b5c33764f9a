"""The Virtual School's two answers to a plan: single parts are returned, or it is signed off (PROCESS.md A7, A8)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from casework.year_cap import year_remainder
from contracts.review import Section, Stage
from rules.findings import Finding
from rules.sections import is_needed
from rules.signing import blocks_sign_off
from rules.usual_reasons import USUAL_REASONS
from web.epep.asking import Asked
from web.epep.desk import Desk
from web.epep.forms.signing import content_mark
from web.forms.fields import Choice, Field, Kind

_CAN_BE_EXCEPTED = {
    "B3": "Why is it signed off without the receiving school or college?",
    "B9": "Why is it signed off without the child's voice?",
}
_NOT_WITH_US = "This plan does not wait for the Virtual School. Its page says who holds it and what is missing."


async def send_back(desk: Desk) -> Asked:
    """Single parts go back with their reasons; everybody signs again."""
    reasons = tuple(Choice(reason, reason) for reason in USUAL_REASONS)
    return Asked(
        key="return",
        action="return",
        title="Return parts of the plan",
        parts=(
            Field("parts", "Which parts?", Kind.CHOICES, choices=_parts_of(desk)),
            Field("reasons", "Why?", Kind.CHOICES, choices=reasons, needed=False),
            Field("own_words", "In your own words", needed=False, rows=3,
                  hint="What would make it right? Whoever wrote the part reads this."),
        ),
        button="Return these parts",
        by=desk.may("return"),
        lead="Whoever wrote the parts has five school days, and everybody signs again.",
        mark=await content_mark(desk),
        as_act=_returned,
        facts=await _read(desk),
        not_now=_why_not(desk),
        destructive=True,
    )  # fmt: skip


async def sign_off(desk: Desk) -> Asked:
    """The final sign-off, which alone releases the grant; for B3 and B9 it can make an exception."""
    rules = [rule for rule in _CAN_BE_EXCEPTED if any(block.rule == rule for block in await blocks(desk))]
    return Asked(
        key="sign_off",
        action="sign_off",
        title="Sign the plan off",
        parts=tuple(Field(f"exception_{rule}", _CAN_BE_EXCEPTED[rule], needed=False, rows=2) for rule in rules),
        button="Sign the plan off",
        by=desk.may("sign_off"),
        lead="You agree with the targets and with the use of the grant.",
        mark=await content_mark(desk),
        as_act=_excepting,
        facts=await _read(desk),
        not_now=_why_not(desk),
    )


async def blocks(desk: Desk) -> list[Finding]:
    """What stands between the plan and its sign-off, as the rules would say it now."""
    review = desk.review
    if review is None:
        return []
    left = await year_remainder(desk.session, review, await desk.every_review())
    plan = review.plan if left is None else replace(review.plan, year_remainder_pence=left)
    return list(blocks_sign_off(plan, review.standing))


def _parts_of(desk: Desk) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for section in Section:
        if not is_needed(desk.plan, section):
            continue
        if section is Section.TARGETS:
            found += [Choice(f"target:{number}", f"Target {number}") for number in (1, 2, 3)]
        else:
            found.append(Choice(section.value, section.in_words.capitalize()))
    return tuple(found)


def _returned(values: dict[str, Any]) -> dict[str, Any]:
    own = [values["own_words"]] if values.get("own_words") else []
    reasons: Sequence[str] = [*values.get("reasons", ()), *own]
    return {"parts": values["parts"], **({"reasons": reasons} if reasons else {})}


def _excepting(values: dict[str, Any]) -> dict[str, Any]:
    made = [{"rule": name.removeprefix("exception_"), "reason": reason} for name, reason in values.items()]
    return {"exceptions": made} if made else {}


def _why_not(desk: Desk) -> str:
    return "" if desk.review and desk.review.standing.stage is Stage.VIRTUAL_SCHOOL else _NOT_WITH_US


async def _read(desk: Desk) -> dict[str, Any]:
    """What is signed or returned is read on the page of the review; and what was written since, if it moved."""
    written = await desk.written()
    return {"reads_plan": True, "reads": "review", "written": written}


FORMS = {"return": send_back, "sign-off": sign_off}
