"""What a roll says that the roll before it did not: only that is applied, so that an old roll undoes no act.

Three sides are compared, as when texts are merged: the last roll, this roll, and the case as acts have left it.
"""

from collections.abc import Mapping
from typing import Any

from casework.roll_file import RollChild, RollPerson
from contracts.people import Role

SCHOOL, ELIGIBLE = "school_urn", "grant_eligible"
ROLL_ROLES = (Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.TEAM_MANAGER)
"""The roles that a roll gives. All others on a case are left alone."""


def people_of(child: RollChild) -> dict[Role, RollPerson]:
    """Who plays the roll's roles for a child; nobody is the designated teacher of one without a school place."""
    people = zip(ROLL_ROLES, (child.social_worker, child.designated_teacher, child.team_manager), strict=True)
    return {role: person for role, person in people if person is not None}


def said_of(child: RollChild) -> dict[str, Any]:
    """What a roll says of a child that is kept until the next one: school, addresses by role, eligibility."""
    addresses = {role.value: person.email for role, person in people_of(child).items()}
    return {SCHOOL: child.school.urn, ELIGIBLE: child.grant_eligible, **addresses}


def news_in(before: Mapping[str, Any] | None, said: Mapping[str, Any], present_school: str | None) -> frozenset[str]:
    """The names of what is to be applied. `before` is None where no roll was kept yet: then everything is.

    A school comes and goes with its designated teacher. The teacher of a school that the child has left by an act is no
    news.
    """
    if before is None:
        return frozenset({*said, Role.DESIGNATED_TEACHER.value})
    news = {name for name, value in said.items() if before.get(name) != value}
    if SCHOOL in news:
        news.add(Role.DESIGNATED_TEACHER.value)
    elif said[SCHOOL] != present_school:
        news.discard(Role.DESIGNATED_TEACHER.value)
    return frozenset(news)
