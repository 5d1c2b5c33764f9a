"""The parts of a printed plan, each from its part of the plan object. A part that is null or empty prints nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.people import Role
from contracts.review import Section
from rules.grant import pounds
from web.epep.take_away.document import Block, facts, heading, paragraphs, table
from web.epep.take_away.plan_words import at, author, colour, day, label, said, title, whose

Part = Mapping[str, Any]
_RECORDED = {
    "young_person": "The young person",
    "targets_agreed": "The targets were",
    "grant_agreed": "The use of the grant was agreed",
    "confidential": "The room was confidential",
    "reason": "Reason",
}


def targets(found: Sequence[Part] | None) -> Iterator[Block]:
    """Each target with what is done towards it and how it goes."""
    if not found:
        return
    yield heading("Targets", colour=colour(Section.TARGETS))
    yield from paragraphs(whose(Section.TARGETS))
    for one in found:
        yield from _target(one)


def _target(one: Part) -> Iterator[Block]:
    target = one["target"]
    subject = f", {target['subject']}" if target["subject"] else ""
    yield heading(f"Target {target['number']}: {said(target['kind'])}{subject}", 2)
    yield from paragraphs(target["what"])
    yield facts(
        [
            ("How we will know", target["measure"]),
            ("By", day(target["by"])),
            ("Who", target["who"]),
            ("How often", target["how_often"]),
            ("Evidence of impact", target["evidence"]),
            ("Drafted with", said(target["drafted_with"])),
            ("In the child's own words", target["childs_words"]),
            ("Covers", said(target["covers"])),
        ]
    )
    if target["strategies"]:
        rows = [(strategy["what"], said(strategy["kind"])) for strategy in target["strategies"]]
        yield table(("Strategy or intervention", "By whose means"), rows, widths=(3, 1))
    yield from _how_it_goes(one)


def _how_it_goes(one: Part) -> Iterator[Block]:
    happened = [(check, f"on track: {said(check['on_track'])}") for check in one["check_ins"] or ()]
    happened += [(concern, "concern") for concern in one["concerns"] or ()]
    rows = [(at(act["at"]), author(act), f"{what}. {act['words'] or ''}") for act, what in happened]
    if rows:
        yield table(("When", "Who", "How the target goes"), rows, widths=(2, 2, 4))


def section(written: Part) -> Iterator[Block]:
    """A section with each party's newest version."""
    name = Section(written["section"])
    yield heading(title(name), colour=colour(name))
    yield from paragraphs(whose(name))
    for version in written["versions"]:
        yield heading(f"Written by the {author(version)}", 2)
        yield from paragraphs(f"{at(version['at'])}; {said(version['state'])}.")
        yield from _content(name, version["content"])


def _content(name: Section, content: Part) -> Iterator[Block]:
    if name is Section.GRANT:
        yield from _grant(content["lines"])
        return
    if name is Section.PREVIOUS_TARGETS:
        rows = [
            (str(one["number"]), said(one["outcome"]), _impact(one), pounds(one.get("spent_pence") or 0))
            for one in content["outcomes"]
        ]
        yield table(("Target", "Outcome", "Impact", "Grant spent"), rows, widths=(1, 2, 5, 2))
        return
    yield from paragraphs(said(content.get("words")))
    yield facts((label(field), said(value)) for field, value in content.items() if field != "words")


def _grant(lines: Sequence[Part]) -> Iterator[Block]:
    rows = [(str(line["target"]), line["what"], pounds(line["pence"])) for line in lines]
    total = pounds(sum(line["pence"] for line in lines))
    yield table(("Target", "What it pays for", "Sum"), [*rows, ("All", "Together", total)], widths=(1, 5, 2))


def _impact(one: Part) -> str:
    more = one.get("virtual_school_impact")
    return f"{one.get('impact', '')}\nVirtual School's interventions: {more}" if more else str(one.get("impact", ""))


def meeting(found: Part, attendees: Sequence[Part] | None) -> Iterator[Block]:
    """Who was asked, what was recorded, and who does what until when."""
    record, actions = found["record"], found["actions"]
    if not (record or actions or attendees):
        return
    yield heading("The meeting")
    if record:
        yield from paragraphs(f"Recorded by the {author(record)} on {at(record['at'])}.")
        pence = record["grant_pence"]
        rows = [(words, said(record[name])) for name, words in _RECORDED.items()]
        yield facts([*rows, ("Grant agreed at the meeting", pounds(pence) if pence is not None else "")])
    if actions:
        yield heading("Actions", 2)
        rows_of_actions = [(one["what"], one["owner"], day(one["by"])) for one in actions]
        yield table(("What", "Who", "By"), rows_of_actions, widths=(4, 2, 2))
    if attendees:
        yield heading("Who was asked to come", 2)
        asked = [(label(one["kind"]), one["name"] or "not named", one["answer"] or "no answer") for one in attendees]
        yield table(("Who", "Name", "Answer"), asked, widths=(2, 3, 3))


def views(found: Sequence[Part]) -> Iterator[Block]:
    """What carer and young person said."""
    if not found:
        return
    yield heading("Views and agreement")
    rows = [(label(Role(one["role"]).in_words), said(one["kind"]), one["words"] or "") for one in found]
    yield table(("Who", "What", "Words"), rows, widths=(2, 2, 5))


def last_plan(found: Part | None) -> Iterator[Block]:
    """What became of the targets of the plan before."""
    if not found:
        return
    yield heading(f"The last plan, {found['term']}")
    if found["impact_per_pound"]:
        yield from paragraphs(f"Together: {found['impact_per_pound']['sentence']}.")
    for one in found["targets"]:
        target = one["target"]
        yield heading(f"Last target {target['number']}", 2)
        yield from paragraphs(target["what"])
        if one["impact_per_pound"]:
            yield from paragraphs(label(one["impact_per_pound"]["sentence"]) + ".")
        outcomes = [(author(told), said(told["outcome"]), _impact(told)) for told in one["outcomes"] or ()]
        if outcomes:
            yield table(("Who reports", "Outcome", "Impact"), outcomes, widths=(2, 2, 4))
        yield from _how_it_goes(one)


def funding(found: Sequence[Part] | None) -> Iterator[Block]:
    """Applications for additional funding."""
    if not found:
        return
    yield heading("Additional funding")
    rows = [
        (day(one["at"][:10]), pounds(one["asked_pence"]), one["why"], f"{said(one['state'])}. {one['reason'] or ''}")
        for one in found
    ]
    yield table(("Applied on", "Sum", "Why", "What became of it"), rows, widths=(2, 1, 3, 3))


def sign_off(found: Part | None) -> Iterator[Block]:
    """The Virtual School's sign-off and its exceptions."""
    if not found:
        return
    yield heading("Sign-off")
    stands = "" if found["stands"] else " The plan was opened again since."
    yield from paragraphs(f"Signed off by the {author(found)} on {at(found['at'])}.{stands}")
    if found["exceptions"]:
        rows = [(one["rule"], one["reason"]) for one in found["exceptions"]]
        yield table(("Exception to the rule", "Reason"), rows, widths=(1, 4))


def missing(found: Sequence[Part] | None) -> Iterator[Block]:
    """What is still to be done, and by whom."""
    if not found:
        return
    yield heading("Still missing")
    rows = [(label(Role(one["role"]).in_words), one["sentence"]) for one in found]
    yield table(("From", "What"), rows, widths=(2, 5))
