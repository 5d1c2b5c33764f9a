"""A roll that comes again never undoes what acts have changed: only what the roll itself says anew is applied."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.take import Casework
from contracts.clock import london_date
from contracts.people import Role
from store.cases import addresses, find_case
from store.database import Database
from store.outbox_tables import Letter
from store.tables import CaseEvent, Delegation
from tests.support.clock import FixedClock
from tests.support.import_files import roll_of
from tests.support.imported import import_two_calendars, imported, imported_and_told
from tests.support.reviews import DT, MANAGER, SW, VS
from tests.support.sample import ROLL
from tests.support.taken import Desk, opened, with_a_meeting

NOWHERE = {"school_urn": "", "school_name": "", "designated_teacher": "", "designated_teacher_email": ""}
SCHOOLS = {"900050": ("Hazel Primary School", "oak"), "900060": ("Ash School", "elm")}
ROLES = ("social_worker", "designated_teacher", "team_manager")
_children = count(1)


def row_of(child: str, said: dict[str, Any]) -> dict[str, str]:
    """The roll's row that says this."""
    name, calendar = SCHOOLS[said["school"]] if said["school"] else ("", "elm")
    row = {"child_ref": child, "upn": "", "school_urn": said["school"] or "", "school_name": name}
    row |= {"school_calendar": calendar, "grant_eligible": "yes" if said["eligible"] else "no"}
    row |= {f"{role}_email": said[role] for role in ROLES}
    return row if said["school"] else row | NOWHERE


async def stored(database: Database, child: str) -> dict[str, Any]:
    """What the record has of all that a roll and acts may both say."""
    async with database.transaction() as session:
        case = await find_case(session, child)
        assert case
        found = {"school": case.school_urn if case.has_school_place else None, "eligible": case.grant_eligible}
        return found | {role: next(iter(await addresses(session, case, Role(role))), None) for role in ROLES}


class Child:
    """One child in the record and, beside it, in a small model."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock, self.ref = database, clock, f"R{next(_children)}"
        self.last: dict[str, Any] = {}
        self.model: dict[str, Any] = {}

    async def roll(self, said: dict[str, Any]) -> None:
        said = said if said["school"] else {**said, "designated_teacher": None}
        moves = said["school"] != self.last.get("school", "not said yet")
        for name in ("social_worker", "team_manager", "eligible"):
            if said[name] != self.last.get(name):
                self.model[name] = said[name]
        if moves:
            self.model |= {"school": said["school"], "designated_teacher": said["designated_teacher"]}
        elif said["designated_teacher"] != self.last["designated_teacher"] and self.model["school"] == said["school"]:
            self.model["designated_teacher"] = said["designated_teacher"]
        self.last = said
        await imported_and_told(self.database, self.clock, roll_of(row_of(self.ref, said)))

    async def one_fact(self, name: str, said: dict[str, Any]) -> None:
        """The last roll with another word on one fact, as most rolls are. A school comes with its teacher."""
        teacher = said["designated_teacher"] if self.last["school"] is None else self.last["designated_teacher"]
        await self.roll({**self.last, "designated_teacher": teacher, name: said[name]})

    async def again(self) -> None:
        report = await imported_and_told(self.database, self.clock, roll_of(row_of(self.ref, self.last)))
        assert report.changes == 0, "a second import of the same file changes nothing"

    async def person(self, role: str, email: str) -> None:
        self.model[role] = email
        await self._act({"action": "change_person", "role": role, "name": "Invented Name", "email": email})

    async def school(self, urn: str | None, email: str) -> None:
        act: dict[str, Any] = {"action": "change_school"}
        self.model |= {"school": urn, "designated_teacher": email if urn else None}
        if urn is not None:
            act |= {"school": urn, "calendar": SCHOOLS[urn][1], "designated_teacher": "Invented", "email": email}
        await self._act(act)

    async def _act(self, act: dict[str, Any]) -> None:
        today = london_date(await self.clock.now()).isoformat()
        body = {**act, "by": "virtual_school", "from": today}
        answer = await Casework(self.database, self.clock).take(self.ref, body)
        assert answer.accepted, answer.findings


URNS = st.sampled_from(sorted(SCHOOLS))
EMAILS = st.sampled_from([f"p{number}@council.example" for number in range(3)])
ROLLS = st.fixed_dictionaries({"school": st.none() | URNS, "eligible": st.booleans(), **dict.fromkeys(ROLES, EMAILS)})
STEPS = st.one_of(
    st.tuples(st.just("roll"), ROLLS),
    st.tuples(st.just("one_fact"), st.sampled_from(["school", "eligible", *ROLES]), ROLLS),
    st.tuples(st.just("again")),
    st.tuples(st.just("person"), st.sampled_from(ROLES), EMAILS),
    st.tuples(st.just("school"), st.none() | URNS, EMAILS),
)


@dataclass
class Loop:
    """A loop and connections of its own, in which Hypothesis runs one example after the other."""

    url: str
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)

    def close(self) -> None:
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


async def test_in_any_order_of_acts_and_rolls_nothing_is_undone(database: Database, clock: FixedClock) -> None:
    await import_two_calendars(database, clock)
    url = database.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(_any_order, Loop(url))


def _any_order(own: Loop) -> None:
    database = Database(own.url)

    @settings(max_examples=40)
    @given(first=ROLLS, then=st.lists(STEPS, min_size=2, max_size=9))
    def in_any_order(first: dict[str, Any], then: list[tuple[Any, ...]]) -> None:
        own.run(_play(Child(database, FixedClock()), first, then))

    try:
        in_any_order()
    finally:
        own.run(database.close())
        own.close()


async def _play(child: Child, first: dict[str, Any], then: list[tuple[Any, ...]]) -> None:
    await child.roll(first)
    for name, *arguments in then:
        await getattr(child, name)(*arguments)
        assert await stored(child.database, child.ref) == child.model, name
    await child.again()
    assert await stored(child.database, child.ref) == child.model


async def test_an_old_roll_leaves_the_person_and_the_school_of_acts(desk: Desk) -> None:
    await opened(desk)
    new = {"role": "social_worker", "name": "Invented", "email": "new@council.example", "from": "2026-09-20"}
    await desk.on("2026-09-20").does(MANAGER, "change_person", **new)
    school = {"school": "New Hall", "calendar": "phsg", "designated_teacher": "A", "email": "dt@new.example"}
    await desk.does(VS, "change_school", **school, **{"from": "2026-09-20"})
    before, plans = await _held(desk), [review.plan for review in await desk.reviews()]
    report = await imported_and_told(desk.database, desk.clock, _row_of(desk))
    assert report.tally("children").changed == 0
    assert await _held(desk) == before
    assert before[1:] == (["new@council.example"], ["dt@new.example"])
    assert [review.plan for review in await desk.reviews()] == plans


async def test_the_new_teacher_of_a_school_that_the_child_has_left_is_not_the_childs(
    database: Database, clock: FixedClock
) -> None:
    await import_two_calendars(database, clock)
    child = Child(database, clock)
    said = {"school": "900050", "eligible": True, **{role: f"{role}@old.example" for role in ROLES}}
    await child.roll(said)
    await child.school("900060", "dt@ash.example")
    await child.roll({**said, "designated_teacher": "new@old.example"})
    assert (await stored(database, child.ref))["designated_teacher"] == "dt@ash.example"
    await child.roll({**said, "school": "900060", "designated_teacher": "other@ash.example"})
    assert (await stored(database, child.ref))["designated_teacher"] == "other@ash.example"


async def test_a_roll_from_before_this_was_kept_is_followed_as_before_and_kept(
    database: Database, clock: FixedClock
) -> None:
    await import_two_calendars(database, clock)
    child = Child(database, clock)
    said = {"school": "900050", "eligible": True, **{role: f"{role}@old.example" for role in ROLES}}
    await child.roll(said)
    await child.person("social_worker", "new@council.example")
    async with database.transaction() as session:
        case = await find_case(session, child.ref)
        assert case
        case.roll = None
    first = await imported(database, clock, row_of(child.ref, said))
    assert (first.changed, (await stored(database, child.ref))["social_worker"]) == (1, "social_worker@old.example")
    await child.person("social_worker", "new@council.example")
    assert (await imported(database, clock, row_of(child.ref, said))).changes == 0
    assert (await stored(database, child.ref))["social_worker"] == "new@council.example"


async def test_a_change_whose_day_has_come_counts_before_the_roll(database: Database, clock: FixedClock) -> None:
    """Nobody woke for it, as no review is open; the roll knows of the child's new social worker already."""
    await import_two_calendars(database, clock)
    child = Child(database, clock)
    said = {"school": "900050", "eligible": True, **{role: f"{role}@old.example" for role in ROLES}}
    await child.roll(said)
    act = {"action": "change_person", "by": "virtual_school", "role": "social_worker", "name": "A"}
    act |= {"email": "between@council.example", "from": "2026-09-10"}
    assert (await Casework(database, clock).take(child.ref, act)).accepted
    clock.set(clock.at.replace(day=12))
    await imported_and_told(database, clock, roll_of(row_of(child.ref, {**said, "social_worker": "last@c.example"})))
    assert (await stored(database, child.ref))["social_worker"] == "last@c.example"


async def test_B4_a_new_social_worker_by_the_roll_gets_the_meeting_and_the_history_a_line(desk: Desk) -> None:
    await with_a_meeting(desk)
    before = await desk.standing()
    (old,) = (await _held(desk))[1]
    await imported_and_told(desk.database, desk.clock, _row_of(desk).replace(old.encode(), b"new@council.example"))
    invitations = [(row.role, row.address) for row in await desk.rows(Letter) if row.kind == "invitation"]
    assert ("social_worker", "new@council.example") in invitations
    lines = [(row.what, row.facts) for row in await desk.rows(CaseEvent)]
    assert ("handed_over", {"role": "social_worker"}) in lines
    assert await desk.standing() == before


async def test_another_school_by_the_roll_takes_the_meeting_from_the_old_teacher_and_the_case_from_pastoral_staff(
    desk: Desk,
) -> None:
    await with_a_meeting(desk)
    (old,) = (await _held(desk))[2]
    await desk.does(DT, "delegate", child=desk.child, to=f"pastoral@{old.partition('@')[2]}")
    row = _row_of(desk).replace(old.encode(), b"dt@elsewhere.example")
    school = (await desk.case()).school_urn.encode()
    row = row.replace(school, b"900099")
    await imported_and_told(desk.database, desk.clock, row)
    cancelled = [row.address for row in await desk.rows(Letter) if row.facts.get("cancelled")]
    assert old in cancelled
    assert await desk.rows(Delegation) == []
    assert (await desk.case()).school_urn == "900099"
    assert (await desk.standing()).meeting_sequence == 2


async def _held(desk: Desk) -> tuple[str, list[str], list[str]]:
    async with desk.database.transaction() as session:
        case = await find_case(session, desk.child)
        assert case
        return case.school_urn, await addresses(session, case, SW), await addresses(session, case, DT)


def _row_of(desk: Desk) -> bytes:
    """The sample's row of the desk's child, as it was imported first."""
    head, *lines = ROLL.splitlines(keepends=True)
    return head + next(line for line in lines if line.startswith(desk.child.encode() + b","))
