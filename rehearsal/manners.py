"""How people behave: how long they take over each thing, and how often something goes another way.

Delays are days after whatever makes the thing possible, drawn between the two numbers. The figures of `typical` follow
what Virtual Schools report: most are in time, a fifth late, some meetings move (docs/rehearsal.md).
"""

from dataclasses import dataclass

Days = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Manners:
    """One way of working. Chances are per cent."""

    arranges_after: Days
    meets_at: tuple[int, int]
    """How far through the days that are left in the safe part of the term, per cent."""
    prepares_before: Days
    """Days before the meeting at which the designated teacher's part is ready."""
    records_after: Days
    completes_after: Days
    signs_after: Days
    signs_off_after: Days
    amends_after: Days
    late: int
    """How often somebody needs `late_days` more to record the meeting or to complete."""
    late_days: Days
    moves: int
    does_not_meet: int
    returns: int
    tries_a_closed_day: int


PROMPT = Manners(
    arranges_after=(1, 3),
    meets_at=(35, 55),
    prepares_before=(20, 16),
    records_after=(0, 0),
    completes_after=(1, 3),
    signs_after=(0, 1),
    signs_off_after=(1, 2),
    amends_after=(1, 2),
    late=0,
    late_days=(0, 0),
    moves=0,
    does_not_meet=0,
    returns=0,
    tries_a_closed_day=0,
)
TYPICAL = Manners(
    arranges_after=(2, 50),
    meets_at=(35, 75),
    prepares_before=(22, 3),
    records_after=(0, 0),
    completes_after=(1, 3),
    signs_after=(0, 1),
    signs_off_after=(1, 3),
    amends_after=(1, 3),
    late=15,
    late_days=(2, 6),
    moves=6,
    does_not_meet=4,
    returns=10,
    tries_a_closed_day=5,
)
SLOW = Manners(
    arranges_after=(30, 75),
    meets_at=(70, 100),
    prepares_before=(3, -4),
    records_after=(1, 5),
    completes_after=(6, 24),
    signs_after=(2, 10),
    signs_off_after=(4, 9),
    amends_after=(4, 12),
    late=35,
    late_days=(5, 20),
    moves=20,
    does_not_meet=15,
    returns=30,
    tries_a_closed_day=15,
)
MANNERS = {"prompt": PROMPT, "typical": TYPICAL, "slow": SLOW}
