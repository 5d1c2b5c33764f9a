"""Runs of workflows as large and as full as they come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from contracts.calendar import SchoolCalendar, Term, TermName
from contracts.messages import ReviewRun
from contracts.people import BOTH_PARTIES, Role
from contracts.policy import Policy
from contracts.review import ReviewPlan, Section, Stage, Standing, Submitted
from rules.progress import opened

OPENED = datetime(2026, 9, 3, 7, 0, tzinfo=UTC)
_CLOSED_DAYS = 30
"""More than any school has in a term."""
_BANK_HOLIDAYS = 40
"""Four years of them."""


def a_plan() -> ReviewPlan:
    """A review's plan with four terms around it, each with more closed days than any school has."""
    terms = tuple(_term(number) for number in range(4))
    holidays = tuple(date(2026, 1, 1) + timedelta(days=30 * number) for number in range(_BANK_HOLIDAYS))
    return ReviewPlan(
        case_id="a" * 26,
        review_id="a" * 26 + "-2026-27-autumn",
        term=terms[1],
        calendar=SchoolCalendar("a-long-name-of-a-calendar-of-forty-chars", terms, holidays),
        policy=Policy(),
        year_group="Y6",
        grant_eligible=True,
        follows_a_pep=True,
    )


def a_run() -> ReviewRun:
    """A review that has just opened."""
    return ReviewRun(a_plan(), opened(a_plan(), OPENED))


def a_run_in_a_term_of(year: int, clock_from: datetime) -> ReviewRun:
    """A review that has just opened and whose autumn term is in another year."""
    run = a_run()
    term = replace(run.plan.term, last_day=date(year, 12, 19))
    return replace(run, plan=replace(run.plan, term=term), standing=replace(run.standing, clock_from=clock_from))


def a_full_run() -> ReviewRun:
    """A review in which everything that can be there is there."""
    parts = tuple(Submitted(section, role, 999, True) for section in Section for role in BOTH_PARTIES)
    standing = replace(
        a_run().standing,
        stage=Stage.RETURNED,
        revision=99_999,
        changes=99_999,
        meeting_on=date(2026, 10, 14),
        meeting_time="14:00",
        invited_at=OPENED,
        held_on=date(2026, 10, 14),
        submitted=parts,
        returned=parts,
        grant_agreed_pence=50_000,
        grant_pence=50_000,
        next_meeting_on=date(2027, 2, 3),
        signed=tuple(Role),
        asked_at=OPENED,
        returned_at=OPENED,
        grant_released_at=OPENED,
    )
    return replace(a_run(), standing=standing, heard=99_999, clock_shift=-12345678.123456)


def a_standing(meeting_on: date) -> Standing:
    """A review whose meeting was just arranged."""
    start = a_run().standing
    return replace(start, stage=Stage.PREPARING, meeting_on=meeting_on, invited_at=OPENED, changes=start.changes + 1)


def _term(number: int) -> Term:
    first = date(2026, 4, 13) + timedelta(days=140 * number)
    closed = tuple(first + timedelta(days=3 * day) for day in range(_CLOSED_DAYS))
    name = list(TermName)[(number + 2) % 3]
    half = first + timedelta(days=45)
    return Term("2026/27", name, first, first + timedelta(days=105), half, half + timedelta(days=4), closed)
