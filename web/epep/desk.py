"""A case as somebody has it on their desk: what they see of it, what they are on it, and what they may do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.errors import UnknownCase
from casework.which import shown
from contracts.clock import london_date
from contracts.people import READ_WHAT_IS_SHARED, Role
from contracts.review import ReviewPlan, Section, Standing
from rules.completing import may_submit
from rules.decide import WHO_MAY, who_may
from rules.progress import as_of
from rules.sharing import Part, Share, share_of
from store.caseload import NAMELESS, SeenCase, find_seen
from store.cases import delegated_sections
from store.plan_content import Written, newest_sections
from store.record_reads import note_read
from store.reviews import KeptReview, reviews_of
from store.tables import Case
from web.auth.session import Visitor
from web.dependencies import Office


def own_page(roles: frozenset[Role]) -> str:
    """Below the case's address: the page that is made for them. Nothing for everybody who works on the plan itself."""
    if not roles <= READ_WHAT_IS_SHARED:
        return ""
    return "/mine" if roles == {Role.YOUNG_PERSON} else "/shared"


@dataclass(frozen=True, slots=True)
class Desk:
    """One case for one request. `session` shows what the visitor may see and nothing else."""

    session: AsyncSession
    visitor: Visitor
    seen: SeenCase
    reviews: list[KeptReview]
    """As they stand now, the oldest term first."""
    review: KeptReview | None
    """The one that the case shows; None before the child's first."""
    delegated: frozenset[Section]
    """What the visitor may draft here as pastoral staff."""
    now: datetime
    known: dict[str, Any] = field(default_factory=dict)
    """What was read for this request already; the desk changes no plan."""

    @property
    def case(self) -> Case:
        return self.seen.case

    @property
    def ref(self) -> str:
        return self.seen.case.ref

    @property
    def path(self) -> str:
        """The address of the case's own page."""
        return f"/cases/{self.ref}"

    @property
    def home(self) -> str:
        """Where the visitor begins with this case: the young person, the carer and the IRO on a page of their own."""
        return self.path + own_page(self.roles)

    @property
    def shows_name(self) -> bool:
        """Whether the visitor sees whose case it is: finance and operators see references (PROCESS.md, People)."""
        return not self.roles <= NAMELESS

    @property
    def called(self) -> str:
        """The child's name, or the reference for those who see no names."""
        return f"{self.case.given_name} {self.case.family_name}" if self.shows_name else f"Case {self.ref}"

    @property
    def roles(self) -> frozenset[Role]:
        return self.seen.roles

    @property
    def share(self) -> Share:
        return share_of(self.roles)

    @property
    def shows_drafts(self) -> bool:
        """Whether targets are shown that the designated teacher has not checked yet (B14)."""
        return Part.DRAFTS in self.share.parts

    @property
    def today(self) -> date:
        """The London day."""
        return london_date(self.now)

    @property
    def plan(self) -> ReviewPlan:
        """Of the review that is shown. Raises UnknownCase before the first: no page of a plan is there yet."""
        return self._open.plan

    @property
    def standing(self) -> Standing:
        return self._open.standing

    @property
    def _open(self) -> KeptReview:
        if self.review is None:
            raise UnknownCase
        return self.review

    async def every_review(self) -> list[KeptReview]:
        """Every term's review since the child entered care, the oldest first, as they are kept."""
        if "reviews" not in self.known:
            self.known["reviews"] = await reviews_of(self.session, self.case.id)
        found: list[KeptReview] = self.known["reviews"]
        return found

    async def written(self) -> list[Written]:
        """The newest version of each section of the plan that the case shows, by each role."""
        if "written" not in self.known:
            self.known["written"] = await newest_sections(self.session, self.plan.review_id)
        found: list[Written] = self.known["written"]
        return found

    def may(self, action: str) -> list[Role]:
        """In which of their roles the visitor may do an act on this review, in the order of the table of acts."""
        allowed = who_may(self.review.plan, action) if self.review else WHO_MAY[action]
        return [role for role in allowed if role in self.roles]

    def may_write(self, section: Section) -> list[Role]:
        """In which of their roles the visitor may submit a section now."""
        held = self.standing.held_on is not None
        return [
            role
            for role in self.may("submit")
            if may_submit(self.plan, section, role, self.delegated, after_meeting=held)
        ]


@asynccontextmanager
async def at_desk(office: Office, visitor: Visitor, child_ref: str, reads: str | None) -> AsyncIterator[Desk]:
    """A case on the visitor's desk; that they read it is noted, in the words of `reads`.

    Raises UnknownCase (404) for a case that does not exist or is foreign to them.
    """
    now = await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        seen = await find_seen(session, visitor.person_id, child_ref)
        if seen is None:
            raise UnknownCase
        if reads is not None:
            note_read(session, visitor.person_id, seen.case.id, reads, now)
        reviews = [KeptReview(one.plan, as_of(one.plan, one.standing, now)) for one in seen.reviews]
        delegated = frozenset[Section]()
        if Role.PASTORAL in seen.roles:
            delegated = await delegated_sections(session, seen.case, visitor.person_id)
        yield Desk(session, visitor, seen, reviews, shown(reviews), delegated, now)
