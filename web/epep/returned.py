"""What the Virtual School returned and why: on the case's page and in each returned section, until it is put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.review import Section
from rules.sharing import Part
from rules.wording import listed
from store.plan_content import acts_on
from web.epep.desk import Desk


@dataclass(frozen=True, slots=True)
class Returned:
    """One return."""

    parts: str
    """`target 2 and grant`"""
    reasons: Sequence[str]
    at: datetime
    by: str | None
    """The officer's name, where it is known."""
    sections: frozenset[Section]
    """Those that still wait for a new version."""


async def returned(desk: Desk) -> Returned | None:
    """The return that is being put right. None where nothing was returned, or for those who see no records.

    A plan that was opened again has parts to write too, and no return that says why.
    """
    if desk.review is None or not desk.standing.returned or desk.standing.reopened:
        return None
    acts = await acts_on(desk.session, desk.plan.review_id, ("return",)) if Part.RECORD in desk.share.parts else []
    if not acts:
        return None
    newest, waiting = acts[-1], frozenset(one.section for one in desk.standing.returned)
    return Returned(parts_of(newest.body), reasons_in(newest.body), newest.at, newest.name, waiting)


def parts_of(act: Mapping[str, Any]) -> str:
    """The parts that an act returned, as a sentence lists them."""
    return listed([_in_words(part) for part in act["parts"]])


def reasons_in(act: Mapping[str, Any]) -> list[str]:
    """Its reasons: other doors may give one text, the form gives a list."""
    reasons = act["reasons"]
    return [reasons] if isinstance(reasons, str) else list(reasons)


def _in_words(part: str) -> str:
    return Section(part).in_words if part in list(Section) else part.replace(":", " ")
