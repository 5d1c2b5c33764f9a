"""Values of every kind that the contracts use, for the tests of converter and encryption."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from contracts.calendar import Term, TermName
from contracts.people import Role


@dataclass(frozen=True, slots=True)
class Part:
    role: Role
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    term: Term
    at: datetime
    parts: tuple[Part, ...]
    by_name: dict[str, tuple[date, ...]]
    by_role: dict[Role, tuple[Part, ...]]
    days: frozenset[date]
    roles: frozenset[Role]
    on: date | None
    heard_at: datetime | None
    part: Part | None
    pence: int


@dataclass(frozen=True, slots=True)
class Journey:
    """What a workflow is started with: a shape, and the shapes that came through each way so far."""

    shape: Shape
    came_through: dict[str, Shape] = field(default_factory=dict)
    on: date | None = None
    at: datetime | None = None


def example() -> Shape:
    part = Part(Role.DESIGNATED_TEACHER, date(2026, 10, 14), "words")
    term = Term("2026/27", TermName.AUTUMN, date(2026, 9, 2), date(2026, 12, 18), closed_days=(date(2026, 9, 1),))
    return Shape(
        term=term,
        at=datetime(2026, 10, 14, 9, 30, tzinfo=UTC),
        parts=(part, Part(Role.CARER, date(2026, 10, 15))),
        by_name={"autumn": (date(2026, 9, 2), date(2026, 12, 18)), "spring": ()},
        by_role={Role.SOCIAL_WORKER: (part,)},
        days=frozenset({date(2026, 9, 1), date(2026, 12, 25)}),
        roles=frozenset({Role.IRO, Role.CARER}),
        on=date(2026, 10, 14),
        heard_at=None,
        part=part,
        pence=50_000,
    )
