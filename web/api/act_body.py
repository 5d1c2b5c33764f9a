"""The body of an act: JSON as PostgreSQL can keep it. What is in it is for the rules."""

import json
import math
from typing import Any

_DEEPEST = 20
"""Levels of lists and objects; an act needs five."""


class UnreadableAct(Exception):
    """The body is no act at all (rule FORM). Its text is a sentence for who sent it."""


def act_in(body: bytes) -> dict[str, Any]:
    """The act in a body. Its fields are not checked here. Raises UnreadableAct."""
    try:
        act = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UnreadableAct("The body is not JSON. Send one act as a JSON object in UTF-8.") from None
    if not isinstance(act, dict):
        raise UnreadableAct("The body is not a JSON object. Send one act, with its fields by name.")
    _check(act)
    return act


def _no_number(name: str) -> float:
    raise ValueError(name)


def _check(act: dict[str, Any]) -> None:
    level: list[Any] = [act]
    for _ in range(_DEEPEST):
        if any(isinstance(value, float) and not math.isfinite(value) for value in level):
            raise UnreadableAct("The act has a number that is too large. Correct it.")
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise UnreadableAct("The act is nested too deeply. Write its fields as the description of the API has them.")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
