"""A plan as a document to print, from the plan object as it is shared with the person who asks (rules/sharing.py)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from contracts.people import Role
from contracts.review import Section, Stage
from rules.wording import STAGES, listed
from web.epep.take_away import plan_parts
from web.epep.take_away.document import Block, Document, facts, heading
from web.epep.take_away.plan_words import day
from web.look.words import moment

_TITLE = "Personal Education Plan"


def document_of(plan: Mapping[str, Any], child_name: str, roles: Collection[Role], now: datetime) -> Document:
    """The printed plan of a child. `plan` is `casework.plan_view.plan_object`; `roles` are the reader's on the case,
    `now` is when it is printed (UTC). What is not shared with the reader is not in `plan`, so it cannot be printed."""
    by = listed(sorted(role.in_words for role in roles))
    return Document(
        title=f"{_TITLE}, case {plan['child']}, {plan['term']}",
        heading=_TITLE,
        subtitle=f"{child_name}, case {plan['child']}, {plan['term']}",
        note=f"Printed on {moment(now)} by: {by}. It shows what is shared with that role, as it stood then "
        f"(revision {plan['revision']}). Keep it as you keep the child's other records, and destroy it in the end.",
        blocks=tuple(_blocks(plan)),
    )


def filename_of(plan: Mapping[str, Any]) -> str:
    """`PEP-X02-2026-27-autumn.pdf`: the reference and the term, and never a name."""
    return f"PEP-{plan['child']}-{plan['term'].replace('/', '-').replace(' ', '-')}.pdf"


def _blocks(plan: Mapping[str, Any]) -> Iterator[Block]:
    yield heading("This plan at a glance")
    yield facts(_at_a_glance(plan))
    yield from plan_parts.targets(plan["targets"])
    for written in plan["sections"]:
        if written["section"] != Section.TARGETS:
            yield from plan_parts.section(written)
    yield from plan_parts.meeting(plan["meeting"], plan["attendees"])
    yield from plan_parts.views(plan["views"])
    yield from plan_parts.last_plan(plan["last_plan"])
    yield from plan_parts.funding(plan["funding"])
    yield from plan_parts.sign_off(plan["sign_off"])
    yield from plan_parts.missing(plan["missing"])


def _at_a_glance(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    meeting = plan["meeting"]
    yield "Term", plan["term"]
    stage = STAGES[Stage(plan["stage"])]
    yield "Stage", f"{stage}; its term is over" if plan["unfinished"] else stage
    if meeting["without_meeting"]:
        yield "Meeting", "reviewed without a meeting"
    elif meeting["held_on"]:
        yield "Meeting", f"held on {day(meeting['held_on'])}"
    elif meeting["on"]:
        time = f" at {meeting['time']}" if meeting["time"] else ""
        yield "Meeting", f"arranged for {day(meeting['on'])}{time}"
    else:
        yield "Meeting", "no date yet"
    yield (
        "Colours",
        ("red sections are the designated teacher's, blue ones the social worker's, purple ones belong to both"),
    )
