"""The targets that a form or a page is about, in their own words, as far as they are shared with whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.plan_parts import of_party, targets
from contracts.people import Role
from contracts.review import Section
from rules.sharing import Share
from store.plan_content import newest_sections
from store.reviews import KeptReview
from web.epep.desk import Desk
from web.forms.fields import Choice

_NUMBERS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Aims:
    """A plan's targets: none while nobody wrote them, or while the teacher has not checked them (B14)."""

    targets: Sequence[dict[str, Any]] = ()
    revision: int = 0
    """The review's when they were written; 0 without targets."""
    at: datetime | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """As answers to "which target?", each with its own words where they are shared."""
        words = {one["number"]: one["what"] for one in self.targets}
        return tuple(Choice(str(number), f"Target {number}", words.get(number, "")) for number in _NUMBERS)


async def aims_of(desk: Desk, review: KeptReview | None, share: Share) -> Aims:
    """The newest targets of a review."""
    if review is None:
        return Aims()
    written = await newest_sections(desk.session, review.plan.review_id)
    shared = targets(review, written, (), share)
    if not shared:
        return Aims()
    newest = of_party(written, Section.TARGETS)[Role.DESIGNATED_TEACHER]
    return Aims([one["target"] for one in shared], newest.revision, newest.at)
