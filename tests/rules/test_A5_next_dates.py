"""A5: the days that the next term's meeting can have are exactly those that the rules take."""

from datetime import date, timedelta

from rules.date_finder import offer_of_next
from rules.meeting import faults_of_next
from tests.support.reviews import AUTUMN, SCHOOL, plan_of

TODAY = date(2026, 10, 14)


def test_A5_every_day_of_the_next_term_is_offered_if_and_only_if_it_is_taken() -> None:
    offer = offer_of_next(plan_of(), TODAY)
    assert offer is not None
    following = next(term for term in SCHOOL.terms if term.first_day > AUTUMN.last_day)
    assert {offer.days[0].day, offer.days[-1].day} == {following.first_day, following.last_day}
    for number in range((following.last_day - TODAY).days + 30):
        day = TODAY + timedelta(days=number)
        if day > AUTUMN.last_day:
            assert (day in offer.valid_days) == (not faults_of_next(plan_of(), day, TODAY)), day
    assert offer.suggested is not None
    assert offer.suggested.on in offer.valid_days


def test_A5_where_the_next_term_is_not_known_nothing_is_offered() -> None:
    assert offer_of_next(plan_of(term=SCHOOL.terms[-1]), TODAY) is None
