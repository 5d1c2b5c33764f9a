"""What a line of the list of cases says of a child's review, and when the calendar alone changes it (docs/adr/0012)."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.clock import london_date, start_of
from contracts.people import Role
from contracts.review import GrantState, ReviewPlan, Stage, Standing
from rules.deadlines import held_until
from rules.missing import everything_missing, held_by
from rules.progress import next_crossing
from rules.year_groups import YEAR_GROUPS, academic_year_of, start_of_academic_year

_SEPTEMBER = 9


@dataclass(frozen=True, slots=True)
class Listed:
    """How the review stands that a case shows."""

    term: str | None
    """As `2026/27 autumn`."""
    stage: Stage | None
    unfinished: bool
    holders: tuple[Role, ...]
    since: datetime | None
    due_on: date | None
    """The London day until which they hold it."""
    meeting_on: date | None
    missing: int
    grant: GrantState
    grant_pence: int


def listed(plan: ReviewPlan, standing: Standing) -> Listed:
    """The same answers as the case object gives (casework/view.py), for a standing as it is now."""
    until = held_until(plan, standing)
    return Listed(
        term=plan.term.key,
        stage=standing.stage,
        unfinished=standing.unfinished,
        holders=tuple(held_by(plan, standing)),
        since=standing.paused_at or standing.since,
        due_on=until.on if until else None,
        meeting_on=standing.meeting_on,
        missing=len(everything_missing(plan, standing)),
        grant=standing.grant,
        grant_pence=standing.grant_pence,
    )


def before_the_first_review(*, grant_eligible: bool) -> Listed:
    """A child whose first review has not opened yet."""
    grant = GrantState.NOT_DUE if grant_eligible else GrantState.NOT_ELIGIBLE
    return Listed(None, None, unfinished=False, holders=(), since=None, due_on=None, meeting_on=None, missing=0,
                  grant=grant, grant_pence=0)  # fmt: skip


def next_change(reviews: Sequence[tuple[ReviewPlan, Standing]], now: datetime) -> datetime:
    """When the calendar next changes the line: a stage of one of these reviews, each as it stands now, or the year
    group. What is late is not in a line: whoever reads it compares its day with today."""
    crossings = [crossing for plan, standing in reviews if (crossing := next_crossing(plan, standing)) is not None]
    return min([*crossings, _next_academic_year(now)])


def places(stands: Listed, year_group: str) -> dict[str, int]:
    """By what a line is sorted where the words are not in the order of the process: stage, holder and year group."""
    roles = list(Role)
    return {
        "stage_place": list(Stage).index(stands.stage) + 1 if stands.stage else 0,
        "holder_place": min((roles.index(role) for role in stands.holders), default=len(roles)),
        "year_place": YEAR_GROUPS.index(year_group),
    }


def as_searched(*texts: str | None) -> str:
    """Texts as free text is looked for in them: in lower case, without accents, so that `zoe` finds Zoë."""
    whole = unicodedata.normalize("NFKD", " ".join(text for text in texts if text))
    return "".join(sign for sign in whole if not unicodedata.combining(sign)).lower()


def _next_academic_year(now: datetime) -> datetime:
    this_year = start_of_academic_year(academic_year_of(london_date(now)))
    return start_of(date(this_year + 1, _SEPTEMBER, 1))
