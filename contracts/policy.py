"""The numbers of the process. They are an authority's policy, snapshotted into a review when it opens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Defaults are those of the guidance and of PROCESS.md ("Numbers are policy, not code"). Money is whole pence."""

    name: str = "guidance"
    reminder_weeks: tuple[int, ...] = (6, 3, 1)
    """Weeks before the review is due at which both are reminded (A10)."""
    opens_weeks_before: int = 6
    before_meeting_days: tuple[int, ...] = (14, 7, 2)
    completion_days: int = 7
    """Calendar days after the meeting within which both complete and sign (A3)."""
    nudge_day: int = 5
    overdue_day: int = 8
    escalation_days: tuple[int, ...] = (14, 21)
    """Days after the meeting: the first goes to the manager or head teacher, the second to the VS head and the IRO."""
    sign_off_school_days: int = 5
    amendment_school_days: int = 5
    lead_up_school_days: int = 15
    """The last school days of a term in which no meeting is held (M7)."""
    target_days: int = 84
    """A target is achievable within 12 weeks of the meeting (B13)."""
    term_cap_pence: int = 50_000
    year_cap_pence: int = 150_000
