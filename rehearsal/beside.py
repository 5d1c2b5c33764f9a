"""What people do beside completing a plan: they invite and answer, say what they think, check in, change and leave."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from contracts.calendar import TermName
from contracts.clock import london_date
from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, Section, Stage
from rehearsal.area import NEW_TEACHER, NEW_WORKERS
from rehearsal.drawn import Drawn, Intention
from rules.spans import after

_SW, _DT, _VS = Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL
_SAID = "Invented for a rehearsal:"
_ANSWERS_AFTER = (2, 6)
_CAN_BE_PAUSED = {Stage.PREPARING, Stage.COMPLETING, Stage.SIGNING}


def beside(case: Drawn) -> Iterator[Intention]:
    """Everything of it that the people on this case mean to do as its review stands."""
    stage = case.standing.stage
    if stage is Stage.PAUSED:
        yield from _resume(case)
        return
    if stage is Stage.PREPARING:
        yield from _invite(case)
        yield from _give_views(case)
    if stage in BEFORE_THE_MEETING:
        yield from _do_without_a_meeting(case)
    if stage in _CAN_BE_PAUSED:
        yield from _pause(case)
    if stage in (Stage.SIGNING, Stage.VIRTUAL_SCHOOL):
        yield from _agree(case)
    if stage is Stage.IN_FORCE:
        yield from _between_two_meetings(case)
    yield from _people_change(case)
    yield from _the_child_moves(case)


def _invite(case: Drawn) -> Iterator[Intention]:
    """The carer answers for themselves; what a professional says is noted by the social worker."""
    if case.standing.invited_at is None:
        return
    asked = case.at_work(_SW, london_date(case.standing.invited_at) + timedelta(days=1))
    for kind, chance, answers in (
        ("carer", case.manners.invites_carer, Role.CARER),
        ("professional", case.manners.invites_professional, _SW),
    ):
        if case.happens(f"invite-{kind}", chance):
            email = f"{kind}@home.example"
            yield case.once(f"invite-{kind}", _SW, asked, "invite", kind=kind, name="Invented", email=email)
            if case.happens(f"answer-{kind}", case.manners.answers_invitation):
                day = case.after(f"answers-{kind}", asked, _ANSWERS_AFTER)
                comes = case.happens(f"comes-{kind}", 90)
                yield case.act(f"answer-{kind}", answers, day, "answer_invitation", answer=comes, kind=kind)


def _give_views(case: Drawn) -> Iterator[Intention]:
    meeting_on = case.standing.meeting_on
    for role in (Role.YOUNG_PERSON, Role.CARER):
        if meeting_on is not None and case.happens(f"views-{role}", case.manners.gives_views):
            day = meeting_on - timedelta(days=case.draw(f"views-on-{role}", (2, 12)))
            yield case.once(f"views-{role}", role, day, "give_views", words=f"{_SAID} the reading group helps.")


def _agree(case: Drawn) -> Iterator[Intention]:
    asked = london_date(case.standing.asked_at or case.standing.since)
    for role in (Role.YOUNG_PERSON, Role.CARER):
        if case.happens(f"agree-{role}", case.manners.agrees):
            day = case.after(f"agrees-{role}", asked, (0, 2))
            yield case.act(f"agree-{role}", role, day, "agree", words=f"{_SAID} yes.")


def _do_without_a_meeting(case: Drawn) -> Iterator[Intention]:
    if case.happens_this_year("without a meeting", case.manners.does_without_meeting):
        day = case.after("without-on", max(london_date(case.standing.since), case.plan.term.first_day), (7, 21))
        reason = f"{_SAID} the child has just settled in."
        yield case.once("without", _VS, day, "review_without_meeting", reason=reason)


def _pause(case: Drawn) -> Iterator[Intention]:
    if case.happens_this_year("pause", case.manners.pauses):
        yield case.once("pause", _VS, case.some_day("pause"), "pause", reason=f"{_SAID} the child is in hospital.")


def _resume(case: Drawn) -> Iterator[Intention]:
    paused = case.standing.paused_at
    if paused is not None:
        day = case.after("resume", london_date(paused), (5, 20))
        yield case.act(f"resume-{paused}", _VS, day, "resume", reason=f"{_SAID} the child is back.")


def _between_two_meetings(case: Drawn) -> Iterator[Intention]:
    since = london_date(case.standing.since)
    yield from _check_in(case)
    yield from _more_money(case, since)
    if case.happens("concern", case.manners.raises_concern):
        by = Role.CARER if case.happens("concern-of-the-carer", 40) else case.teacher
        day = case.after("concern-on", since, (5, 40))
        if by is not _VS:
            words = f"{_SAID} the club has ended."
            yield case.once("concern", by, day, "raise_concern", target=case.draw("concern-about", (1, 3)), words=words)
    if case.happens_this_year("reopen", case.manners.reopens):
        day = case.after("reopen-on", since, (5, 20))
        yield case.once("reopen", _VS, day, "reopen", reason=f"{_SAID} the sums were mixed up.")


def _check_in(case: Drawn) -> Iterator[Intention]:
    """When asked (A9), or of their own accord, half-way to the next meeting."""
    standing, asks = case.standing, case.plan.policy.check_in
    if standing.checked_in or standing.held_on is None or not _has_targets(case):
        return
    if asks is not None:
        asked, chance = after(case.plan.calendar, standing.held_on, asks), case.manners.checks_in_when_asked
    else:
        asked, chance = standing.held_on + timedelta(weeks=6), case.manners.checks_in_unasked
    if case.happens("check-in", chance):
        on_track = case.happens("on track", 90)
        words = f"{_SAID} {'four of five retellings' if on_track else 'absent too often'}."
        fields = {"target": case.draw("check-in-on", (1, 3)), "on_track": on_track, "words": words}
        day = case.after("checks-in", asked, (1, 6))
        told = {"strategies_in_place": True, "told_staff": True}
        yield case.act("check-in", case.teacher, day, "check_in", **fields, **told)


def _has_targets(case: Drawn) -> bool:
    return any(one.section is Section.TARGETS for one in case.standing.submitted)


def _more_money(case: Drawn, since: date) -> Iterator[Intention]:
    """An application and its decision: both are thought of at once, as the review does not show the first."""
    if not case.happens("funding", case.manners.applies_for_funding):
        return
    asked = case.at_work(_SW, case.after("funding-on", since, (5, 25)))
    applied, pence = f"funding-{case.plan.review_id}", case.draw("funding-pence", (3, 12)) * 10_000
    why = f"{_SAID} a course that starts in May."
    yield case.once("funding", _SW, asked, "apply_for_funding", id=applied, pence=pence, why=why, targets=[2])
    agreed = case.happens("funding-agreed", 75)
    decided: dict[str, Any] = {"agreed": agreed, "pence": pence if agreed else 0, "reason": f"{_SAID} decided."}
    day = case.after("funding-decided", case.slot(_SW, asked)[0], (2, 5))
    yield case.once("funding-decided", _VS, day, "decide_funding", application=applied, **decided)


def _people_change(case: Drawn) -> Iterator[Intention]:
    """A team manager says who takes over, mostly from that day on; the clocks run on."""
    chance = case.chance_of_year("social workers")
    drawn, manners = chance.randrange(100), case.manners
    often = 2 if drawn < manners.hands_over_twice else int(drawn < manners.hands_over_twice + manners.hands_over_once)
    terms, people = chance.sample(list(TermName), often), chance.sample(NEW_WORKERS, often)
    for term, newcomer in zip(terms, people, strict=True):
        if term is case.plan.term.name:
            yield _handed_over(case, Role.TEAM_MANAGER, _SW, newcomer)
    if case.teacher is _DT and case.happens_this_year("teacher", case.manners.changes_teacher):
        yield _handed_over(case, _VS, _DT, NEW_TEACHER)


def _handed_over(case: Drawn, by: Role, role: Role, newcomer: tuple[str, str]) -> Intention:
    day = case.some_day(f"handover-{role}")
    ahead = 7 if case.happens(f"ahead-{role}", 30) else 0
    holds = case.slot(by, day)[0] + timedelta(days=ahead)
    name, email = newcomer
    fields = {"role": role.value, "name": name, "email": email, "from": holds.isoformat()}
    return case.once(f"handover-{role}", by, day, "change_person", **fields)


def _the_child_moves(case: Drawn) -> Iterator[Intention]:
    """To another school of the roll, or out of care."""
    others = case.area.others(case.child)
    if others and case.happens_this_year("school", case.manners.changes_school):
        school, day = case.chance_of_year("which school").choice(others), case.some_day("school-on")
        holds = case.slot(_SW, day)[0] + timedelta(days=case.draw("school-from", (0, 14)))
        teacher = {"designated_teacher": school.designated_teacher, "email": school.email}
        fields = {"school": school.urn, "calendar": school.calendar, **teacher, "from": holds.isoformat()}
        yield case.once("school", _SW, day, "change_school", **fields)
    if case.happens_this_year("leave care", case.manners.leaves_care):
        day = case.some_day("leave-on")
        on = case.slot(_SW, day)[0] + timedelta(days=case.draw("leave-from", (0, 14)))
        yield case.once("leave", _SW, day, "leave_care", on=on.isoformat(), reason=f"{_SAID} adopted.")


def is_away(case: Drawn, role: Role) -> bool:
    """Whether somebody is away for long while the plan waits for their signature, so that another gives it."""
    return role in (_SW, _DT) and case.happens(f"away-{role}", case.manners.away)
