"""What a repair would be done to: the things, with how each is now."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import london_date, start_of
from contracts.people import Role
from contracts.problems import RepairKind
from repairs.errors import RepairRefused, UnknownRepair
from repairs.stamps import seen_now
from rules.repairs import TO_A_CASE, fits
from store import repairables
from store.cases import person_at
from store.letters import UNDELIVERED
from store.repairs import NewItem
from store.tables import Case
from store.unsettled import letters_with
from store.watch_tables import Finding

_BYTES = 16
"""Of what the ids of a repair's acts are made from: whoever acts on a case must not be able to take one before."""
_NOT_A_PERSONS = (
    "These letters go to an address of the authority or of a school, or to somebody who was only invited: "
    "it is corrected there, and the letters are then sent again."
)
_MAY_ARRIVE = (
    "None of these letters was refused for good, given up or sent back: they may still arrive. An address is how "
    "somebody signs in, and is corrected only where mail cannot reach it."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a repair is asked for: a problem (of all that is stuck in it where `chosen` is None), or cases."""

    problem_id: int | None = None
    chosen: Sequence[int] | None = None
    refs: Sequence[str] = ()
    manager: int | None = None
    """The team manager for whom no case of another team exists; None for who sees every case."""


async def things_for(
    session: AsyncSession, kind: RepairKind, parameters: Mapping[str, Any], wanted: Wanted
) -> list[NewItem]:
    """What would be touched, each as it is now. Raises RepairRefused and UnknownRepair."""
    if wanted.problem_id is not None:
        if not await repairables.problem_exists(session, wanted.problem_id):
            raise UnknownRepair
        findings = await repairables.findings_of_problem(session, wanted.problem_id, wanted.chosen)
    else:
        cases = await _cases(session, wanted)
        if kind in TO_A_CASE:
            return await _with_stamps(session, kind, parameters, await _of_cases(session, kind, cases))
        findings = await repairables.findings_of_cases(session, [case.id for case in cases])
    found = [finding for finding in findings if fits(finding.subject, kind)]
    if findings and not found:
        raise RepairRefused(["This cannot be done about what is stuck here; look at what is offered for it."])
    if kind is RepairKind.CORRECT_ADDRESS:
        things = await _of_one_reader(session, found)
    elif kind in TO_A_CASE:
        ids = {finding.case_id for finding in found if finding.case_id}
        things = [_of_case(kind, case) for case in (await repairables.cases_of(session, ids)).values()]
    else:
        things = [_of_finding(finding) for finding in found]
    return await _with_stamps(session, kind, parameters, things)


async def _with_stamps(
    session: AsyncSession, kind: RepairKind, parameters: Mapping[str, Any], things: Sequence[NewItem]
) -> list[NewItem]:
    stamps = await seen_now(session, kind, parameters, things)
    return [replace(thing, seen=seen) for thing, seen in zip(things, stamps, strict=True)]


async def _cases(session: AsyncSession, wanted: Wanted) -> list[Case]:
    """The cases that are asked for. One of another team is told as one that is not there: nobody probes references."""
    asked = list(dict.fromkeys(ref.strip() for ref in wanted.refs if ref.strip()))
    if not asked:
        raise RepairRefused(["Say what this is about: a problem, or cases by their references."])
    found = await repairables.cases_called(session, asked)
    if wanted.manager is not None:
        theirs = await repairables.cases_managed_by(session, wanted.manager, [case.id for case in found])
        found = [case for case in found if case.id in theirs]
    missing = [ref for ref in asked if ref not in {case.ref for case in found}]
    if missing:
        raise RepairRefused([f"There is no case {ref}; check the reference." for ref in missing[:5]])
    return found


def _of_finding(finding: Finding) -> NewItem:
    return NewItem(finding.subject, {}, finding.id, finding.case_id, finding.workflow_id, finding.run_id, finding.pence)


async def _of_cases(session: AsyncSession, kind: RepairKind, cases: Sequence[Case]) -> list[NewItem]:
    if kind is not RepairKind.EXTEND:
        return [_of_case(kind, case) for case in cases]
    reviews = await repairables.open_reviews_of_cases(session, [case.id for case in cases])
    return [
        NewItem(f"review:{reviews[case.id][-1].plan.review_id}", {}, case_id=case.id)
        if case.id in reviews
        else NewItem(f"review:{case.id}", {}, case_id=case.id)
        for case in cases
    ]


def _of_case(kind: RepairKind, case: Case) -> NewItem:
    what = "cycle" if kind is RepairKind.BRING_FORWARD else "case"
    return NewItem(f"{what}:{case.id}", {}, case_id=case.id)


async def _of_one_reader(session: AsyncSession, findings: Sequence[Finding]) -> list[NewItem]:
    """The person whose address is wrong, and every letter that waits for it to be right, chosen or not."""
    ids = [int(finding.subject.partition(":")[2]) for finding in findings]
    found = (await letters_with(session, ids)).values()
    came_to_nothing = [one for one in found if one.state in UNDELIVERED and one.seen_to_at is None]
    if found and not came_to_nothing:
        raise RepairRefused([_MAY_ARRIVE])
    addresses = {letter.address for letter in came_to_nothing}
    if len(addresses) > 1:
        words = f"These letters go to {len(addresses)} people. Choose the letters of one of them."
        raise RepairRefused([words])
    if not addresses:
        return []
    address = addresses.pop()
    person_id = await person_at(session, address)
    if person_id is None:
        raise RepairRefused([_NOT_A_PERSONS])
    by_subject = {finding.subject: finding for finding in findings}
    letters = await repairables.letters_to(session, address)
    things = [NewItem(f"person:{person_id}", {})]
    for letter in letters:
        finding = by_subject.get(f"letter:{letter.id}")
        things.append(NewItem(f"letter:{letter.id}", {}, finding.id if finding else None, letter.case_id))
    return things


async def resolved_parameters(
    session: AsyncSession, kind: RepairKind, parameters: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Parameters checked against the record: who takes over, whose the right address is. Raises RepairRefused."""
    if kind is RepairKind.REASSIGN:
        person_id = await person_at(session, parameters["address"])
        if person_id is None or not await repairables.plays(session, person_id, Role(parameters["role"])):
            words = f"Nobody with this address is a {Role(parameters['role']).in_words} here. Check the address."
            raise RepairRefused([f"address: {words} Somebody new is named on the case itself."])
        found = {"role": parameters["role"], "person": person_id, "from": london_date(now).isoformat()}
        return {**found, "secret": secrets.token_hex(_BYTES)}
    if kind is RepairKind.CORRECT_ADDRESS and await person_at(session, parameters["address"]) is not None:
        words = "address: somebody has this address already, and no two people may. Reassign the cases to them."
        raise RepairRefused([words])
    return parameters


def check_what_was_found(kind: RepairKind, parameters: Mapping[str, Any], things: Sequence[NewItem]) -> None:
    """Raises RepairRefused where a day does not fit any of what was found."""
    if kind is RepairKind.BRING_FORWARD and things:
        opens = start_of(date.fromisoformat(parameters["on"]))
        if not any(one.seen.get("there") and datetime.fromisoformat(one.seen["at"]) > opens for one in things):
            words = "on: no review of these would open earlier by that; give a day before the one on which it opens."
            raise RepairRefused([words])
    if kind is RepairKind.EXTEND and things and not any("to" in one.seen for one in things):
        raise RepairRefused(["None of these has a deadline that runs and could be moved. Nothing has to be done."])
    deadline = parameters.get("deadline")
    if deadline and not any(one.seen.get("deadline") == deadline for one in things):
        raise RepairRefused([f"deadline: {deadline} does not run for any of these now; leave it out."])
