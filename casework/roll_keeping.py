"""Keeping the children of a roll that was found right, with their schools and the people around them."""

import secrets
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.import_report import ImportReport
from casework.readdressing import follow_the_roles
from casework.roll_file import RollChild
from casework.roll_handover import leave_the_school, take_over
from casework.roll_news import ELIGIBLE, ROLL_ROLES, SCHOOL, news_in, people_of, said_of
from contracts.clock import london_date
from contracts.people import Role
from rules.coming_of_age import comes_of_age
from rules.year_groups import year_group_in
from store.base import Table
from store.events import add_event
from store.roll import cases_at_schools, cases_by_ref, ids_of_refs, people_by_email, roles_of_cases, schools_by_urn
from store.schools import place_of, stands_for_no_school
from store.tables import Case, CaseRole, Person, School

_ID_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 16
_YEAR_COLUMNS = {"year_group", "year_group_in"}


@dataclass(slots=True)
class KeptRoll:
    """The ids of cases that others must hear of, in the order of their references."""

    new: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    """Another school than before, a place found or lost."""
    redated: list[str] = field(default_factory=list)
    """The same school or still none, but other term dates or another day of entering care."""


def new_case_id() -> str:
    """An opaque name for a case, safe in a URL and in a workflow id. Says nothing about the child or the order."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


def enters_care_again(case: Case, child: RollChild, today: date) -> bool:
    """Whether a child who has left care is in care once more: this roll knows of an entry after the leaving day.

    A case of an earlier release may not know that day; then an entry after the one that it knows. Nobody enters at 18.
    """
    out_since = case.left_care_on or case.entered_care_on
    return not case.in_care and child.entered_care_on > out_since and comes_of_age(child.date_of_birth) > today


async def keep_roll(
    session: AsyncSession, children: Sequence[RollChild], academic_year: str, report: ImportReport
) -> KeptRoll:
    """Store what is new or changed since the last roll. `academic_year` is the one whose year groups the roll gives."""
    children = sorted(children, key=lambda child: child.ref)
    report.without_place = sum(not child.has_school_place for child in children)
    elsewhere = await _keep_schools(session, children, report)
    people = await _keep_people(session, children, report)
    cases = await cases_by_ref(session, [child.ref for child in children])
    kept, changed, moved, redated = KeptRoll(), set[str](), set[str](), await _refs_at(session, elsewhere)
    news: dict[str, frozenset[str]] = {}
    for child in children:
        case, said = cases.get(child.ref), said_of(child)
        news[child.ref] = frozenset(said) if case is None else news_in(case.roll, said, place_of(case))
        if case is None:
            values = {**_values(child, academic_year), "has_school_place": child.has_school_place}
            cases[child.ref] = case = Case(id=new_case_id(), ref=child.ref, in_care=True, roll=said, **values)
            session.add(case)
            kept.new.append(case.id)
            continue
        place, dated_by = place_of(case), (case.school_urn, case.entered_care_on)
        if await _follow(session, case, child, news[child.ref], academic_year, report.at):
            changed.add(case.id)
        if case.in_care:
            moved |= {child.ref} if place_of(case) != place else set()
            redated |= {child.ref} if (case.school_urn, case.entered_care_on) != dated_by else set()
    await session.flush()
    handed_over = await _keep_roles(session, children, cases, people, news)
    changed |= {cases[ref].id for ref in handed_over}
    fresh = set(kept.new)
    for case in (cases[ref] for ref in sorted(handed_over.keys() | moved) if cases[ref].id not in fresh):
        if case.in_care:
            roles = handed_over.get(case.ref, set()) - _with_the_school(case, moved)
            await take_over(session, case, roles, report.at)
        await follow_the_roles(session, case, report.at)
    for case in cases.values():
        report.tally("children").count(new=case.id in fresh, changed=case.id in changed)
    kept.moved, kept.redated = await ids_of_refs(session, moved), await ids_of_refs(session, redated - moved)
    return kept


def _with_the_school(case: Case, moved: Collection[str]) -> set[Role]:
    """The designated teacher of another school is invited with the meeting's new version; without one there is none."""
    return {Role.DESIGNATED_TEACHER} if case.ref in moved or not case.has_school_place else set()


async def _refs_at(session: AsyncSession, urns: set[str]) -> set[str]:
    """The children in care at these schools, on this roll or not."""
    return {case.ref for case in await cases_at_schools(session, urns)} if urns else set()


async def _follow(
    session: AsyncSession, case: Case, child: RollChild, news: frozenset[str], academic_year: str, now: datetime
) -> bool:
    """Bring a case to what this roll says anew; whether anything is another than before."""
    again = enters_care_again(case, child, london_date(now))
    values = _without_known_year(case, _values(child, academic_year))
    values = {name: value for name, value in values.items() if name not in (SCHOOL, ELIGIBLE) or name in news}
    if SCHOOL in news and (case.roll is not None or case.school_urn != child.school.urn):
        values["has_school_place"] = child.has_school_place
    if _place_after(case, values) != place_of(case):
        await leave_the_school(session, case, now, has_place=_place_after(case, values) is not None)
    if again:
        values |= {"in_care": True, "left_care_on": None}
        add_event(session, case.id, None, now, "entered_care_again", "clock", on=child.entered_care_on.isoformat())
    case.roll = said_of(child)
    return _change(case, values)


def _place_after(case: Case, values: Mapping[str, object]) -> object:
    """As `place_of`, once these values hold."""
    has_place = values.get("has_school_place", case.has_school_place)
    return values.get(SCHOOL, case.school_urn) if has_place else None


async def _keep_schools(session: AsyncSession, children: Sequence[RollChild], report: ImportReport) -> set[str]:
    """Store the schools; gives the URNs of those with another calendar. What stands for none is not counted."""
    wanted = {child.school.urn: child.school for child in children}
    stored = await schools_by_urn(session, wanted)
    elsewhere = set()
    for urn, school in sorted(wanted.items()):
        row = stored.get(urn)
        if row is None:
            session.add(School(urn=urn, name=school.name, calendar=school.calendar))
        if stands_for_no_school(urn):
            continue
        if row is None:
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
        for person in people_of(child).values():
            known = names.get(person.email)
            names[person.email] = min(known, person.name) if known and person.name else known or person.name
    return names


async def _keep_roles(
    session: AsyncSession,
    children: Sequence[RollChild],
    cases: Mapping[str, Case],
    people: Mapping[str, int],
    news: Mapping[str, frozenset[str]],
) -> dict[str, set[Role]]:
    """Put people whom the roll names anew into their roles, in place of who had them; gives the roles that changed.

    `news` and the answer are by the children's references.
    """
    stored = await roles_of_cases(session, [case.id for case in cases.values()], ROLL_ROLES)
    changed: dict[str, set[Role]] = {}
    for child in children:
        case_id, named = cases[child.ref].id, people_of(child)
        for role in ROLL_ROLES:
            rows = stored.get((case_id, role), [])
            wanted = [people[named[role].email]] if role in named else []
            if role not in news[child.ref] or [row.person_id for row in rows] == wanted:
                continue
            for row in rows:
                if row.person_id not in wanted:
                    await session.delete(row)
            for person_id in set(wanted) - {row.person_id for row in rows}:
                session.add(CaseRole(case_id=case_id, role=role.value, person_id=person_id))
            changed.setdefault(child.ref, set()).add(role)
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


def _change(row: Table, values: dict[str, object]) -> bool:
    """Write the values that differ; whether there were any."""
    differing = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in differing.items():
        setattr(row, column, value)
    return bool(differing)
