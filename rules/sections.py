"""The sections of the plan: whose they are, which a review needs, and by when (PROCESS.md A2; ACTS.md, Sections)."""

from contracts.calendar import TermName
from contracts.people import BOTH_PARTIES, Role
from contracts.review import ReviewPlan, Section
from rules.year_groups import is_transition_year

_BLUE = (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS)
_RED = (Section.ATTAINMENT, Section.TARGETS, Section.ATTENDANCE_AND_SUPPORT, Section.GRANT)


def is_transition_stage(plan: ReviewPlan) -> bool:
    """Whether the child will change to another school or college at the end of this academic year."""
    return is_transition_year(plan.year_group)


def prepares_transition(plan: ReviewPlan) -> bool:
    """A transition stage in terms 2 and 3: receiving staff are invited, and the transition section is needed (B3)."""
    return is_transition_stage(plan) and plan.term.name is not TermName.AUTUMN


def owners(section: Section, *, after_meeting: bool = True) -> tuple[Role, ...]:
    """Blue is the social worker's, red the designated teacher's, purple both parties' (A2).

    The previous targets are red before the meeting and purple after it (ACTS.md, Sections).
    """
    if section in _BLUE:
        return (Role.SOCIAL_WORKER,)
    if section in _RED or (section is Section.PREVIOUS_TARGETS and not after_meeting):
        return (Role.DESIGNATED_TEACHER,)
    return BOTH_PARTIES


def is_needed(plan: ReviewPlan, section: Section) -> bool:
    """Whether this review has the section at all."""
    if section is Section.GRANT:
        return plan.grant_eligible
    if section is Section.PREVIOUS_TARGETS:
        return plan.follows_a_pep
    if section is Section.TRANSITION:
        return prepares_transition(plan)
    return True


def due_before_the_meeting(plan: ReviewPlan) -> tuple[Section, ...]:
    """What the designated teacher completes before the meeting (B5, B8, B15)."""
    first = (Section.PREVIOUS_TARGETS,) if plan.follows_a_pep else ()
    return (*first, Section.ATTAINMENT, Section.TARGETS)


def responsible(plan: ReviewPlan, role: Role) -> Role:
    """Who takes a party's part: the Virtual School is the designated teacher where no school can be."""
    return Role.VIRTUAL_SCHOOL if role is Role.DESIGNATED_TEACHER and not has_school(plan) else role


def has_school(plan: ReviewPlan) -> bool:
    """Whether a school takes part: the child has a place, and it is open before the first plan is due."""
    return plan.has_school_place and not (plan.initial and plan.initial.in_holiday)


def parties(plan: ReviewPlan) -> tuple[Role, ...]:
    """The two who complete this plan."""
    return tuple(responsible(plan, role) for role in BOTH_PARTIES)


def signers(plan: ReviewPlan) -> tuple[Role, ...]:
    """Who signs it: both parties, and by policy the carer and the young person (A4)."""
    return (*parties(plan), *plan.policy.also_sign)
