"""What is carried from plan to plan: the last plan's targets, what happened to each, and what its money did (B15, M1).

Check-ins (A9) and concerns (A11) since, the outcomes that this plan records, and the impact per pound of the grant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.plan_parts import funding, how_it_goes, london, newest_of, of_party, targets_in, who
from contracts.people import Role
from contracts.review import Section, Stage
from rules.contents import GrantContent, Outcome, PreviousTargetsContent
from rules.impact import Impact, impact_in_words, school_first, whole, whole_in_words
from rules.sharing import Part, Share
from store.plan_content import Said, Written, acts_on, applications_on, newest_sections
from store.reviews import KeptReview

_ACTS = ("check_in", "raise_concern", "sign_off")
_KINDS = ("school", "pupil_premium", "virtual_school")


@dataclass(frozen=True, slots=True)
class _LastPlan:
    """The last plan's content, and this plan's outcomes of its targets by each party."""

    review: KeptReview
    targets: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    acts: Sequence[Said]
    outcomes: Mapping[Role, Written]
    share: Share

    def target(self, target: Mapping[str, Any]) -> dict[str, Any]:
        """One target as it was signed off, with everything that happened to it."""
        number: int = target["number"]
        found: dict[str, Any] = {
            "target": target,
            "strategies": {
                kind: [one["what"] for one in target["strategies"] if one["kind"] == kind] for kind in _KINDS
            },
            **how_it_goes(self.acts, number, self.share),
        }
        if Part.LAST_PLAN not in self.share.parts:
            return found | {"grant_lines": None, "outcomes": None, "impact_per_pound": None}
        impact = self.impact(number)
        lines = [{"what": line["what"], "pence": line["pence"]} for line in self.lines if line["target"] == number]
        return found | {
            "grant_lines": lines,
            "outcomes": [
                {**who(one.role, one.name, one.at, self.share), **outcome.model_dump(exclude={"number"})}
                for one in self.outcomes.values()
                for outcome in _outcomes_in(one)
                if outcome.number == number
            ],
            "impact_per_pound": {**asdict(impact), "sentence": impact_in_words(impact)},
        }

    def impact(self, number: int) -> Impact:
        """What was agreed for a target, and what is said of what was spent and came of it."""
        agreed = sum(line["pence"] for line in self.lines if line["target"] == number)
        said = school_first((one.role, _by_number(one)) for one in self.outcomes.values()).get(number)
        return Impact(agreed, said.spent_pence, said.outcome) if said else Impact(agreed)

    def in_all(self) -> dict[str, Any]:
        found = whole([self.impact(target["number"]) for target in self.targets])
        return {**asdict(found), "sentence": whole_in_words(found)}


async def last_plan(
    session: AsyncSession, before: Sequence[KeptReview], this: Sequence[Written], share: Share
) -> dict[str, Any] | None:
    """The last plan as it was signed off, or as it stands where it never was. None for a first plan.

    `before` are the reviews of earlier terms, the oldest first, as they stand now; `this` is what this plan says.
    """
    last = next((one for one in reversed(before) if has_targets(one)), None)
    if last is None:
        return None
    acts = await acts_on(session, last.plan.review_id, _ACTS)
    signed_off = newest_of(acts, "sign_off")
    if signed_off is None and not last.standing.targets_checked and Part.DRAFTS not in share.parts:
        return None
    written = await newest_sections(session, last.plan.review_id, until=signed_off.at if signed_off else None)
    targets = targets_in(of_party(written, Section.TARGETS)[Role.DESIGNATED_TEACHER])
    outcomes = of_party(this, Section.PREVIOUS_TARGETS)
    content = _LastPlan(last, targets, _agreed_lines(last, written), acts, outcomes, share)
    found = {
        "term": last.plan.term.key,
        "stage": last.standing.stage.value,
        "signed_off_at": london(signed_off.at) if signed_off else None,
        "targets": [content.target(target) for target in targets],
    }
    return found | await _money(session, content)


async def _money(session: AsyncSession, content: _LastPlan) -> dict[str, Any]:
    review, sees = content.review, content.share.parts
    applied = await applications_on(session, review.plan.review_id) if Part.FUNDING in sees else None
    grant = {"state": review.standing.grant.value, "pence": review.standing.grant_pence}
    return {
        "grant": grant if Part.LAST_PLAN in sees else None,
        "impact_per_pound": content.in_all() if Part.LAST_PLAN in sees else None,
        "funding": None if applied is None else funding(applied),
    }


def has_targets(review: KeptReview) -> bool:
    """Whether there is a plan that the next one goes on from."""
    wrote_targets = any(one.section is Section.TARGETS for one in review.standing.submitted)
    return wrote_targets and review.standing.stage is not Stage.MISSED


def _agreed_lines(last: KeptReview, written: Sequence[Written]) -> list[dict[str, Any]]:
    """The grant's lines; none where the meeting did not agree the use of the grant (M5)."""
    newest = of_party(written, Section.GRANT).get(Role.DESIGNATED_TEACHER)
    if newest is None or not last.standing.grant_agreed:
        return []
    return [line.model_dump() for line in GrantContent.model_validate(newest.content).lines]


def _outcomes_in(written: Written) -> Sequence[Outcome]:
    return PreviousTargetsContent.model_validate(written.content).outcomes


def _by_number(written: Written) -> dict[int, Outcome]:
    return {one.number: one for one in _outcomes_in(written)}
