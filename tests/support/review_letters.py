"""A review whose letters are written as the worker writes them: at every wake of its clock, and after every act."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any, Self

from contracts.clock import LONDON, london_date
from contracts.people import Role
from contracts.review import GrantState, ReviewPlan, Stage, Standing
from rules.decide import Accepted
from rules.ladder import Kind, Step
from rules.progress import as_of, letters_by, moment, next_wake
from tests.support.reviews import Case, at

_TOO_OFTEN = 300


@dataclass(frozen=True)
class Written:
    """A letter that was written, and how the review stood."""

    at: datetime
    step: Step
    standing: Standing

    @property
    def line(self) -> str:
        """`2026-10-07 08:00 before_meeting designated_teacher`, in London time."""
        level = f" {self.step.level}" if self.step.level else ""
        return f"{self.at.astimezone(LONDON):%Y-%m-%d %H:%M} {self.step.kind} {self.step.role}{level}"

    @property
    def day(self) -> date:
        return london_date(self.at)


class Living(Case):
    """A case whose clock is never late."""

    def __init__(self, plan: ReviewPlan | None = None, now: datetime | None = None) -> None:
        super().__init__(plan, now)
        self.letters: list[Written] = []
        self._write()

    def on(self, day: str | date, hour: str = "10:00") -> Self:
        """Time passes, and the clock wakes at every instant at which it has something to do."""
        until = at(day, hour)
        for wakes in count():
            wake = next_wake(self.plan, self.standing)
            if wake is None or wake > until:
                break
            assert wakes < _TOO_OFTEN, "the clock wakes again and again and nothing comes of it"
            self.now = max(self.now, wake)
            self._write()
        self.now = until
        self._write()
        return self

    def sleeps(self, day: str | date, hour: str = "10:00") -> Self:
        """Time passes while no worker runs; then one does."""
        self.now = at(day, hour)
        self._write()
        return self

    def does(self, by: Role, action: str, **fields: Any) -> Standing:
        standing = super().does(by, action, **fields)
        self._write()
        return standing

    def tries(self, by: Role, action: str, **fields: Any) -> bool:
        """The act, if it is not refused."""
        accepted = isinstance(self.decide(by, action, **fields), Accepted)
        if accepted:
            self.does(by, action, **fields)
        return accepted

    def is_paid(self) -> None:
        """The grant was released, as casework notes it."""
        since = moment(self.standing, self.now)
        self.standing = replace(
            self.standing,
            stage=Stage.IN_FORCE,
            since=since,
            clock_from=since,
            grant=GrantState.PAID,
            grant_released_at=since,
        )
        self._write()

    def lines(self, *kinds: Kind) -> list[str]:
        return [letter.line for letter in self.letters if not kinds or letter.step.kind in kinds]

    def _write(self) -> None:
        self.standing = as_of(self.plan, self.standing, self.now)
        passed = letters_by(self.plan, self.standing, self.now)
        self.standing = passed.standing
        self.letters += [Written(self.now, step, self.standing) for step in passed.letters]
