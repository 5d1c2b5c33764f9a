"""How people behave: how long they take over each thing, and how often something goes another way.

Delays are days after whatever makes the thing possible, drawn between the two numbers. The figures of `typical` follow
what Virtual Schools report: most are in time, a fifth late, some meetings move, people and schools change mid-cycle
(PROCESS.md, People; docs/rehearsal.md).
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
    checks_in_when_asked: int
    """Of the designated teachers who are asked how the targets go (A9)."""
    checks_in_unasked: int = 0
    invites_carer: int = 0
    invites_professional: int = 0
    answers_invitation: int = 0
    """Of those who were invited."""
    gives_views: int = 0
    """The young person and the carer, each, before the meeting."""
    agrees: int = 0
    """The same two, once the plan is there."""
    raises_concern: int = 0
    applies_for_funding: int = 0
    away: int = 0
    """How often one of the two parties is away when a signature is asked, and the Virtual School signs for them."""
    hands_over_once: int = 0
    """Children in a hundred who have a second social worker within the year."""
    hands_over_twice: int = 0
    """Those who have a third as well."""
    changes_teacher: int = 0
    """From here on: children in a hundred and a year."""
    changes_school: int = 0
    leaves_care: int = 0
    pauses: int = 0
    does_without_meeting: int = 0
    reopens: int = 0


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
    checks_in_when_asked=100,
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
    checks_in_when_asked=85,
    checks_in_unasked=10,
    invites_carer=60,
    invites_professional=20,
    answers_invitation=75,
    gives_views=35,
    agrees=40,
    raises_concern=5,
    applies_for_funding=3,
    away=2,
    hands_over_once=33,
    hands_over_twice=27,
    changes_teacher=8,
    changes_school=8,
    leaves_care=3,
    pauses=2,
    does_without_meeting=2,
    reopens=2,
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
    checks_in_when_asked=50,
    checks_in_unasked=3,
    invites_carer=30,
    invites_professional=10,
    answers_invitation=40,
    gives_views=15,
    agrees=15,
    raises_concern=6,
    applies_for_funding=3,
    away=6,
    hands_over_once=33,
    hands_over_twice=27,
    changes_teacher=12,
    changes_school=8,
    leaves_care=3,
    pauses=4,
    does_without_meeting=4,
    reopens=3,
)
MANNERS = {"prompt": PROMPT, "typical": TYPICAL, "slow": SLOW}
