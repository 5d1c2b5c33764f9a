"""The use of the grant: costed, linked to targets, within the caps and what the meeting agreed (PROCESS.md M5)."""

from contracts.review import GrantState, ReviewPlan, Standing
from rules.contents import GrantContent
from rules.findings import Finding


def pounds(pence: int) -> str:
    """Pence as people read money: `£500` or `£12.50`."""
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


def faults_of_grant(plan: ReviewPlan, standing: Standing, content: GrantContent) -> list[Finding]:
    """Whether the lines stay within the term's cap, what is left of the year's, and what the meeting agreed."""
    asked = sum(line.pence for line in content.lines)
    limits = {
        "the most for one term": plan.policy.term_cap_pence,
        "what is left for this academic year": plan.year_remainder_pence,
        "what the meeting agreed": standing.grant_agreed_pence,
    }
    return [
        Finding("M5", f"The lines add up to {pounds(asked)}, but {name} is {pounds(limit)}: take lines out.")
        for name, limit in limits.items()
        if limit is not None and asked > limit
    ]


def grant_after_sign_off(plan: ReviewPlan, standing: Standing) -> GrantState:
    """What follows from the Virtual School's sign-off, and from nothing else (A8)."""
    if not plan.grant_eligible:
        return GrantState.NOT_ELIGIBLE
    return GrantState.RELEASING if standing.grant_pence > 0 else GrantState.NOTHING_ASKED
