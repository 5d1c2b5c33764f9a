"""How many working days each party held the plans, from the meeting to the sign-off."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from contracts.clock import end_of, london_date
from contracts.people import BOTH_PARTIES, Role
from rules.calendar import ONE_DAY, SATURDAY, days
from rules.figures.told import Told

PARTIES = (*BOTH_PARTIES, Role.VIRTUAL_SCHOOL)
DEFINITION = (
    "Plans that were signed off. A working day (Monday to Friday, no bank holiday) from the day of the meeting on "
    "counts for whoever held the plan at its end; where two held it, for both. Until the meeting is recorded both "
    "parties hold it; while it is paused nobody does. Without a school place the Virtual School has the teacher's part."
)


@dataclass(frozen=True, slots=True)
class Held:
    """What one party needed, in working days; None where no plan counts."""

    party: Role
    plans: int
    median: float | None
    nine_of_ten: int | None
    """The 90th percentile: nine of ten plans were held no longer (nearest rank)."""


def days_held(reviews: Iterable[Told], bank_holidays: Collection[date]) -> list[Held]:
    """For each party. Plans whose history does not say who held them (before this was kept) are left out."""
    counted = [_days_of(review, bank_holidays) for review in reviews if is_counted(review)]
    return [_held(party, sorted(one[party] for one in counted)) for party in PARTIES]


def is_counted(review: Told) -> bool:
    """Whether the plan is signed off and its history says who held it."""
    return review.signed_off_at is not None and review.held_on is not None and bool(review.holds)


def _days_of(review: Told, bank_holidays: Collection[date]) -> dict[Role, int]:
    assert review.held_on is not None, "asked of counted plans only"  # noqa: S101
    assert review.signed_off_at is not None, "asked of counted plans only"  # noqa: S101
    found = dict.fromkeys(PARTIES, 0)
    for day in days(review.held_on, london_date(review.signed_off_at) - ONE_DAY):
        if day.weekday() >= SATURDAY or day in bank_holidays:
            continue
        for role in _holders_at(review, end_of(day)):
            if role in found:
                found[Role(role)] += 1
    return found


def _holders_at(review: Told, instant: datetime) -> Sequence[str]:
    """Who held it at the end of a day. Lines from before the meeting's day say nothing of after it: what is awaited
    from then on is its record, from both."""
    assert review.held_on is not None, "asked of counted plans only"  # noqa: S101
    known = [roles for at, roles in review.holds if at < instant and london_date(at) >= review.held_on]
    return known[-1] if known else BOTH_PARTIES


def _held(party: Role, counted: Sequence[int]) -> Held:
    if not counted:
        return Held(party, 0, None, None)
    middle = len(counted) // 2
    median = counted[middle] if len(counted) % 2 else (counted[middle - 1] + counted[middle]) / 2
    return Held(party, len(counted), float(median), counted[ceil(0.9 * len(counted)) - 1])
