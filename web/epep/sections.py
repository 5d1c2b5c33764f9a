"""A section's page: what is on record, the other party's version beside it, and the form for whoever writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from casework.errors import UnknownCase
from casework.last_plan import last_plan
from casework.plan_parts import is_draft, of_party
from casework.year_cap import year_remainder
from contracts.people import Role
from contracts.review import Section
from rules.completing import faults_as_it_stands
from rules.findings import Finding
from rules.grant import term_cap
from rules.sections import is_needed, is_transition_stage, owners
from rules.sharing import Part as Shared
from store import plan_content
from store.attachments import attached_to
from store.plan_content import newest_sections
from store.reviews import reviews_of
from web.epep import section_fields
from web.epep.asking import Asked, Written
from web.epep.attached.listing import facts_of
from web.epep.desk import Desk
from web.epep.returned import returned
from web.forms.fields import Choice, Part

_HELPED = frozenset({Section.TARGETS, Section.GRANT, Section.PREVIOUS_TARGETS})
"""Sections whose rules are said while they are typed."""
_KINDS_OF_TARGET = ("academic", "academic", "social_emotional")


async def ask(desk: Desk, section: Section) -> Asked:
    """The form of a section as the case stands. Raises UnknownCase where the plan does not have it or it is not shared
    with the visitor."""
    if section not in desk.share.sections or not is_needed(desk.plan, section):
        raise UnknownCase
    written = [one for one in await newest_sections(desk.session, desk.plan.review_id) if _is_shown(desk, one)]
    by = desk.may_write(section)
    versions = of_party(written, section)
    own = versions.get(_party(by))
    facts = await _facts(desk, section, written)
    return Asked(
        key=f"submit/{section.value}",
        action="submit",
        title=section.in_words.capitalize(),
        parts=_parts(desk, section, facts),
        button="Send this section",
        by=by,
        lead=section_fields.about(section),
        written=own.content if own else _empty(section),
        mark=own.revision if own else 0,
        theirs=_in_words(desk, own) if own else None,
        as_act=lambda content: {"section": section.value, "content": _whole(section, content)},
        help=_helper(desk, section, facts) if section in _HELPED and by else None,
        facts={
            **facts,
            "section": section,
            "returned": await returned(desk),
            "files": facts_of(desk, section, await attached_to(desk.session, desk.plan.review_id)),
            "owners": owners(section, after_meeting=desk.standing.held_on is not None),
            "versions": [_in_words(desk, one) for party, one in versions.items() if not by or party is not _party(by)],
        },
        template="epep/section.html",
        readable=True,
    )


def _party(by: Sequence[Role]) -> Role:
    """Whose version it is: pastoral staff and, without a school place, the Virtual School write the teacher's."""
    return Role.SOCIAL_WORKER if by and by[0] is Role.SOCIAL_WORKER else Role.DESIGNATED_TEACHER


def _is_shown(desk: Desk, one: plan_content.Written) -> bool:
    """Targets that the designated teacher has not checked are for those who work on the plan (B14)."""
    return desk.shows_drafts or not is_draft(one, desk.standing)


def _in_words(desk: Desk, one: plan_content.Written) -> Written:
    named = one.name and Shared.AUTHORS in desk.share.parts
    who = f"{one.name}, {one.role.in_words}" if named else f"the {one.role.in_words}"
    return Written(who, one.content, one.at)


async def _facts(desk: Desk, section: Section, written: Sequence[plan_content.Written]) -> dict[str, Any]:
    found: dict[str, Any] = {"last": None, "targets": [], "money": None}
    if section in (Section.PREVIOUS_TARGETS, Section.TARGETS) and desk.plan.follows_a_pep:
        reviews = await reviews_of(desk.session, desk.case.id)
        before = [one for one in reviews if one.plan.term.first_day < desk.plan.term.first_day]
        found["last"] = await last_plan(desk.session, before, written, desk.share)
    if section is Section.GRANT:
        newest = of_party(written, Section.TARGETS).get(Role.DESIGNATED_TEACHER)
        found["targets"] = newest.content["targets"] if newest else []
        found["money"] = await _money(desk)
    return found


async def _money(desk: Desk) -> dict[str, int]:
    """What this plan may ask for, in pence: the term's cap, and what is left of the year's (M5)."""
    review = desk.review
    assert review is not None  # noqa: S101 - `ask` has read its plan already
    reviews = await reviews_of(desk.session, desk.case.id)
    left = await year_remainder(desk.session, review, reviews)
    return {
        "term": term_cap(desk.plan),
        "year": desk.plan.policy.year_cap_pence,
        "left": desk.plan.year_remainder_pence if left is None else left,
    }


def _parts(desk: Desk, section: Section, facts: Mapping[str, Any]) -> tuple[Part, ...]:
    match section:
        case Section.TARGETS:
            return section_fields.targets(is_transition_stage(desk.plan))
        case Section.GRANT:
            return section_fields.grant(aims(facts["targets"]))
        case Section.PREVIOUS_TARGETS:
            last = facts["last"]
            return section_fields.previous_targets([one["target"] for one in last["targets"]] if last else [])
    return section_fields.WORDS[section]


def aims(targets: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """The targets as answers to "for which target?"."""
    known = {target["number"]: target.get("what", "") for target in targets}
    return [Choice(str(number), f"Target {number}", known.get(number, "")) for number in (1, 2, 3)]


def _helper(desk: Desk, section: Section, facts: Mapping[str, Any]) -> Any:
    plan, standing, money = desk.plan, desk.standing, facts["money"]
    if money is not None:
        plan = replace(plan, year_remainder_pence=money["left"])

    def help_with(values: dict[str, Any]) -> list[Finding]:
        return faults_as_it_stands(plan, standing, section, _whole(section, values), desk.now)

    return help_with


def _empty(section: Section) -> Mapping[str, Any]:
    if section is not Section.TARGETS:
        return {}
    return {"targets": [{"kind": kind} for kind in _KINDS_OF_TARGET]}


def _whole(section: Section, content: dict[str, Any]) -> dict[str, Any]:
    """A target whose kind was not chosen is of the usual one, so that the rules speak of what is missing in it."""
    if section is not Section.TARGETS:
        return content
    pairs = zip(_KINDS_OF_TARGET, content["targets"], strict=True)
    return {"targets": [{"kind": kind, **target} for kind, target in pairs]}
