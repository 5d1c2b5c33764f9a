"""Spreading meetings: nobody gets an invalid day (B2, M7), and no week of sign-offs is fuller than it would be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from contracts.review import Stage
from rules.spreading import (
    Choice,
    Spread,
    Unheld,
    choice_of,
    choices_of,
    earliest_of,
    spread,
    under_way_on,
    week_of,
)
from tests.support.calendars import calendar, term
from tests.support.review_stages import preparing, signed_off
from tests.support.reviews import AUTUMN, LATEST_SAFE, Case, plan_of

TODAY = date(2026, 9, 14)
CODES = ("staffordshire", "widmer-end", "shade", "phsg", "kayes", "saint-gregorys")
PLANS = tuple(plan_of(calendar=one, term=term(one, "2026/27", AUTUMN.name)) for one in map(calendar, CODES))
STANDING = Case().standing
CHOICES = tuple(choices_of(plan, STANDING) for plan in PLANS)


def unheld(number: int, school: int = 0, today: date = TODAY, present: date | None = None) -> Unheld:
    """A child of one of the six calendars' schools."""
    choices = tuple(choice for choice in CHOICES[school] if choice.meeting_on >= today)
    return Unheld(
        child=f"C{number:04}",
        term=AUTUMN.key,
        school=CODES[school],
        calendar=CODES[school],
        choices=choices,
        present=choice_of(PLANS[school], STANDING, present) if present else None,
        earliest=earliest_of(PLANS[school], choices, today),
    )


def many(number: int, **changes: date) -> list[Unheld]:
    return [unheld(one, one % len(CODES), **changes) for one in range(number)]


days = st.dates(AUTUMN.first_day, AUTUMN.last_day + timedelta(days=20))


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Unheld], list[date], date]:
    """Up to forty children with and without dates, valid or not, and sign-offs that are coming anyway."""
    today = draw(days)
    drawn = draw(st.lists(st.tuples(st.integers(0, 5), st.none() | days), max_size=40))
    reviews = [unheld(number, school, today, present) for number, (school, present) in enumerate(drawn)]
    return reviews, draw(st.lists(days, max_size=20)), today


def stays(review: Unheld, today: date) -> bool:
    return review.present is not None and (review.present in review.choices or review.present.meeting_on <= today)


@given(situations(), st.booleans())
def test_B2_M7_nobody_gets_an_invalid_day_and_no_week_is_fuller_than_before(
    situation: tuple[list[Unheld], list[date], date], keep: bool
) -> None:
    reviews, under_way, today = situation
    found = spread(reviews, under_way, today, keep_agreed=keep)
    assert [proposal.review for proposal in found.proposals] == reviews
    for review, proposal in zip(reviews, found.proposals, strict=True):
        is_past = review.present is not None and review.present.meeting_on <= today
        if is_past or (keep and stays(review, today)):
            assert proposal.proposed == review.present
        else:
            assert proposal.proposed in review.choices if review.choices else proposal.proposed is None
    assert found.after.peak <= found.before.peak
    assert sum(load for _, load in found.after.weeks) == sum(load for _, load in found.before.weeks)


@given(situations(), st.booleans(), st.randoms(use_true_random=False))
def test_the_same_reviews_have_the_same_proposal_in_any_order(
    situation: tuple[list[Unheld], list[date], date], keep: bool, chance: st.DataObject
) -> None:
    reviews, under_way, today = situation
    shuffled = list(reviews)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    once, again = (spread(one, under_way, today, keep_agreed=keep) for one in (reviews, shuffled))
    assert once == again


def test_M7_without_plans_everything_ends_on_the_latest_safe_date_and_the_proposal_levels_it() -> None:
    found = spread(many(500), [], TODAY)
    assert found.before.peak >= 400
    assert found.after.peak < 75
    assert dict(found.before.weeks)[week_of(choice_of(PLANS[0], STANDING, LATEST_SAFE).signed_off_on)] >= 400


def test_five_hundred_children_take_less_than_a_second() -> None:
    reviews, started = many(500), process_time()
    spread(reviews, [], TODAY)
    assert process_time() - started < 1


def test_the_load_is_counted_in_the_week_in_which_the_sign_off_is_due() -> None:
    """A meeting on Wednesday 14 October is completed by the 21st; five school days later it is after half term."""
    assert choice_of(PLANS[0], STANDING, date(2026, 10, 14)) == Choice(date(2026, 10, 14), date(2026, 11, 4))
    found = spread([unheld(1, present=date(2026, 10, 14))], [], TODAY)
    assert found.before.weeks == found.after.weeks == ((date(2026, 11, 2), 1),)


def test_an_arranged_date_moves_only_where_its_week_is_too_full_and_only_when_asked() -> None:
    crowded = [unheld(number, present=date(2026, 11, 16)) for number in range(10)]
    alone = unheld(10, present=date(2026, 10, 7))
    assert not any(proposal.changes for proposal in spread([*crowded, alone], [], TODAY).proposals)
    found = spread([*crowded, alone], [], TODAY, keep_agreed=False)
    assert [found.before.peak, found.after.peak] == [10, 2]
    moved = [proposal.review.child for proposal in found.proposals if proposal.changes]
    assert len(moved) == 8
    assert alone.child not in moved


def test_what_is_coming_anyway_is_left_its_room() -> None:
    reviews = [unheld(number) for number in range(20)]
    empty = spread(reviews, [], TODAY)
    busy = week_of(empty.proposals[0].proposed.signed_off_on if empty.proposals[0].proposed else TODAY)
    found = spread(reviews, [busy] * 30, TODAY)
    assert dict(found.after.weeks)[busy] == found.after.peak == 30
    assert max(load for week, load in found.after.weeks if week != busy) == 4


def test_whoever_has_no_later_week_comes_first() -> None:
    flexible, bound = unheld(1), unheld(2)
    early, later = (next(c for c in bound.choices if c.meeting_on == date(2026, 10, day)) for day in (2, 9))
    found = spread([replace(flexible, choices=(early, later)), replace(bound, choices=(early,))], [], TODAY)
    assert proposed(found) == [later.meeting_on, early.meeting_on]


def test_a_date_that_has_become_invalid_counts_as_none() -> None:
    on_a_sunday, too_late = (unheld(1, present=date.fromisoformat(day)) for day in ("2026-10-18", "2026-12-10"))
    for review in (on_a_sunday, too_late):
        (proposal,) = spread([review], [], TODAY).proposals
        assert proposal.changes
        assert proposal.proposed in review.choices


def test_no_day_is_proposed_that_leaves_no_time_for_the_reminders_while_there_is_another() -> None:
    days = [proposal.proposed.meeting_on for proposal in spread(many(200), [], TODAY).proposals if proposal.proposed]
    assert len(days) == 200
    assert min(days) > TODAY + timedelta(days=14)
    late = date(2026, 11, 25)
    assert all(proposal.proposed for proposal in spread(many(6, today=late), [], late).proposals)


def test_the_children_of_one_school_meet_on_near_days_but_not_all_on_one() -> None:
    found = spread([unheld(number) for number in range(45)], [], TODAY)
    by_week: dict[date, Counter[date]] = {}
    for proposal in found.proposals:
        assert proposal.proposed
        days = by_week.setdefault(week_of(proposal.proposed.signed_off_on), Counter())
        days[proposal.proposed.meeting_on] += 1
    assert max(len(days) for days in by_week.values()) <= 2
    assert max(max(days.values()) for days in by_week.values()) <= 4


def test_a_review_whose_term_has_no_day_left_is_shown_without_one() -> None:
    found = spread([unheld(1, today=date(2026, 12, 7))], [], date(2026, 12, 7))
    assert proposed(found) == [None]
    assert (found.before.weeks, found.after.weeks, found.after.peak) == ((), (), 0)
    assert spread([], [], TODAY).proposals == ()


def proposed(found: Spread) -> Sequence[date | None]:
    return [proposal.proposed.meeting_on if proposal.proposed else None for proposal in found.proposals]


def test_sign_offs_under_way_are_due_when_the_process_says_and_overdue_ones_today() -> None:
    plan, waits = signed_off().plan, replace(preparing().standing, held_on=date(2026, 10, 14), stage=Stage.COMPLETING)
    assert under_way_on(plan, waits, date(2026, 10, 15)) == date(2026, 11, 4)
    assert under_way_on(plan, waits, date(2026, 11, 20)) == date(2026, 11, 20)
    with_the_school = replace(waits, stage=Stage.VIRTUAL_SCHOOL, since=Case().on("2026-10-16").now)
    assert under_way_on(plan, with_the_school, date(2026, 10, 17)) == date(2026, 10, 23)
