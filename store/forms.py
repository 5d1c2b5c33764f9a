"""How the contracts' dataclasses are kept in jsonb columns."""

from typing import Any

from pydantic import TypeAdapter

from contracts.review import ReviewPlan, Standing

_PLAN = TypeAdapter(ReviewPlan)
_STANDING = TypeAdapter(Standing)


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
