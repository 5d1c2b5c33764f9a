"""Who and where: another person, another school, leaving care, colleagues who draft (PROCESS.md, Edge cases, B14)."""

from collections.abc import Sequence
from typing import Any

from contracts.people import Role
from contracts.review import Section
from rules.sections import owners
from store.calendars import all_calendars
from web.epep.asking import Asked, not_theirs
from web.epep.desk import Desk
from web.forms.fields import Choice, Field, Kind

_HANDED_OVER = (
    Role.SOCIAL_WORKER,
    Role.DESIGNATED_TEACHER,
    Role.TEAM_MANAGER,
    Role.PASTORAL,
    Role.CARER,
    Role.YOUNG_PERSON,
)
_RED = tuple(section for section in Section if Role.SOCIAL_WORKER not in owners(section, after_meeting=False))
_ALL = "all"
_OF_A_SCHOOL = ("school", "calendar", "designated_teacher", "email")


async def change_person(desk: Desk) -> Asked:
    """Somebody else takes over a role."""
    roles = tuple(Choice(role.value, role.in_words.capitalize()) for role in _HANDED_OVER)
    return Asked(
        key="change_person",
        action="change_person",
        title="Hand over to somebody else",
        parts=(
            Field("role", "Which role?", Kind.SELECT, choices=roles),
            Field("name", "Who takes it over?", Kind.LINE, "First name and family name."),
            Field("email", "Their email address", Kind.EMAIL, "Letters go to it, and they sign in with it."),
            Field("from", "From which day?", Kind.DAY),
        ),
        button="Hand over",
        by=desk.may("change_person"),
        lead="From that day letters go to the new person, and whoever had the role before no longer sees this child's "
        "plan. Deadlines and signatures stay as they are.",
        destructive=True,
    )


async def change_school(desk: Desk) -> Asked:
    """The child moves to another school, or has no place."""
    title, by = "Change of school", desk.may("change_school")
    if not by:
        return not_theirs("change_school", "change_school", title)
    return Asked(
        key="change_school",
        action="change_school",
        title=title,
        parts=_of_a_move(await _calendars(desk)),
        button="Change the school",
        by=by,
        lead="From that day the new school's term dates hold, and its designated teacher takes over. The targets and "
        "what the child said go with the child. The old school no longer sees the plan. Without a school place the "
        "Virtual School does the designated teacher's part.",
        as_act=_without_school_where_there_is_none,
        destructive=True,
    )


def _of_a_move(calendars: tuple[Choice, ...]) -> tuple[Field, ...]:
    return (
        Field("has_place", "Does the child have a school place from then on?", Kind.YES_NO),
        Field("from", "From which day?", Kind.DAY),
        Field("school", "The new school", Kind.LINE, "Its name, or its unique reference number.", needed=False),
        Field("calendar", "Whose term dates does it follow?", Kind.SELECT, choices=calendars, needed=False),
        Field("designated_teacher", "Name of its designated teacher", Kind.LINE, needed=False),
        Field("email", "The designated teacher's email address", Kind.EMAIL, needed=False),
    )


async def _calendars(desk: Desk) -> tuple[Choice, ...]:
    known = await all_calendars(desk.session)
    return tuple(Choice(code, known[code].name) for code in sorted(known, key=lambda code: known[code].name.lower()))


def _without_school_where_there_is_none(answers: dict[str, Any]) -> dict[str, Any]:
    """Without a place everything about a school is left out; with one a school that is left empty is a fault, not the
    same as none."""
    act = {name: value for name, value in answers.items() if name != "has_place"}
    if answers.get("has_place"):
        return {"school": "", **act}
    return {name: value for name, value in act.items() if name not in _OF_A_SCHOOL}


async def leave_care(desk: Desk) -> Asked:
    """The child is no longer looked after."""
    return Asked(
        key="leave_care",
        action="leave_care",
        title="The child is no longer looked after",
        parts=(
            Field("on", "From which day?", Kind.DAY),
            Field("reason", "Why?", hint="For example: went home, was adopted, turned 18."),
        ),
        button="The child has left care",
        by=desk.may("leave_care"),
        lead="From that day every plan of this child is over: nobody is reminded, and no further grant is released. "
        "What was written stays on record.",
        destructive=True,
    )


async def delegate(desk: Desk) -> Asked:
    """A colleague may draft what is red."""
    parts = (
        Field("to", "Your colleague's email address", Kind.EMAIL, _same_domain(desk)),
        Field("section", "What may they draft?", Kind.CHOICE, choices=_what_may_be_drafted(_RED)),
    )
    return Asked(
        key="delegate",
        action="delegate",
        title="Let a colleague draft",
        parts=parts,
        button="Let them draft",
        by=desk.may("delegate"),
        lead="They see the school's part of this child's plan and can write it. Targets that they draft wait until you "
        "have checked them: only a teacher sets targets.",
        as_act=_all_or_one,
    )


def _same_domain(desk: Desk) -> str:
    """Said before it is refused: only colleagues of the designated teacher's own mail domain."""
    domain = desk.visitor.email.rpartition("@")[2]
    if Role.DESIGNATED_TEACHER not in desk.roles or not domain:
        return "It must end as the designated teacher's own address does."
    return f"It must end as your own does: @{domain}"


def _what_may_be_drafted(red: Sequence[Section]) -> tuple[Choice, ...]:
    every = Choice(_ALL, "All the red sections of this child")
    return (every, *(Choice(section.value, f"Only {section.in_words}") for section in red))


def _all_or_one(answers: dict[str, Any]) -> dict[str, Any]:
    act = {name: value for name, value in answers.items() if name != "section"}
    return {**act, "child": True} if answers.get("section") == _ALL else {**act, "section": answers.get("section")}


FORMS = {
    "change-person": change_person,
    "change-school": change_school,
    "leave-care": leave_care,
    "delegate": delegate,
}
