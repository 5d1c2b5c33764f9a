"""What a repair's form offers is what the desk takes, in one set of words."""

from datetime import UTC, datetime

import pytest

from contracts.problems import RepairKind
from repairs.asking import read
from web.console.repair_fields import FIELDS
from web.console.seen_words import seen_in_words
from web.forms.fields import Choice

NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


def choices_of(kind: RepairKind, name: str) -> list[Choice]:
    (field,) = [one for one in FIELDS[kind] if one.name == name]
    return list(field.choices)


@pytest.mark.parametrize("deadline", choices_of(RepairKind.EXTEND, "deadline"), ids=lambda one: one.value)
def test_a_deadline_is_called_in_the_preview_as_it_was_in_the_question(deadline: Choice) -> None:
    seen = {"deadline": deadline.value, "on": "2026-10-02", "to": "2026-10-09"}
    assert seen_in_words(seen).partition(":")[0] == deadline.label
    assert read(RepairKind.EXTEND, {"school_days": "5", "deadline": deadline.value}, NOW)


def test_every_role_that_is_offered_can_be_handed_over() -> None:
    roles = [one.value for one in choices_of(RepairKind.REASSIGN, "role")]
    assert len(roles) == 4
    for role in roles:
        given = {"role": role, "address": "sw1@council.example"}
        assert read(RepairKind.REASSIGN, given, NOW) == given
