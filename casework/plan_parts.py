"""The parts of a plan as JSON, each from what the record has of it and as far as it is shared (rules/sharing.py)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from contracts.clock import LONDON
from contracts.funding import Decision
from contracts.people import Role
from contracts.review import MissingPart, Section, Stage, Standing
from rules.contents import TargetsContent
from rules.sharing import Part, Share
from store.funding import KEPT
from store.money_tables import FundingRow
from store.plan_content import Applied, Said, Written
from store.reviews import KeptReview
from store.tables import Attendee

_SIGNED_OFF = frozenset({Stage.PAYING, Stage.IN_FORCE, Stage.CLOSED})
_KINDS_OF_VIEW = {"give_views": "views", "agree": "agreement"}
_RECORDED = ("confidential", "reason", "young_person", "targets_agreed", "grant_agreed", "grant_pence")


def of_party(written: Iterable[Written], section: Section) -> dict[Role, Written]:
    """The newest version of each party: the social worker's, and the one of whoever does the designated teacher's part
    (pastoral staff who draft for them, the Virtual School where there is no school place)."""
    return {_party(one.role): one for one in sorted(written, key=lambda one: one.revision) if one.section is section}


def sections(review: KeptReview, written: Sequence[Written], share: Share) -> list[dict[str, Any]]:
    """Every shared section in which something is written, with each party's newest version."""
    found = []
    for section in Section:
        versions = of_party(written, section).values() if section in share.sections else ()
        shared = [
            _version(one, review.standing, share)
            for one in versions
            if Part.DRAFTS in share.parts or not is_draft(one, review.standing)
        ]
        if shared:
            found.append({"section": section.value, "versions": shared})
    return found


def targets(
    review: KeptReview, written: Sequence[Written], acts: Sequence[Said], share: Share
) -> list[dict[str, Any]] | None:
    """The three targets, each with how it goes; null while nobody wrote them, or nobody checked them (B14)."""
    newest = of_party(written, Section.TARGETS).get(Role.DESIGNATED_TEACHER)
    if newest is None or Section.TARGETS not in share.sections:
        return None
    if is_draft(newest, review.standing) and Part.DRAFTS not in share.parts:
        return None
    return [{"target": target, **how_it_goes(acts, target["number"], share)} for target in targets_in(newest)]


def targets_in(written: Written) -> list[dict[str, Any]]:
    """The targets of a version in their order, every field of a target there."""
    content = TargetsContent.model_validate(written.content).model_dump(mode="json")
    return sorted(content["targets"], key=lambda target: int(target["number"]))


def how_it_goes(acts: Sequence[Said], number: int, share: Share) -> dict[str, Any]:
    """What was said about a target since the meeting: check-ins (A9) and concerns (A11), the oldest first."""
    if Part.LAST_PLAN not in share.parts:
        return {"check_ins": None, "concerns": None}
    about = [act for act in acts if act.body.get("target") == number]
    answers = ("on_track", "words", "strategies_in_place", "told_staff")
    return {
        "check_ins": [
            {**_said_by(act, share), **{name: act.body.get(name) for name in answers}}
            for act in about
            if act.action == "check_in"
        ],
        "concerns": [
            {**_said_by(act, share), "words": act.body["words"]} for act in about if act.action == "raise_concern"
        ],
    }


def meeting(review: KeptReview, acts: Sequence[Said], share: Share) -> dict[str, Any]:
    """When it is or was, the actions with owner and date (M4), and the whole record: M2, M3, M5, B9."""
    standing, record = review.standing, _record(review.standing, acts)
    held_on = None if standing.without_meeting else standing.held_on
    found: dict[str, Any] = {
        "on": standing.meeting_on.isoformat() if standing.meeting_on else None,
        "time": standing.meeting_time,
        "held_on": held_on.isoformat() if held_on else None,
        "without_meeting": standing.without_meeting,
        "actions": [dict(action) for action in record.body.get("actions") or []] if record else [],
        "record": None,
    }
    if record and Part.RECORD in share.parts:
        found["record"] = {**_said_by(record, share), **{name: record.body.get(name) for name in _RECORDED}}
    return found


def attendees(asked: Iterable[Attendee]) -> list[dict[str, Any]]:
    """Who was asked and what they answered (B3, B4); never an address, also not one that was typed as a name."""
    return [
        {
            "kind": one.kind,
            "name": one.name if one.name and "@" not in one.name else None,
            "answer": one.answer,
            "answered_at": london(one.answered_at) if one.answered_at else None,
        }
        for one in asked
    ]


def sign_off(review: KeptReview, acts: Sequence[Said], share: Share) -> dict[str, Any] | None:
    """The newest sign-off and the exceptions that were made (B3, B9); it stands until the plan is opened again."""
    newest = newest_of(acts, "sign_off")
    if newest is None:
        return None
    exceptions = [dict(exception) for exception in newest.body.get("exceptions", ())]
    stands = (review.standing.paused_from or review.standing.stage) in _SIGNED_OFF
    return {**_said_by(newest, share), "exceptions": exceptions, "stands": stands}


def views(acts: Iterable[Said], share: Share) -> list[dict[str, Any]]:
    """Views and agreement of carer and young person, and what the child said to others, heard later (B9)."""
    found = []
    for act in acts:
        kind = _KINDS_OF_VIEW.get(act.action) if act.by in share.views_of else None
        if act.action == "record_voice" and Part.RECORD in share.parts:
            kind = "voice"
        if kind:
            found.append({**_said_by(act, share), "kind": kind, "words": act.body.get("words")})
    return found


def funding(applications: Iterable[Applied]) -> list[dict[str, Any]]:
    """Applications for additional funding and what became of each (A12)."""
    return [
        {
            "application": one.row.act_id,
            "role": one.row.applied_by,
            "at": london(one.at),
            "asked_pence": one.row.asked_pence,
            "why": one.act["why"],
            "targets": one.act["targets"],
            "state": _funding_state(one.row),
            "agreed_pence": one.row.pence,
            "reason": one.decision["reason"] if one.decision else None,
        }
        for one in applications
    ]


def missing(parts: Iterable[MissingPart]) -> list[dict[str, Any]]:
    """What is owed at this stage, as the case object has it."""
    return [{"part": str(part.part), "role": part.role.value, "sentence": part.sentence} for part in parts]


def newest_of(acts: Sequence[Said], *actions: str) -> Said | None:
    """The newest of the acts of these kinds."""
    return next((act for act in reversed(acts) if act.action in actions), None)


def who(role: Role, name: str | None, at: datetime, share: Share) -> dict[str, Any]:
    """Who did something, in which role and when; the name where it is known and shared."""
    return {"role": role.value, "name": name if Part.AUTHORS in share.parts else None, "at": london(at)}


def london(instant: datetime) -> str:
    """An instant as JSON: London time with its offset."""
    return instant.astimezone(LONDON).isoformat(timespec="seconds")


def _said_by(act: Said, share: Share) -> dict[str, Any]:
    return who(act.by, act.name, act.at, share)


def _version(one: Written, standing: Standing, share: Share) -> dict[str, Any]:
    wrote = who(one.role, one.name, one.at, share)
    return {**wrote, "revision": one.revision, "state": _state(one, standing), "content": one.content}


def _party(role: Role) -> Role:
    return Role.SOCIAL_WORKER if role is Role.SOCIAL_WORKER else Role.DESIGNATED_TEACHER


def _state(one: Written, standing: Standing) -> str:
    """How a version stands: the meeting may have overtaken it (M3, M5), the Virtual School returned it."""
    part = (one.section, _party(one.role))
    if part in [(other.section, _party(other.role)) for other in standing.returned]:
        return "returned"
    if part not in [(other.section, _party(other.role)) for other in standing.submitted]:
        return "to_be_written_again"
    return "not_checked" if is_draft(one, standing) else "submitted"


def is_draft(one: Written, standing: Standing) -> bool:
    """Pastoral staff drafted it, and the designated teacher has not checked it (B14)."""
    return one.section is Section.TARGETS and not standing.targets_checked


def _record(standing: Standing, acts: Sequence[Said]) -> Said | None:
    """The record that holds; one that was taken back leaves no held meeting."""
    if standing.held_on is None:
        return None
    if standing.without_meeting:
        return newest_of(acts, "review_without_meeting")
    return newest_of([act for act in acts if act.body.get("held") is True], "record_meeting")


def _funding_state(row: FundingRow) -> str:
    if row.decision is None:
        return "applied"
    if row.state == KEPT:
        return KEPT
    return "paid" if row.decision == Decision.AGREED and row.settled_at else row.decision
