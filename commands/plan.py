"""`./pep plan`: a plan as a page in the terminal, what became of the last one's targets and money first."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from casework.errors import UnknownCase
from casework.plan_view import NoSuchPlan, plan_object
from commands.errors import UsageError
from commands.service import opened
from commands.telling import say, say_json
from contracts.clock import in_words
from contracts.people import Role
from rules.impact import exact_pounds
from rules.sharing import EVERYTHING
from store.cases import find_case

_Json = dict[str, Any]
_KINDS = {"school": "school", "pupil_premium": "pupil premium", "virtual_school": "Virtual School"}
_OUTCOMES = {"met": "met", "partly": "partly met", "not_met": "not met"}


async def show_plan(child: str, data: Path | None, *, term: str | None, as_json: bool) -> None:
    """Print the plan of a term, or the one that the case shows. Raises UsageError where there is none."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            case = await find_case(session, child)
            if case is None:
                raise UsageError(str(UnknownCase()))
            try:
                plan = await plan_object(session, case, EVERYTHING, now, term=term)
            except NoSuchPlan as error:
                raise UsageError(str(error)) from None
    if as_json:
        say_json(plan)
        return
    for line in page(plan):
        say(line)


def page(plan: _Json) -> Iterator[str]:
    """The lines of the page: the previous targets, this plan's, the meeting, what is missing."""
    unfinished = ", unfinished" if plan["unfinished"] else ""
    yield f"{plan['child']}, {plan['term']}: {_spaced(plan['stage'])}{unfinished}"
    yield from ("", *_last_plan(plan["last_plan"]))
    yield from ("", *_targets(plan["targets"]))
    yield from ("", *_meeting(plan["meeting"]))
    for application in plan["funding"]:
        yield f"  Additional funding of {exact_pounds(application['asked_pence'])}: {_became(application['state'])}"
    yield from ("", *_missing(plan["missing"]))


def _became(state: str) -> str:
    return "agreed, kept by the Virtual School for the child" if state == "kept" else state


def _last_plan(last: _Json | None) -> Iterator[str]:
    if last is None:
        yield "Previous targets: none, this is the first plan."
        return
    signed = "as signed off" if last["signed_off_at"] else "never signed off"
    yield f"Previous targets ({last['term']}, {signed})"
    for one in last["targets"]:
        yield from _previous(one)
    yield f"  In all: {last['impact_per_pound']['sentence']}"


def _previous(one: _Json) -> Iterator[str]:
    yield f"  {_named(one['target'])}"
    for kind, words in _KINDS.items():
        for what in one["strategies"][kind]:
            yield f"     {words}: {what}"
    for line in one["grant_lines"]:
        yield f"     agreed {exact_pounds(line['pence'])}: {line['what']}"
    yield from _how_it_goes(one)
    for said in one["outcomes"]:
        yield f"     {_by(said)}: {_OUTCOMES[said['outcome']]}. {said['impact']}".rstrip()
        if said["virtual_school_impact"]:
            yield f"       the Virtual School's help: {said['virtual_school_impact']}"
    yield f"     = {one['impact_per_pound']['sentence']}"


def _targets(targets: list[_Json] | None) -> Iterator[str]:
    if targets is None:
        yield "Targets: not written yet."
        return
    yield "Targets"
    for one in targets:
        target = one["target"]
        yield f"  {_named(target)}"
        yield f"     measure: {target['measure']}; by {in_words(date.fromisoformat(target['by']))}; {target['who']}"
        for strategy in target["strategies"]:
            yield f"     {_KINDS[strategy['kind']]}: {strategy['what']}"
        yield from _how_it_goes(one)


def _how_it_goes(one: _Json) -> Iterator[str]:
    for said in one["check_ins"]:
        yield f"     check-in {said['at'][:10]}, {'on track' if said['on_track'] else 'not on track'}: {said['words']}"
    for said in one["concerns"]:
        yield f"     concern {said['at'][:10]}, {_by(said)}: {said['words']}"


def _meeting(meeting: _Json) -> Iterator[str]:
    if meeting["held_on"]:
        yield f"Meeting held on {in_words(date.fromisoformat(meeting['held_on']))}"
    elif meeting["without_meeting"]:
        yield "This review did without a meeting"
    else:
        yield f"Meeting: {in_words(date.fromisoformat(meeting['on'])) if meeting['on'] else 'no date yet'}"
    for action in meeting["actions"]:
        yield f"  {action['owner']}, by {in_words(date.fromisoformat(action['by']))}: {action['what']}"


def _missing(missing: list[_Json]) -> Iterator[str]:
    yield "Missing" if missing else "Nothing is missing."
    for part in missing:
        yield f"  {part['sentence']}"


def _named(target: _Json) -> str:
    return f"{target['number']}. {target['subject'] or _spaced(target['kind'])}: {target['what']}"


def _by(said: _Json) -> str:
    return Role(said["role"]).in_words


def _spaced(words: str) -> str:
    return words.replace("_", " ")
