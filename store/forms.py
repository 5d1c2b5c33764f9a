"""How the contracts' dataclasses are kept in jsonb columns."""

from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from contracts.review import ReviewPlan, Standing

_PLAN = TypeAdapter(ReviewPlan)
_STANDING = TypeAdapter(Standing)
_REMEMBERED = 1024
"""Most texts are read again and again: a plan hardly ever changes, and a case's earlier reviews stand still."""


def plan_to_json(plan: ReviewPlan) -> dict[str, Any]:
    stored: dict[str, Any] = _PLAN.dump_python(plan, mode="json")
    return stored


def plan_from_json(stored: dict[str, Any]) -> ReviewPlan:
    """Fields that a newer release added come with their default."""
    return _PLAN.validate_python(stored)


def standing_to_json(standing: Standing) -> dict[str, Any]:
    stored: dict[str, Any] = _STANDING.dump_python(standing, mode="json")
    return stored


def standing_from_json(stored: dict[str, Any]) -> Standing:
    """Fields that a newer release added come with their default."""
    return _STANDING.validate_python(stored)


@lru_cache(maxsize=_REMEMBERED)
def plan_from_text(stored: str) -> ReviewPlan:
    """The same from the column as text. Frozen, so that all readers of one text may share what was read."""
    return _PLAN.validate_json(stored)


@lru_cache(maxsize=_REMEMBERED)
def standing_from_text(stored: str) -> Standing:
    """The same from the column as text, shared as well."""
    return _STANDING.validate_json(stored)
