"""Keeping the children of a roll that was found right, with their schools and the people around them."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from casework.import_report import ImportReport
from casework.roll_file import RollChild, RollPerson
from contracts.people import Role
from rules.year_groups import year_group_in
from store.roll import cases_by_ref, people_by_email, roles_of_cases, schools_by_urn
from store.tables import Case, CaseRole, Person, School, Table

_ID_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 16
ROLL_ROLES = (Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.TEAM_MANAGER)
"""The roles that a roll gives. All others on a case are left alone."""
_YEAR_COLUMNS = {"year_group", "year_group_in"}


@dataclass(slots=True)
class KeptRoll:
    """The ids of cases that others must hear of, in the order of their references."""

    new: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)


def new_case_id() -> str:
    """An opaque name for a case, safe in a URL and in a workflow id. Says nothing about the child or the order."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


async def keep_roll(
    session: AsyncSession, children: Sequence[RollChild], academic_year: str, report: ImportReport
) -> KeptRoll:
    """Store what is new or changed. `academic_year` is the one whose year groups the roll gives."""
    children = sorted(children, key=lambda child: child.ref)
    elsewhere = await _keep_schools(session, children, report)
    people = await _keep_people(session, children, report)
    cases = await cases_by_ref(session, [child.ref for child in children])
    kept, changed = KeptRoll(), set()
    for child in children:
        case, values = cases.get(child.ref), _values(child, academic_year)
        if case is None:
            cases[child.ref] = case = Case(id=new_case_id(), ref=child.ref, in_care=True, **values)
            session.add(case)
            kept.new.append(case.id)
        else:
            if case.in_care and (child.school.urn in elsewhere or _is_moved(case, child)):
                kept.moved.append(case.id)
            changed |= {case.id} if _change(case, _without_known_year(case, values)) else set()
    await session.flush()
    changed |= await _keep_roles(session, children, cases, people)
    fresh = set(kept.new)
    for case in cases.values():
        report.tally("children").count(new=case.id in fresh, changed=case.id in changed)
    return kept


async def _keep_schools(session: AsyncSession, children: Sequence[RollChild], report: ImportReport) -> set[str]:
    """Store the schools; gives the URNs of those that now follow another calendar."""
    wanted = {child.school.urn: child.school for child in children}
    stored = await schools_by_urn(session, wanted)
    elsewhere = set()
    for urn, school in sorted(wanted.items()):
        row = stored.get(urn)
        if row is None:
            session.add(School(urn=urn, name=school.name, calendar=school.calendar))
            report.tally("schools").count(new=True)
            continue
        if row.calendar != school.calendar:
            elsewhere.add(urn)
        report.tally("schools").count(changed=_change(row, {"name": school.name, "calendar": school.calendar}))
    await session.flush()
    return elsewhere


async def _keep_people(session: AsyncSession, children: Sequence[RollChild], report: ImportReport) -> dict[str, int]:
    """Store everybody with an address; gives their ids by address."""
    names = _names(children)
    stored = await people_by_email(session, names)
    for email, name in sorted(names.items()):
        person = stored.get(email)
        if person is None:
            stored[email] = person = Person(email=email, name=name or Role.TEAM_MANAGER.in_words)
            session.add(person)
            report.tally("people").count(new=True)
        else:
            report.tally("people").count(changed=name is not None and _change(person, {"name": name}))
    await session.flush()
    return {email: person.id for email, person in stored.items()}


def _names(children: Sequence[RollChild]) -> dict[str, str | None]:
    """One name for each address: of several the first in the alphabet, so that the order of rows decides nothing."""
    names: dict[str, str | None] = {}
    for child in children:
        for person in _people(child).values():
            known = names.get(person.email)
            names[person.email] = min(known, person.name) if known and person.name else known or person.name
    return names


def _people(child: RollChild) -> dict[Role, RollPerson]:
    return dict(zip(ROLL_ROLES, (child.social_worker, child.designated_teacher, child.team_manager), strict=True))


async def _keep_roles(
    session: AsyncSession, children: Sequence[RollChild], cases: dict[str, Case], people: dict[str, int]
) -> set[str]:
    """Put the roll's people into their roles, in place of who had them; gives the ids of cases where that changed."""
    stored = await roles_of_cases(session, [case.id for case in cases.values()], ROLL_ROLES)
    changed = set()
    for child in children:
        case_id = cases[child.ref].id
        for role, person in _people(child).items():
            rows, person_id = stored.get((case_id, role), []), people[person.email]
            for row in rows:
                if row.person_id != person_id:
                    await session.delete(row)
                    changed.add(case_id)
            if person_id not in {row.person_id for row in rows}:
                session.add(CaseRole(case_id=case_id, role=role.value, person_id=person_id))
                changed.add(case_id)
    await session.flush()
    return changed


def _values(child: RollChild, academic_year: str) -> dict[str, object]:
    return {
        "given_name": child.given_name,
        "family_name": child.family_name,
        "date_of_birth": child.date_of_birth,
        "year_group": child.year_group,
        "year_group_in": academic_year,
        "upn": child.upn,
        "entered_care_on": child.entered_care_on,
        "school_urn": child.school.urn,
        "team": child.team,
        "grant_eligible": child.grant_eligible,
    }


def _without_known_year(case: Case, values: dict[str, object]) -> dict[str, object]:
    """A year group that the child has reached by itself on 1 September is no change."""
    reached = year_group_in(case.year_group, case.year_group_in, str(values["year_group_in"]))
    if reached != values["year_group"]:
        return values
    return {column: value for column, value in values.items() if column not in _YEAR_COLUMNS}


def _is_moved(case: Case, child: RollChild) -> bool:
    return (case.school_urn, case.entered_care_on) != (child.school.urn, child.entered_care_on)


def _change(row: Table, values: dict[str, object]) -> bool:
    """Write the values that differ; whether there were any."""
    differing = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in differing.items():
        setattr(row, column, value)
    return bool(differing)
