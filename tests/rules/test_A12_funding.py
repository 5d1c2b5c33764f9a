"""A12: additional funding is decided by the Virtual School, within its days, outside the caps of the grant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.finance import payment_key
from contracts.clock import end_of, london_date, morning_of
from contracts.funding import Decision
from contracts.policy import Policy, Span, Unit
from rules.calendar import is_school_day, is_working_day
from rules.case_forms import DecideFunding
from rules.decide import Situation, decide
from rules.findings import Finding
from rules.funding import (
    Application,
    decision_due,
    decision_of,
    faults_of_decision,
    funding_key,
    last_day_to_decide,
    late_letter_at,
)
from tests.support.review_stages import preparing
from tests.support.reviews import DT, SW, VS, at, faults_of_form, form_of, plan_of

APPLICATION = {"pence": 120_000, "why": "A tutor after an operation.", "targets": [1]}
DECISION = {"application": "act-0", "agreed": True, "pence": 120_000, "reason": "It is exceptional."}
DAYS = st.dates(date(2026, 9, 3), date(2027, 7, 1))


def decision(**changes: object) -> DecideFunding:
    form = form_of(VS, "decide_funding", **(DECISION | changes))
    assert isinstance(form, DecideFunding)
    return form


def faults(application: Application | None, **changes: object) -> list[str]:
    return [one.rule for one in faults_of_decision(application, decision(**changes))]


def test_A12_both_parties_apply_and_only_the_virtual_school_decides() -> None:
    case = preparing()
    assert case.rules(DT, "apply_for_funding", **APPLICATION) == []
    assert case.rules(SW, "apply_for_funding", **APPLICATION) == []
    assert case.rules(VS, "apply_for_funding", **APPLICATION) == ["ROLE"]
    assert case.rules(DT, "decide_funding", **DECISION) == ["ROLE"]
    assert case.rules(VS, "decide_funding", **DECISION) == []


def test_A12_a_sum_over_every_cap_of_the_grant_can_be_asked_for_and_agreed() -> None:
    asked = 1_000_000
    assert preparing().rules(DT, "apply_for_funding", **(APPLICATION | {"pence": asked})) == []
    assert faults(Application(asked), pence=asked) == []


def test_A12_an_application_names_a_sum_a_reason_and_a_target() -> None:
    for left_out in APPLICATION:
        rest = {name: value for name, value in APPLICATION.items() if name != left_out}
        assert faults_of_form(DT, "apply_for_funding", **rest), left_out
    assert faults_of_form(DT, "apply_for_funding", **(APPLICATION | {"pence": 0}))
    assert faults_of_form(VS, "decide_funding", **(DECISION | {"pence": 0})), "agreed needs a sum"


def test_A12_an_application_that_is_not_there_or_is_decided_is_refused_by_order() -> None:
    assert faults(None) == ["ORDER"]
    for decided in Decision:
        for agreed in (True, False):
            assert faults(Application(120_000, decided), agreed=agreed) == ["ORDER"]


def test_A12_no_more_is_agreed_than_was_asked_and_the_sentence_says_how_much_that_is() -> None:
    assert faults(Application(119_999)) == ["FORM"]
    assert faults(Application(119_999), agreed=False) == [], "a sum that is not agreed is no sum"
    assert "£1,199.99" in faults_of_decision(Application(119_999), decision())[0].sentence


@given(asked=st.integers(1, 10_000_000), agreed=st.integers(1, 10_000_000))
def test_A12_what_may_be_agreed_is_at_most_what_was_asked(asked: int, agreed: int) -> None:
    assert (faults(Application(asked), pence=agreed) == []) is (agreed <= asked)


def test_A12_a_finding_of_the_record_refuses_the_decision_and_changes_nothing() -> None:
    case = preparing()
    situation = Situation(findings=(Finding("ORDER", "There is none."),))
    refused = decide(case.plan, case.standing, decision(), case.now, situation)
    assert refused == [Finding("ORDER", "There is none.")]


def test_A12_the_decision_is_due_five_school_days_after_the_application() -> None:
    due = decision_due(plan_of(), at("2026-10-22"))  # Thursday; half term begins on Monday 26 October
    assert due.on == date(2026, 11, 5)
    assert due.until == end_of(date(2026, 11, 5))
    assert due.sentence == (
        "The Virtual School decides on additional funding by Thursday 5 November 2026: "
        "5 school days after the application on Thursday 22 October 2026."
    )


@pytest.mark.parametrize(
    ("span", "on"),
    [
        (Span(5), date(2026, 10, 27)),
        (Span(5, Unit.WORKING_DAY), date(2026, 10, 29)),
        (Span(2, Unit.WEEK), date(2026, 11, 5)),
    ],
)
def test_A12_an_authority_counts_as_its_policy_says(span: Span, on: date) -> None:
    assert decision_due(plan_of(policy=Policy(funding_decision=span)), at("2026-10-22")).on == on


@given(day=DAYS, hour=st.sampled_from(["00:00", "09:30", "23:59"]))
def test_A12_the_decision_is_due_on_the_fifth_school_day_after_the_application(day: date, hour: str) -> None:
    plan = plan_of()
    due = decision_due(plan, at(day, hour))
    between = [day + timedelta(days=number) for number in range(1, (due.on - day).days + 1)]
    assert [is_school_day(plan.calendar, one) for one in between].count(True) == 5
    assert is_school_day(plan.calendar, due.on)
    assert last_day_to_decide(due.until) == due.on


@given(day=DAYS)
def test_A12_the_head_hears_of_a_late_decision_on_the_first_working_morning_after_its_day(day: date) -> None:
    plan = plan_of()
    leaves = late_letter_at(plan, end_of(day))
    on = london_date(leaves)
    assert leaves == morning_of(on)
    assert on > day
    assert is_working_day(plan.calendar, on)
    assert not any(is_working_day(plan.calendar, day + timedelta(days=n)) for n in range(1, (on - day).days))


@given(ref=st.text(min_size=1, max_size=12), number=st.integers(1, 99))
def test_A12_the_key_is_plain_and_never_a_grants(ref: str, number: int) -> None:
    key = funding_key(ref, number)
    assert key.isascii()
    assert " " not in key
    assert key != funding_key(ref, number + 1)
    assert not key.startswith(payment_key("", "", "")[:6])


def test_A12_the_decision_says_agreed_or_declined() -> None:
    assert decision_of(decision()) is Decision.AGREED
    assert decision_of(decision(agreed=False, pence=0)) is Decision.DECLINED
