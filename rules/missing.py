"""What exactly is missing, and from whom: one answer for everyone (PROCESS.md A1, A6)."""

from collections.abc import Iterator

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, MissingPart, ReviewPlan, Section, Stage, Standing
from rules.sections import due_before_the_meeting, is_needed, owners, parties, prepares_transition, responsible, signers


def missing_parts(plan: ReviewPlan, standing: Standing) -> list[MissingPart]:
    """Everything that is owed at this stage, the meeting's date and signatures included."""
    if standing.stage is Stage.WAITING_FOR_DATE:
        return [_the_date(), *_before_the_meeting(plan, standing)]
    if standing.stage is Stage.PREPARING:
        return [*_receiving_setting(plan, standing), *_before_the_meeting(plan, standing)]
    if standing.stage is Stage.MEETING_DUE:
        return [*_the_record(plan), *_before_the_meeting(plan, standing)]
    if standing.stage is Stage.RETURNED:
        return list(_returned(plan, standing))
    if standing.stage is Stage.COMPLETING:
        return list(_to_complete(plan, standing))
    if standing.stage is Stage.SIGNING:
        return list(_signatures(plan, standing))
    if standing.stage is Stage.VIRTUAL_SCHOOL:
        return [MissingPart("sign_off", Role.VIRTUAL_SCHOOL, _to_look_at(standing))]
    if standing.stage is Stage.PAUSED:
        return [MissingPart("resume", Role.VIRTUAL_SCHOOL, "The Virtual School paused this review and resumes it.")]
    return []


def everything_missing(plan: ReviewPlan, standing: Standing) -> list[MissingPart]:
    """What is owed at this stage, and what the sign-off would stumble over although all is complete and signed.

    Nobody is chased for the child's voice (B9), the agreed use of the grant (M5) or the receiving school (B3), but
    whoever looks at the case sees in time that they are missing (A6).
    """
    owed = missing_parts(plan, standing)
    if standing.stage not in BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}:
        return owed
    teacher = responsible(plan, Role.DESIGNATED_TEACHER)
    found = list(_receiving_setting(plan, standing))
    if not standing.voice_heard:
        sentence = "The child's own words are not on record yet: record what the child said before the sign-off."
        found.append(MissingPart("childs_voice", teacher, sentence))
    if plan.grant_eligible and not standing.grant_agreed:
        sentence = "The use of the grant was not agreed at the meeting: record the meeting again once it is."
        found.append(MissingPart("grant_agreed", teacher, sentence))
    return [*owed, *found]


def owed_by(plan: ReviewPlan, standing: Standing, role: Role) -> list[MissingPart]:
    """What one role owes at this stage."""
    return [part for part in missing_parts(plan, standing) if part.role is role]


def prepared(plan: ReviewPlan, standing: Standing) -> bool:
    """Whether the designated teacher has done everything that is due before the meeting (B5, B8, B14)."""
    return not list(_before_the_meeting(plan, standing))


def parts_to_complete(plan: ReviewPlan, standing: Standing) -> list[MissingPart]:
    """What still stands between this plan and its signatures, whatever the stage (A3, A5)."""
    return list(_to_complete(plan, standing))


def held_by(plan: ReviewPlan, standing: Standing) -> list[Role]:
    """Who holds the review: whoever owes something; with nothing owed before the meeting, both parties."""
    if standing.stage is Stage.PAYING:
        return [Role.FINANCE]
    if standing.stage is Stage.WAITING_FOR_DATE:
        return [Role.SOCIAL_WORKER]
    holding = {part.role for part in missing_parts(plan, standing)}
    if not holding and standing.stage in BEFORE_THE_MEETING:
        holding = set(parties(plan))
    return [role for role in Role if role in holding]


def has_submitted(standing: Standing, section: Section, role: Role, *, after_meeting: bool = False) -> bool:
    """Whether a party's version of a section stands; `after_meeting` asks for one that came after it."""
    return any(
        one.section is section and one.role is role and (one.after_meeting or not after_meeting)
        for one in standing.submitted
    )


def to_see_first(standing: Standing) -> list[str]:
    """What the Virtual School should see of the meeting before it signs off, as sentences (M2, M4)."""
    found = []
    if standing.without_meeting:
        found.append("This review did without a meeting.")
    if standing.confidential is False:
        found.append("The meeting's room was not confidential; its record says why.")
    if standing.actions_agreed == 0:
        found.append("The meeting agreed no actions with an owner and a date.")
    return found


def _to_look_at(standing: Standing) -> str:
    return " ".join(["The Virtual School's final sign-off is missing.", *to_see_first(standing)])


def _the_date() -> MissingPart:
    return MissingPart("meeting_date", Role.SOCIAL_WORKER, "The social worker has not arranged a date for the meeting.")


def _the_record(plan: ReviewPlan) -> Iterator[MissingPart]:
    for role in parties(plan):
        yield MissingPart("meeting_record", role, "It is not recorded whether the meeting took place.")


def _before_the_meeting(plan: ReviewPlan, standing: Standing) -> Iterator[MissingPart]:
    teacher = responsible(plan, Role.DESIGNATED_TEACHER)
    for section in due_before_the_meeting(plan):
        if not has_submitted(standing, section, teacher):
            yield MissingPart(section, teacher, f"The {section.in_words} section is due before the meeting.")
    yield from _check_of_targets(plan, standing)


def _receiving_setting(plan: ReviewPlan, standing: Standing) -> Iterator[MissingPart]:
    """The social worker is reminded of the receiving school or college while there is time to invite it (B3)."""
    if prepares_transition(plan) and not standing.receiving_setting_invited:
        sentence = "Nobody of the receiving school or college is invited to the meeting yet."
        yield MissingPart("receiving_setting", Role.SOCIAL_WORKER, sentence)


def _check_of_targets(plan: ReviewPlan, standing: Standing) -> Iterator[MissingPart]:
    teacher = responsible(plan, Role.DESIGNATED_TEACHER)
    if has_submitted(standing, Section.TARGETS, teacher) and not standing.targets_checked:
        sentence = "Pastoral staff drafted the targets; the designated teacher has not checked them."
        yield MissingPart("check_targets", teacher, sentence)


def _to_complete(plan: ReviewPlan, standing: Standing) -> Iterator[MissingPart]:
    for section in Section:
        if not is_needed(plan, section):
            continue
        for owner in owners(section):
            role = responsible(plan, owner)
            if not has_submitted(standing, section, role, after_meeting=section is Section.PREVIOUS_TARGETS):
                yield MissingPart(section, role, f"The {role.in_words}'s {section.in_words} section is missing.")
    yield from _check_of_targets(plan, standing)
    if not standing.next_meeting_settled:
        yield MissingPart("next_meeting", Role.SOCIAL_WORKER, "The social worker has not set the next meeting.")


def _returned(plan: ReviewPlan, standing: Standing) -> Iterator[MissingPart]:
    for part in standing.returned:
        sentence = f"The Virtual School returned the {part.section.in_words} section to the {part.role.in_words}."
        yield MissingPart(part.section, part.role, sentence)
    yield from _check_of_targets(plan, standing)


def _signatures(plan: ReviewPlan, standing: Standing) -> Iterator[MissingPart]:
    for role in signers(plan):
        if role not in standing.signed:
            yield MissingPart("signature", role, f"The {role.in_words}'s signature is missing.")
