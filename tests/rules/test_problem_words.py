"""Whatever is stuck is told in whole sentences: no kind, step or type of error is without words."""

from dataclasses import fields
from itertools import product

import pytest

from contracts.errors import Fault
from contracts.problems import ProblemKind
from rules.problem_words import ProblemWords, words_for

STEPS = ("release_grant", "pay_funding", "open_review", "take_step", "PepReview", "worker", "escalation", "")
NOT_OURS = ("KeyError", "StartToCloseTimeout", "NondeterminismError", "NoWorker", "")


@pytest.mark.parametrize(("kind", "error_type"), [*product(ProblemKind, (*Fault, *NOT_OURS))])
def test_every_kind_is_told_with_every_type_of_error(kind: ProblemKind, error_type: str) -> None:
    for step in STEPS:
        words = words_for(kind, step, error_type)
        assert all(getattr(words, field.name) for field in fields(ProblemWords))


def test_a_step_that_waits_because_its_case_is_on_hold_does_not_ask_to_be_tried() -> None:
    words = words_for(ProblemKind.ACTIVITY_FAILING, "release_grant", "OnHold")
    assert words.title == "Grant not paid: the case is on hold"
    assert "release mail and money" in words.next_step
    assert "ry now" not in words.next_step
