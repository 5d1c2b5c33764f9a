"""Plans, standings and acts of one invented review, for tests of the rules with plain values.

The school is Staffordshire's: the autumn term 2026/27 goes from Thursday 3 September to Friday 18 December, with half
term from 26 to 30 October and Friday 27 November as its latest safe date.
"""

from dataclasses import replace
from datetime import date, datetime, time
from itertools import count
from typing import Any, Self

from contracts.calendar import TermName
from contracts.clock import at_london, london_date
from contracts.people import Role
from contracts.policy import Policy
from contracts.review import MissingPart, ReviewPlan, Section, Standing, Submitted
from rules.decide import Accepted, Situation, decide
from rules.findings import Finding
from rules.forms import AnyForm, read
from rules.missing import missing_parts
from rules.progress import as_of, opened
from tests.support.calendars import calendar, term

SW, DT, VS = Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL
PASTORAL, MANAGER = Role.PASTORAL, Role.TEAM_MANAGER
SCHOOL = calendar("staffordshire")
AUTUMN = term(SCHOOL, "2026/27", TermName.AUTUMN)
SPRING = term(SCHOOL, "2026/27", TermName.SPRING)
SUMMER = term(SCHOOL, "2026/27", TermName.SUMMER)
LATEST_SAFE = date(2026, 11, 27)
MEETING = date(2026, 10, 14)
"""A Wednesday in the middle of term, on which these reviews meet."""
NEXT_MEETING = date(2027, 1, 20)
ALL_RED = frozenset({Section.ATTAINMENT, Section.TARGETS, Section.ATTENDANCE_AND_SUPPORT, Section.GRANT})
TO_COMPLETE = (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS, Section.ATTENDANCE_AND_SUPPORT, Section.GRANT)
_numbers = count(1)


def at(day: str | date, hour: str = "10:00") -> datetime:
    """The UTC instant of a London time."""
    return at_london(date.fromisoformat(day) if isinstance(day, str) else day, time.fromisoformat(hour))


def plan_of(**changes: Any) -> ReviewPlan:
    """The autumn review of a child in Y8, eligible for the grant, with their first PEP."""
    plan = ReviewPlan(
        case_id="case",
        review_id="case-2026-27-autumn",
        term=AUTUMN,
        calendar=SCHOOL,
        policy=Policy(),
        year_group="Y8",
        grant_eligible=True,
        follows_a_pep=False,
        reminds_of_receiving_setting=True,
    )
    return replace(plan, **changes)


def act_of(by: Role, action: str, **fields: Any) -> dict[str, Any]:
    """An act as a door gives it, with an id of its own; at one instant, by its id, a later act is the later one."""
    return {"id": f"act-{next(_numbers):06}", "action": action, "by": by.value, **fields}


def form_of(by: Role, action: str, **fields: Any) -> AnyForm:
    form = read(act_of(by, action, **fields))
    assert not isinstance(form, list), form
    return form


def faults_of_form(by: Role, action: str, **fields: Any) -> list[Finding]:
    form = read(act_of(by, action, **fields))
    return form if isinstance(form, list) else []


def target(number: int, **changes: Any) -> dict[str, Any]:
    """A target that keeps every rule, for any child and any school year."""
    kind = "academic" if number < 3 else "social_emotional"
    return {
        "number": number,
        "kind": kind,
        "subject": "maths",
        "what": "multiply fractions",
        "measure": "8 of 10 right",
        "by": "2026-11-20",
        "who": "maths teacher",
        "how_often": "weekly",
        "strategies": [{"what": "small group", "kind": "pupil_premium"}],
        "evidence": "a marked test",
        "drafted_with": ["the maths teacher"],
        "childs_words": "I want to be quicker.",
        "covers": ["homework", "careers", "transition"],
        **changes,
    }


def targets(*changed: dict[str, Any]) -> dict[str, Any]:
    """The content of a targets section that keeps every rule, but for the targets that are given."""
    instead = {one["number"]: one for one in changed}
    return {"targets": [instead.get(number) or target(number) for number in (1, 2, 3)]}


def grant(*pence: int) -> dict[str, Any]:
    return {"lines": [{"target": 1, "what": "a tutor", "pence": amount} for amount in pence]}


def outcomes() -> dict[str, Any]:
    return {"outcomes": [{"number": number, "outcome": "met", "impact": "reads more"} for number in (1, 2, 3)]}


def content_of(section: Section, pence: int = 30_000) -> dict[str, Any]:
    """Content of a section that keeps every rule."""
    contents = {Section.TARGETS: targets(), Section.GRANT: grant(pence), Section.PREVIOUS_TARGETS: outcomes()}
    return contents.get(section, {"words": "Invented for a test."})


def held_on(day: str | date, **changes: Any) -> dict[str, Any]:
    """The fields of a `record_meeting` of a meeting that was held as it should be."""
    return {
        "held": True,
        "on": str(day),
        "confidential": True,
        "young_person": "attended",
        "targets_agreed": "agreed",
        "grant_agreed": True,
        "actions": [{"what": "lend a laptop", "owner": "the SENCO", "by": "2026-11-02"}],
        **changes,
    }


class Case:
    """A review that people and the calendar move on. `standing` is how it stands, without letters being written."""

    def __init__(self, plan: ReviewPlan | None = None, now: datetime | None = None) -> None:
        self.plan = plan or plan_of()
        self.now = now or at(self.plan.term.first_day)
        self.standing: Standing = opened(self.plan, self.now)
        self.delegated: frozenset[Section] = frozenset()

    def on(self, day: str | date, hour: str = "10:00") -> Self:
        """It becomes that day, and the calendar changes what it changes by itself."""
        self.now = at(day, hour)
        self.standing = as_of(self.plan, self.standing, self.now)
        return self

    def decide(self, by: Role, action: str, **fields: Any) -> Accepted | list[Finding]:
        situation = Situation(self.delegated, frozenset({"school.example"}))
        return decide(self.plan, self.standing, form_of(by, action, **fields), self.now, situation)

    def does(self, by: Role, action: str, **fields: Any) -> Standing:
        """The act is accepted, and the review stands as the answer says."""
        decided = self.decide(by, action, **fields)
        assert isinstance(decided, Accepted), decided
        self.standing = decided.standing
        return decided.standing

    def signal(self, by: Role, action: str, **fields: Any) -> str | None:
        decided = self.decide(by, action, **fields)
        assert isinstance(decided, Accepted), decided
        self.standing = decided.standing
        return decided.signal

    def refusal(self, by: Role, action: str, **fields: Any) -> dict[str, str]:
        """The rules against an act, each with its sentences; nothing where it would be accepted."""
        decided = self.decide(by, action, **fields)
        if isinstance(decided, Accepted):
            return {}
        found: dict[str, str] = {}
        for finding in decided:
            found[finding.rule] = " ".join(filter(None, [found.get(finding.rule), finding.sentence]))
        return found

    def rules(self, by: Role, action: str, **fields: Any) -> list[str]:
        return list(self.refusal(by, action, **fields))

    def submits(self, by: Role, section: Section, **fields: Any) -> Standing:
        return self.does(by, "submit", section=section, content=fields.get("content") or content_of(section))

    def rules_of(self, by: Role, section: Section, content: dict[str, Any], **fields: Any) -> list[str]:
        """The rules against a submission."""
        return self.rules(by, "submit", section=section, content=content, **fields)

    @property
    def teacher(self) -> Role:
        return DT if self.plan.has_school_place else VS

    @property
    def missing(self) -> list[tuple[str, Role]]:
        return [(str(part.part), part.role) for part in self.missing_parts]

    @property
    def missing_parts(self) -> list[MissingPart]:
        return missing_parts(self.plan, self.standing)

    def submitted(self, section: Section) -> list[Submitted]:
        return [one for one in self.standing.submitted if one.section is section]

    @property
    def today(self) -> date:
        return london_date(self.now)
