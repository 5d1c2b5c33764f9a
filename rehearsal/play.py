"""A whole rehearsal: from the files to the journal (ACTS.md, Rehearsal)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from typing import Any

from casework import cycles
from casework.authority import AuthorityDetails, set_up
from casework.imports import import_roll, import_terms, refuse_faults
from casework.policies import import_policy
from casework.policy_file import read_policy
from casework.roll_file import check_roll
from casework.term_dates_file import check_terms
from contracts.calendar import Term, TermName
from contracts.clock import at_london, start_of
from rehearsal.acts_file import Played, Scene
from rehearsal.area import read_area
from rehearsal.conductor import Conductor, People
from rehearsal.economy import economy
from rehearsal.house import House, opened
from rehearsal.journal import journal
from rehearsal.manners import MANNERS
from rehearsal.people import ActsFromFile, ScriptedPeople
from rehearsal.person import intentions
from store.cases import cases_in_care, delegate
from store.messages import workflows_with_untold

AUTHORITY = AuthorityDetails(
    name="Rehearsal authority",
    virtual_school_email="virtual.school@authority.example",
    virtual_school_head_email="head.of.virtual.school@authority.example",
    iro_email="iro@authority.example",
    demonstration=True,
)
NOON = time_of_day(12)
_PASTORAL = "pastoral@school.example"
Progress = Callable[[datetime, datetime, datetime], None]
"""Told the start, the end and the instant that was played."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What is played: the files' contents, which stretch of time, and by whom."""

    terms: bytes
    roll: bytes
    year: str
    """The first academic year, in which the roll's year groups are true."""
    term: TermName | None = None
    """Only this term of that year."""
    acts: tuple[Played, ...] | None = None
    """What `rehearsal.acts_file.read_acts` gives for the scene of this programme."""
    people: str = "typical"
    seed: int = 1
    policy: bytes | None = None
    """A policy file; without one the guidance's numbers hold."""
    until: str | None = None
    """The last academic year; None for `year` alone."""


class NothingToPlay(Exception):
    """The files have no such year or term."""


async def play(programme: Programme, on_progress: Progress) -> dict[str, Any]:
    """Play a programme in a house of its own; gives what ACTS.md says is written."""
    began = time.monotonic()
    scene = scene_of(programme)
    async with opened(scene.start) as house:
        children = await begin(house, programme)
        people = _people(house, programme)
        await Conductor(house, people, lambda at: on_progress(scene.start, scene.end, at)).play(scene.end)
        async with house.database.transaction() as session:
            rows = await journal(session)
        spent = await economy(house.client, house.database)
    reviews = sum(row["what"] == "opened" for row in rows)
    wall = round(time.monotonic() - began, 1)
    return {"children": children, "reviews": reviews, "wall_seconds": wall, "journal": rows, "economy": spent}


async def begin(house: House, programme: Programme, authority: AuthorityDetails = AUTHORITY) -> int:
    """Set up the authority, import the files and tell every child's cycle; gives the number of children."""
    now = house.clock.instant
    await set_up(house.database, authority)
    if programme.policy is not None:
        await import_policy(house.database, house.clock, programme.policy, source_name="policy")
    await import_terms(house.database, house.clock, programme.terms, source_name="terms")
    await import_roll(
        house.database,
        house.clock,
        programme.roll,
        source_name="roll",
        academic_year=programme.year,
        on_new_cases=lambda session, case_ids: cycles.begin_many(session, case_ids, now),
    )
    async with house.database.transaction() as session:
        waiting = await workflows_with_untold(session, limit=100_000)
        cases = await cases_in_care(session)
        if programme.acts is not None:
            for case in cases:
                if case.has_school_place:  # pastoral staff are a school's
                    await delegate(session, case, _PASTORAL, None)
    await house.relay.tell_all(tuple(waiting))
    return len(cases)


def _people(house: House, programme: Programme) -> People:
    if programme.acts is None:
        area = read_area(programme.roll)
        mind = partial(intentions, MANNERS[programme.people], programme.seed, area=area)
        return ScriptedPeople(house.database, house.clock, mind)
    return ActsFromFile(list(programme.acts))


def scene_of(programme: Programme) -> Scene:
    """What a programme plays on: its roll's children, from the first day of the years (or term) until noon of the day
    after the latest last day, by its terms file and the calendars that its roll uses.

    Raises ImportRefusedError for a file with faults and NothingToPlay for a year or term that it does not have, or a
    policy that only later years have.
    """
    _refuse_later_policy(programme)
    terms = check_terms(programme.terms)
    refuse_faults(terms)
    first_of_year = date(int(programme.year[:4]), 9, 1)
    roll = check_roll(programme.roll, {row.calendar for row in terms.rows}, first_of_year, programme.year)
    refuse_faults(roll)
    used = {child.school.calendar for child in roll.rows}
    days = _days(programme, [row.term for row in terms.rows if row.calendar in used])
    end = at_london(max(last for _, last in days) + timedelta(days=1), NOON)
    return Scene(start_of(min(first for first, _ in days)), end, frozenset(child.ref for child in roll.rows))


def _days(programme: Programme, terms: Sequence[Term]) -> list[tuple[date, date]]:
    """The first and last days of the terms that are played. Academic years are in order of time as they are written."""
    until = programme.until or programme.year
    known = {term.academic_year for term in terms if programme.term in (None, term.name)}
    for year in (programme.year, until):
        if year not in known:
            wanted = f"{programme.term} term {year}" if programme.term else year
            raise NothingToPlay(f"The term dates of these schools have no {wanted}: choose one that the file has.")
    return [
        (term.first_day, term.last_day)
        for term in terms
        if programme.year <= term.academic_year <= until and programme.term in (None, term.name)
    ]


def _refuse_later_policy(programme: Programme) -> None:
    policy = read_policy(programme.policy).policy if programme.policy is not None else None
    if policy and policy.academic_year > programme.year:
        raise NothingToPlay(f"The policy file is for {policy.academic_year}: in {programme.year} it does not hold yet.")
