"""B6, B7, B10, B11, B13: what the three targets must have. A submission answers every rule that it breaks."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.review import ReviewPlan, Section
from tests.support.review_stages import completing, preparing
from tests.support.reviews import DT, MEETING, SPRING, Case, at, held_on, plan_of, target, targets

NOT_ELIGIBLE = plan_of(grant_eligible=False)
Y6 = plan_of(year_group="Y6")


def rules(*changed: dict[str, Any], plan: ReviewPlan | None = None) -> list[str]:
    return preparing(plan).rules_of(DT, Section.TARGETS, targets(*changed))


def sentence(rule: str, *changed: dict[str, Any], plan: ReviewPlan | None = None) -> str:
    content = targets(*changed)
    return preparing(plan).refusal(DT, "submit", section="targets", content=content)[rule]


def test_targets_that_keep_every_rule_are_taken() -> None:
    assert rules() == []


@pytest.mark.parametrize("number", [1, 2])
def test_B6_targets_1_and_2_are_academic(number: int) -> None:
    assert rules(target(number, kind="social_emotional")) == ["B6"]
    assert f"Target {number} must be academic" in sentence("B6", target(number, kind="social_emotional"))


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("drafted_with", [[], [""], ["  "]])
def test_B6_targets_1_and_2_are_drafted_with_somebody(number: int, drafted_with: list[str]) -> None:
    assert rules(target(number, drafted_with=drafted_with)) == ["B6"]


@pytest.mark.parametrize("kind", ["academic", "social_emotional"])
def test_B6_target_3_may_be_either_and_is_drafted_with_nobody_in_particular(kind: str) -> None:
    assert rules(target(3, kind=kind, drafted_with=[])) == []


@pytest.mark.parametrize("words", ["", "   "])
def test_B7_target_3_needs_the_childs_words(words: str) -> None:
    assert rules(target(3, childs_words=words)) == ["B7"]


def test_B7_targets_1_and_2_do_not_need_the_childs_words() -> None:
    assert rules(target(1, childs_words=""), target(2, childs_words="")) == []


@pytest.mark.parametrize("theme", ["homework", "careers"])
def test_B10_the_academic_targets_together_cover_homework_and_careers(theme: str) -> None:
    other = [each for each in ("homework", "careers") if each != theme]
    assert rules(target(1, covers=other), target(2, covers=other)) == ["B10"]
    assert f"must cover {theme}: add it to one of them." in sentence(
        "B10", target(1, covers=other), target(2, covers=[])
    )
    assert rules(target(1, covers=other), target(2, covers=[theme])) == []


def test_B10_several_themes_that_are_missing_are_named_together() -> None:
    assert sentence("B10", target(1, covers=[]), target(2, covers=[])) == (
        "The academic targets together must cover homework and careers: add each of these to one of them."
    )


def test_B10_what_a_social_target_covers_does_not_count_and_an_academic_third_one_does() -> None:
    empty = (target(1, covers=[]), target(2, covers=[]))
    assert rules(*empty, target(3, covers=["homework", "careers"])) == ["B10"]
    assert rules(*empty, target(3, kind="academic", covers=["homework", "careers"])) == []


@pytest.mark.parametrize("year_group", ["N2", "Y6", "Y11"])
@pytest.mark.parametrize("term", [plan_of().term, SPRING])
def test_B10_transition_is_covered_for_pre_school_Y6_and_Y11_in_every_term(year_group: str, term: Any) -> None:
    case = Case(plan_of(year_group=year_group, term=term), at(term.first_day))
    covers = ["homework", "careers"]
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, covers=covers), target(2, covers=[]))) == ["B10"]
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, covers=covers), target(2, covers=["transition"]))) == []


@pytest.mark.parametrize("year_group", ["N1", "R", "Y5", "Y7", "Y10", "Y12", "Y13"])
def test_B10_other_year_groups_need_no_transition(year_group: str) -> None:
    covers = ["homework", "careers"]
    assert rules(target(1, covers=covers), target(2, covers=[]), plan=plan_of(year_group=year_group)) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_B11_every_target_has_a_strategy_of_kind_pupil_premium(number: int) -> None:
    school = [{"what": "reads with a friend", "kind": "school"}, {"what": "a visit", "kind": "virtual_school"}]
    assert rules(target(number, strategies=[])) == ["B11"]
    assert rules(target(number, strategies=school)) == ["B11"]
    assert rules(target(number, strategies=[*school, {"what": "a tutor", "kind": "pupil_premium"}])) == []


@pytest.mark.parametrize("kind", ["school", "pupil_premium", "virtual_school"])
def test_B11_any_strategy_will_do_for_a_child_who_is_not_eligible(kind: str) -> None:
    assert rules(target(2, strategies=[{"what": "x", "kind": kind}]), plan=NOT_ELIGIBLE) == []
    assert rules(target(2, strategies=[]), plan=NOT_ELIGIBLE) == ["B11"]


SMART = [
    ("what", "what the child will do"),
    ("measure", "how it is measured"),
    ("who", "who does it"),
    ("how_often", "how often"),
    ("evidence", "which evidence will show its impact"),
]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(("field", "words"), SMART)
def test_B13_each_field_from_what_to_evidence_is_filled(number: int, field: str, words: str) -> None:
    for empty in ("", "   "):
        assert rules(target(number, **{field: empty})) == ["B13"]
    assert sentence("B13", target(number, **{field: ""})) == f"Target {number} is not SMART yet: say {words}."
    without = target(number)
    del without[field]
    assert rules(without) == ["B13"]


def test_B13_a_target_has_a_date() -> None:
    without = target(2)
    del without["by"]
    assert rules(without) == ["B13"]
    assert sentence("B13", without) == "Target 2 is not SMART yet: say by when it is reached."


def test_B13_what_is_missing_of_a_target_is_named_together() -> None:
    assert sentence("B13", {"number": 1, "kind": "academic", "who": "maths teacher"}) == (
        "Target 1 is not SMART yet: say what the child will do, how it is measured, by when it is reached, how often "
        "and which evidence will show its impact."
    )


def test_B13_a_target_is_achievable_within_84_days_of_the_arranged_meeting() -> None:
    assert rules(target(1, by=str(MEETING + timedelta(days=84)))) == []
    late = target(1, by=str(MEETING + timedelta(days=85)))
    assert rules(late) == ["B13"]
    assert "set its date to Wednesday 6 January 2027 or earlier" in sentence("B13", late)


def test_B13_counts_from_today_while_no_meeting_is_arranged() -> None:
    case = Case(now=at("2026-09-10"))
    limit = date(2026, 9, 10) + timedelta(days=84)
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, by=str(limit)), *dated(limit))) == []
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, by=str(limit + timedelta(1))), *dated(limit))) == [
        "B13"
    ]


def dated(by: date) -> list[dict[str, Any]]:
    return [target(2, by=str(by)), target(3, by=str(by))]


def test_B13_counts_from_the_day_on_which_the_meeting_was_held() -> None:
    case = preparing().on("2026-10-21")
    case.does(DT, "record_meeting", **held_on("2026-10-20"))
    limit = date(2026, 10, 20) + timedelta(days=84)
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, by=str(limit)))) == []
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, by=str(limit + timedelta(1))))) == ["B13"]


def test_B13_after_the_meeting_the_rules_are_the_same() -> None:
    assert completing().rules_of(DT, Section.TARGETS, targets(target(1, measure=""))) == ["B13"]


def test_every_rule_that_is_broken_is_answered() -> None:
    worst = {"number": 1, "kind": "social_emotional"}
    assert rules(worst, target(2, covers=[]), {"number": 3, "kind": "academic"}) == ["B6", "B11", "B13", "B7", "B10"]


@pytest.mark.parametrize(
    "numbers",
    [(1, 2), (1, 1, 2), (1, 2, 3, 3), (2, 3, 4), ()],
)
def test_FORM_targets_1_2_and_3_are_given_each_once(numbers: tuple[int, ...]) -> None:
    content = {"targets": [target(1) | {"number": number} for number in numbers]}
    assert preparing().rules_of(DT, Section.TARGETS, content) == ["FORM"]


def test_the_order_in_which_targets_are_given_does_not_matter() -> None:
    content = {"targets": [target(3), target(1), target(2)]}
    assert preparing().rules_of(DT, Section.TARGETS, content) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"colour": "red"},
        {"kind": "sporty"},
        {"by": "next summer"},
        {"covers": ["sport"]},
        {"strategies": [{"what": "x", "kind": "ours"}]},
        {"strategies": [{"what": " ", "kind": "school"}]},
        {"strategies": "a tutor"},
        {"drafted_with": "the teacher"},
        {"measure": None},
        {"what": 3},
    ],
)
def test_FORM_a_field_of_a_target_that_is_not_of_its_kind(changed: dict[str, Any]) -> None:
    assert rules(target(1) | changed) == ["FORM"]


@pytest.mark.parametrize("number", ["1", 1.5, True, None])
def test_FORM_the_number_of_a_target_is_a_whole_number(number: object) -> None:
    content = {"targets": [target(1) | {"number": number}, target(2), target(3)]}
    assert preparing().rules_of(DT, Section.TARGETS, content) == ["FORM"]


def test_FORM_the_sentence_gives_the_place_in_the_content() -> None:
    assert sentence("FORM", target(2, kind="sporty")).startswith("content.targets, line 2, kind:")
