"""The database of the largest authority of England after five years: 2,300 children, fifteen reviews each.

A few children's terms are played through casework; the others have copies of them. The present is a school day in the
middle of an autumn term, and this term's reviews are at every stage.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench import import_roll
from bench.copies import Copy, copy
from bench.invented_term import DT, OFFICER, SW, Child, Days, SetClock
from bench.invented_years import term_dates, terms_of
from casework.authority import AuthorityDetails
from casework.authority import set_up as set_up_authority
from casework.imports import import_roll as import_children
from casework.imports import import_terms
from contracts.calendar import Term
from contracts.clock import at_london
from contracts.ids import review_id
from contracts.people import Role
from contracts.review import Stage
from rules.progress import next_wake
from store.cases import person_with
from store.database import Database
from store.reviews import add_review, reviews_of
from store.tables import Case, CaseRole, StaffRole

PRESENT = at_london(date(2026, 11, 18), time(10)).astimezone(UTC)
"""A Wednesday."""
_BEFORE = at_london(date(2026, 1, 5), time(9)).astimezone(UTC)
_SPRING = Days(
    date(2026, 1, 7), date(2026, 1, 28), date(2026, 2, 4), date(2026, 2, 6), date(2026, 2, 9), date(2026, 6, 3)
)
_SUMMER = Days(
    date(2026, 4, 20), date(2026, 5, 20), date(2026, 6, 3), date(2026, 6, 5), date(2026, 6, 9), date(2026, 10, 21)
)
FAMILY = {Role.CARER: "carer@home.example", Role.YOUNG_PERSON: "young.person@home.example"}
OFFICES = {
    Role.VIRTUAL_SCHOOL: OFFICER,
    Role.FINANCE: "finance@council.example",
    Role.OPERATOR: "operator@council.example",
}


def _autumn(meets: date) -> Days:
    after = [meets + timedelta(days=days) for days in (-7, 0, 1, 5)]
    return Days(date(2026, 9, 9), after[0], after[1], after[2], after[3], date(2027, 2, 3))


_LATELY, _EARLIER, _SOON = date(2026, 11, 16), date(2026, 11, 4), date(2026, 11, 25)
SHARES = {
    Stage.VIRTUAL_SCHOOL: 100,
    Stage.RETURNED: 40,
    Stage.SIGNING: 150,
    Stage.COMPLETING: 310,
    Stage.PREPARING: 600,
    Stage.WAITING_FOR_DATE: 300,
    Stage.MEETING_DUE: 80,
    Stage.PAYING: 20,
    Stage.IN_FORCE: 700,
}
"""How many children's plans are at each stage."""
FIRST_AT = {stage: f"C{place:05}" for stage, place in zip(SHARES, [0, *accumulate(SHARES.values())][:-1], strict=True)}
"""The first child at each stage, whose term is played; those after it have copies of its plans."""


async def make(database: Database, say: Callable[[str], None]) -> None:
    """Fill an empty database, whose tables are there. `say` tells how far it is."""
    await make_the_first(database, say)
    for stage, ref in FIRST_AT.items():
        await _like_the_first(database, int(ref[1:]), SHARES[stage])
        say(f"{SHARES[stage]} children are at {stage.value}")
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        await session.execute(text("ANALYZE"))


async def make_the_first(database: Database, say: Callable[[str], None]) -> None:
    """The roll, and of the first child at each stage every term."""
    clock = SetClock(database, _BEFORE)
    await set_up(database, clock)
    say("the roll is imported")
    refs = list(FIRST_AT.values())
    await _past_years(database, clock, refs[0])
    await _same_past(database, refs)
    for stage, ref in FIRST_AT.items():
        clock.at = at_london(date(2026, 9, 8), time(9)).astimezone(UTC)
        await _plays_autumn(Child(database, clock, ref), stage)
    say("the terms of the first children are played")


async def set_up(database: Database, clock: SetClock) -> None:
    """The authority, its offices, five years of terms, and the roll."""
    await set_up_authority(database, AuthorityDetails("Invented", OFFICER, OFFICER, OFFICER))
    async with database.transaction() as session:
        for role, email in OFFICES.items():
            session.add(StaffRole(person_id=await person_with(session, email, f"Invented {role.in_words}"), role=role))
    await import_terms(database, clock, term_dates(2021, 6), source_name="terms")
    roll = import_roll.roll().replace(b"2024-05-06", b"2020-05-06")
    await import_children(database, clock, roll, source_name="roll", academic_year="2025/26")
    async with database.transaction() as session:
        first = (await session.scalars(select(Case).where(Case.ref == "C00000"))).one()
        for role, email in FAMILY.items():
            person = await person_with(session, email, f"Invented {role.in_words}")
            session.add(CaseRole(case_id=first.id, role=role, person_id=person))


async def _past_years(database: Database, clock: SetClock, ref: str) -> None:
    """Two terms are played; the twelve before them are the second of them, earlier."""
    child = Child(database, clock, ref)
    for name, days in (("2025/26 spring", _SPRING), ("2025/26 summer", _SUMMER)):
        await child.opens(name, days)
        await _until_in_force(child, days)
    async with database.transaction() as session:
        case = (await session.scalars(select(Case).where(Case.ref == ref))).one()
        played = await reviews_of(session, case.id)
        last, copies = played[-1], []
        for term in _terms_before(played[0].plan.term):
            earlier_by = last.plan.term.first_day - term.first_day
            plan = replace(last.plan, review_id=review_id(case.id, term), term=term)
            standing = replace(_earlier(last.standing, earlier_by), stage=Stage.CLOSED)
            await add_review(session, plan, standing, next_wake(plan, standing))
            copies.append(Copy(case.id, case.id, last.plan.review_id, plan.review_id, earlier_by.days))
        await session.flush()
        await copy(session, copies, with_plans=False)


def _terms_before(first: Term) -> Sequence[Term]:
    terms = [term for year in range(2021, 2026) for term in terms_of(year) if term.first_day < first.first_day]
    return terms[-12:]


def _earlier(value: Any, days: timedelta) -> Any:
    """The same with every day and instant in it so much earlier."""
    if isinstance(value, date | datetime):
        return value - days
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _earlier(getattr(value, one.name), days) for one in fields(value)})
    return value


async def _same_past(database: Database, refs: Sequence[str]) -> None:
    async with database.transaction() as session:
        await _copy_cases(session, refs[0], Case.ref.in_(refs[1:]))


async def _like_the_first(database: Database, first: int, share: int) -> None:
    async with database.transaction() as session:
        after, last = f"C{first:05}", f"C{first + share - 1:05}"
        await _copy_cases(session, after, (Case.ref > after) & (Case.ref <= last))


async def _copy_cases(session: AsyncSession, ref: str, others: Any) -> None:
    old = (await session.scalars(select(Case).where(Case.ref == ref))).one()
    reviews = [one.plan.review_id for one in await reviews_of(session, old.id)]
    cases = (await session.scalars(select(Case).where(others))).all()
    for case in cases:
        case.opens_term, case.opens_at = old.opens_term, old.opens_at
    await session.flush()
    copies = [Copy(old.id, new.id, one, one.replace(old.id, new.id)) for new in cases for one in reviews]
    await copy(session, copies, with_plans=True)


async def _until_in_force(child: Child, days: Days) -> None:
    await child.prepares(days)
    await child.meets(days)
    await child.completes(days)
    await child.signs(SW, DT)
    await child.ends(days, "sign_off")
    await child.is_paid()


async def _plays_autumn(child: Child, stage: Stage) -> None:
    meets = {
        Stage.PREPARING: _SOON,
        Stage.MEETING_DUE: PRESENT.date(),
        Stage.COMPLETING: _LATELY,
        Stage.SIGNING: _LATELY,
    }.get(stage, _EARLIER)
    days = _autumn(meets)
    await child.opens("2026/27 autumn", days)
    if stage is Stage.WAITING_FOR_DATE:
        await child.does_not_meet(days)
        return
    await child.prepares(days)
    if stage in (Stage.PREPARING, Stage.MEETING_DUE):
        return
    await child.meets(days)
    if stage is Stage.COMPLETING:
        return
    await child.completes(days)
    await child.signs(SW)
    if stage is Stage.SIGNING:
        return
    await child.signs(DT)
    await _ending(child, stage, days)


async def _ending(child: Child, stage: Stage, days: Days) -> None:
    ways: dict[Stage, Callable[[], Awaitable[None]]] = {
        Stage.RETURNED: lambda: child.ends(days, "return", parts=["target:1"], reasons="Target 1 has no measure yet."),
        Stage.PAYING: lambda: child.ends(days, "sign_off"),
        Stage.IN_FORCE: lambda: child.ends(days, "sign_off"),
    }
    if stage in ways:
        await ways[stage]()
    if stage is Stage.IN_FORCE:
        await child.is_paid()
