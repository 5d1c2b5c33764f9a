"""The use of the grant: costed, linked to targets, within the caps and what the meeting agreed (PROCESS.md M5)."""

from contracts.policy import Cap, LateGrant
from contracts.review import GrantState, ReviewPlan, Standing
from rules.contents import GrantContent
from rules.findings import Finding


def pounds(pence: int) -> str:
    """Pence as people read money: `£500` or `£12.50`."""
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


def term_cap(plan: ReviewPlan) -> int:
    """The most for this plan's term, in pence: the policy's closest cap for its year group and term, else the usual.

    A cap that names the year group is closer than one that names only the term.
    """
    fitting = [cap for cap in plan.policy.caps if _holds_for(cap, plan)]
    closest = max(fitting, key=lambda cap: (bool(cap.year_groups), bool(cap.terms)), default=None)
    return plan.policy.term_cap_pence if closest is None else closest.pence


def faults_of_grant(plan: ReviewPlan, standing: Standing, content: GrantContent) -> list[Finding]:
    """Whether the lines stay within the term's cap, what is left of the year's, and what the meeting agreed."""
    asked = sum(line.pence for line in content.lines)
    limits = {
        "the most for one term": term_cap(plan),
        "what is left for this academic year": plan.year_remainder_pence,
        "what the meeting agreed": standing.grant_agreed_pence,
        "what was paid for this term already": standing.paid_pence,
        "what is kept for this term already": standing.kept_pence,
    }
    known = {name: limit for name, limit in limits.items() if limit is not None}
    name, limit = min(known.items(), key=lambda one: one[1])
    if asked <= limit:
        return []
    return [Finding("M5", f"The lines add up to {pounds(asked)}, but {name} is {pounds(limit)}: take lines out.")]


def grant_after_sign_off(plan: ReviewPlan, standing: Standing) -> GrantState:
    """What follows from the Virtual School's sign-off, and from nothing else (A8).

    What was paid or kept once stays so: a plan that was opened again never brings money a second time.
    """
    if standing.paid_pence is not None:
        return GrantState.PAID
    if not plan.grant_eligible:
        return GrantState.NOT_ELIGIBLE
    if standing.grant_pence == 0:
        return GrantState.NOTHING_ASKED
    if was_kept(standing) or not plan.has_school_place:
        return GrantState.KEPT
    lapses = standing.unfinished and plan.policy.late_grant is LateGrant.LAPSES
    return GrantState.LAPSED if lapses else GrantState.RELEASING


def was_kept(standing: Standing) -> bool:
    """Whether the Virtual School keeps this term's grant since an earlier sign-off."""
    # the state alone tells it of a plan that was opened again before its pence were noted
    return standing.kept_pence is not None or standing.grant is GrantState.KEPT


def brings_no_more(standing: Standing) -> bool:
    """Whether this term's grant was paid or kept before, so that the year has counted it already."""
    return standing.paid_pence is not None or was_kept(standing)


def _holds_for(cap: Cap, plan: ReviewPlan) -> bool:
    year_group, term = plan.year_group, plan.term.name
    return (not cap.year_groups or year_group in cap.year_groups) and (not cap.terms or term in cap.terms)


def late_grant_in_words(plan: ReviewPlan) -> str:
    """What happens to the grant of a plan that is unfinished when its term ends, by policy."""
    if not plan.grant_eligible:
        return "This child is not eligible for the grant."
    if plan.policy.late_grant is LateGrant.LAPSES:
        return "The grant for this term lapses: the policy pays only for plans that are finished within the term."
    return "The grant is released once the Virtual School has signed off, although the term is over."
