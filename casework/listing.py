"""The list of cases is brought up to date: a line for every case that something has changed since it was written.

Whoever reads the list does some of it first, and the watch does the rest in a round of its own (docs/adr/0012).
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from casework.which import shown
from contracts.clock import london_date
from contracts.people import Role
from contracts.review import FINAL
from rules.listing import Listed, as_searched, before_the_first_review, listed, next_change, places
from rules.progress import as_of
from rules.year_groups import academic_year_of, year_group_in
from store.database import Database
from store.listing import ToList, anything_to_list, keep_lines, take_stale, to_list
from store.reviews import KeptReview
from store.schools import place_of

AT_A_TIME = 100
"""So many lines are written in one transaction: a tenth of a second, in which nobody waits for it."""


async def bring_up_to_date(database: Database, now: datetime, at_most: int, *, of_person: int | None = None) -> int:
    """Compute at most so many lines anew, as they are at `now` (UTC), and say how many it were.

    `of_person`: of the cases on which that person has a role, whatever else waits. Several processes may do it at once.
    """
    async with database.alone() as session:
        if not await anything_to_list(session, now):
            return 0
    done = 0
    while done < at_most:
        batch = await _a_batch(database, now, min(AT_A_TIME, at_most - done), of_person)
        done += batch
        if batch == 0:
            break
    return done


async def _a_batch(database: Database, now: datetime, most: int, of_person: int | None) -> int:
    async with database.transaction() as session:
        case_ids = await take_stale(session, now, most, of_person)
        if case_ids:
            await keep_lines(session, [line_of(one, now) for one in await to_list(session, case_ids)])
    return len(case_ids)


def line_of(one: ToList, now: datetime) -> dict[str, Any]:
    """A case's line at an instant, every column of `case_listing`."""
    reviews = [KeptReview(kept.plan, as_of(kept.plan, kept.standing, now)) for kept in one.reviews]
    review = shown(reviews)
    stands = (
        listed(review.plan, review.standing)
        if review
        else before_the_first_review(grant_eligible=one.case.grant_eligible)
    )
    not_over = any(kept.standing.stage not in FINAL for kept in reviews)
    place = _who_and_where(one, now)
    return {
        **place,
        **_as_stored(stands),
        **places(stands, place["year_group"]),
        "on_list": one.case.in_care or not_over or one.money_waits,
        "not_told": one.not_told,
        "money_waits": one.money_waits,
        "changes_at": next_change([(kept.plan, kept.standing) for kept in reviews], now),
        "listed_at": now,
    }


def _who_and_where(one: ToList, now: datetime) -> dict[str, Any]:
    case, urn = one.case, place_of(one.case)
    school = one.school.name if urn else None
    worker, teacher = one.people.get(Role.SOCIAL_WORKER), one.people.get(Role.DESIGNATED_TEACHER)
    this_year = academic_year_of(london_date(now))
    return {
        "case_id": case.id,
        "ref": case.ref,
        "given_name": case.given_name,
        "family_name": case.family_name,
        "year_group": year_group_in(case.year_group, case.year_group_in, this_year),
        "school_urn": urn,
        "school": school,
        "out_of_area": one.school.calendar != one.authority_calendar if urn and one.authority_calendar else None,
        "team": case.team,
        "social_worker": worker,
        "designated_teacher": teacher,
        "searched": as_searched(case.ref, case.given_name, case.family_name, school, worker, teacher, case.team),
    }


def _as_stored(stands: Listed) -> dict[str, Any]:
    return {**asdict(stands), "holders": [role.value for role in stands.holders]}
