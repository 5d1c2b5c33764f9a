"""The figure of a day, asked at its end, is the figure of that day whenever it is asked later (docs/adr/0012).

People do all kinds of things in any order: most of it sensible, some of it put right later, term dates and rolls
imported again, the clock late or never there.
"""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from casework.clockwork import open_when_due
from casework.imports import import_terms
from casework.term_changes import terms_changed
from contracts.clock import end_of
from contracts.people import Role
from contracts.review import FINAL, Section, Stage
from rules.figures.report import By
from rules.missing import parts_to_complete
from rules.usual_reasons import USUAL_REASONS
from store.reviews import KeptReview
from store.tables import StoredAct
from tests.figures.asking import CHILDREN, Asked, ask, of_calendars, of_children
from tests.support.imported import imported_and_told
from tests.support.reviews import DT, MANAGER, SW, VS, held_on
from tests.support.sample import ROLL, TERMS
from tests.support.taken import Desk

FIRST, LAST = date(2026, 9, 3), date(2027, 3, 10)
OPENINGS = {date(2026, 9, 3): "2026/27 autumn", date(2027, 1, 4): "2026/27 spring"}
_ELSEWHERE = {"calendar": "phsg", "designated_teacher": "Invented Name", "email": "dt@new.example"}


class Play:
    """A school year of three children, by chance."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.chance = desk, random.Random(seed)  # noqa: S311 - chance, no secret
        self.kept: dict[date, Asked] = {}
        self.done: set[str] = set()

    async def runs(self) -> None:
        day = FIRST
        while day <= LAST:
            if day in OPENINGS:
                await self._opens(OPENINGS[day], day)
            for _ in range(self.chance.choice((0, 1, 2, 2, 4))):
                await self._something(day)
            if self.chance.random() < 0.15:
                self.kept[day] = await self.asks(day, at=day)
            if self.chance.random() < 0.08 and self.kept:
                await self.finds_the_same(self.chance.choice(list(self.kept)), at=day)
            day += timedelta(days=1)

    async def asks(self, day: date, *, at: date) -> Asked:
        return await ask(self.desk, day, end_of(at), by=By.SCHOOL)

    async def finds_the_same(self, day: date, *, at: date) -> None:
        assert await self.asks(day, at=at) == self.kept[day], f"the figures of {day} changed by {at}"

    async def _opens(self, term: str, day: date) -> None:
        for child in CHILDREN:
            self.desk.child = child
            self.desk.on(day, "00:00")
            async with self.desk.database.transaction() as session:
                case = await self.desk._case(session)
                await open_when_due(session, case.id, term, self.desk.clock.at)

    async def _something(self, day: date) -> None:
        self.desk.child = self.chance.choice(CHILDREN)
        self.desk.on(day, f"{self.chance.randrange(24):02}:{self.chance.randrange(60):02}")
        reviews = [one for one in await self.desk.reviews() if one.standing.stage not in FINAL]
        ways: list[tuple[int, Any]] = [
            (70, self._what_is_next),
            (5, self._puts_right),
            (2, self._imports),
            (2, self._moves_school),
            (3, self._clock_comes),
            (1, self._pauses),
            (1, self._leaves),
        ]
        way = self.chance.choices([way for _, way in ways], [weight for weight, _ in ways])[0]
        await way(day, reviews)

    async def _what_is_next(self, day: date, reviews: list[KeptReview]) -> None:  # noqa: C901 - a way for each stage
        if not reviews:
            return
        review = self.chance.choice(reviews)
        standing = review.standing
        later = day + timedelta(days=self.chance.randrange(2, 12))
        match standing.stage:
            case Stage.WAITING_FOR_DATE:
                await self.desk.take(SW, "arrange_meeting", on=str(later))
            case Stage.PREPARING if self.chance.random() < 0.3:
                await self.desk.take(SW, "move_meeting", on=str(later), reason="Ill.")
            case Stage.PREPARING | Stage.MEETING_DUE:
                await self._meets(day, later)
            case Stage.COMPLETING | Stage.RETURNED:
                await self._completes(review, later)
            case Stage.SIGNING:
                await self.desk.take(self.chance.choice((SW, DT)), "sign")
            case Stage.VIRTUAL_SCHOOL:
                await self._is_looked_at()
            case Stage.PAYING:
                await self.desk.is_paid((await self.desk.reviews()).index(review))
            case Stage.PAUSED:
                await self.desk.take(VS, "resume")
            case Stage.IN_FORCE if self.chance.random() < 0.1:
                why = {"review": review.plan.term.key, "reason": "A sum was wrong."}
                await self.desk.take(VS, "reopen", **why)

    async def _meets(self, day: date, later: date) -> None:
        if self.chance.random() < 0.15:
            await self.desk.take(SW, "record_meeting", held=False, reason="Snow.")
        elif self.chance.random() < 0.1:
            await self.desk.take(VS, "review_without_meeting", reason="The child asked for it.")
        else:
            await self.desk.take(DT, "record_meeting", **held_on(day - timedelta(days=self.chance.randrange(3))))

    async def _completes(self, review: KeptReview, later: date) -> None:
        for part in parts_to_complete(review.plan, review.standing):
            if part.part == "next_meeting":
                await self.desk.take(SW, "next_meeting", on=str(later + timedelta(days=60)))
                await self.desk.take(SW, "next_meeting", none=True, reason="Leaves care.")
            elif part.part in list(Section):
                await self.desk.submits(part.role, Section(part.part))
            if self.chance.random() < 0.1:
                return
        for returned in review.standing.returned:
            await self.desk.submits(returned.role, returned.section)

    async def _is_looked_at(self) -> None:
        if self.chance.random() < 0.35:
            reasons = [*self.chance.sample(USUAL_REASONS, 2), "Something in own words."]
            await self.desk.take(VS, "return", parts=["targets"], reasons=reasons)
        else:
            await self.desk.take(VS, "sign_off")

    async def _puts_right(self, _day: date, _reviews: list[KeptReview]) -> None:
        acts = [act for act in await self.desk.rows(StoredAct) if act.case_id == (await self.desk.case()).id]
        wanted = [act for act in acts if act.action in ("record_meeting", "sign", "next_meeting")]
        if wanted:
            act = max(wanted, key=lambda one: one.at)
            answer = await self.desk.take(VS, "correct", act=act.id, reason="It was another child's.")
            self.done.update({"correct"} if answer.accepted else ())

    async def _imports(self, _day: date, _reviews: list[KeptReview]) -> None:
        """Other term dates, earlier or later; or a roll with another team, year group and entitlement."""
        now = self.desk.clock.at
        if self.chance.random() < 0.5:
            last = self.chance.choice((b"2026-12-11", b"2026-12-16", b"2026-12-22"))
            content = of_calendars(TERMS).replace(b"2026-12-18", last)
            await import_terms(
                self.desk.database,
                self.desk.clock,
                content,
                source_name="terms",
                on_new_terms=lambda session, codes: terms_changed(session, codes, now),
            )
        else:
            swapped = of_children(ROLL).replace(b"North team", b"West team").replace(b",yes", b",no")
            roll = self.chance.choice((swapped, of_children(ROLL)))
            await imported_and_told(self.desk.database, self.desk.clock, roll)

    async def _moves_school(self, day: date, _reviews: list[KeptReview]) -> None:
        if self.chance.random() < 0.7:
            school = {"school": f"New Hall {self.chance.randrange(3)}", **_ELSEWHERE}
            await self.desk.take(VS, "change_school", **school, **{"from": str(day)})
        else:
            await self.desk.take(VS, "change_school", **{"from": str(day)})

    async def _clock_comes(self, _day: date, _reviews: list[KeptReview]) -> None:
        for place in range(len(await self.desk.reviews())):
            await self.desk.passes(place)

    async def _pauses(self, _day: date, _reviews: list[KeptReview]) -> None:
        await self.desk.take(VS, "pause", reason="The child is in hospital.")

    async def _leaves(self, day: date, _reviews: list[KeptReview]) -> None:
        if self.chance.random() < 0.3:
            await self.desk.take(SW, "leave_care", on=str(day), reason="Goes home.")
        else:
            await self.desk.take(MANAGER, "change_person", **_ANOTHER, **{"from": str(day)})


_ANOTHER = {"role": Role.SOCIAL_WORKER.value, "name": "Invented Name", "email": "new@council.example"}


@pytest.mark.parametrize("seed", [0, 1])
async def test_the_figures_of_a_day_stay(desk: Desk, seed: int) -> None:
    play = Play(desk, seed)
    await play.runs()
    last = play.kept[max(play.kept)]
    assert len(play.kept) > 15
    assert last.report.reasons.returns
    assert last.money.whole.approved
    assert "correct" in play.done
    for day in play.kept:
        await play.finds_the_same(day, at=LAST + timedelta(days=40))
