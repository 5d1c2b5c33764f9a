"""Who sees what of a plan (PROCESS.md, People and what they may do): the list, role by role."""

import pytest

from contracts.people import Role
from contracts.review import Section
from rules.sharing import EVERYTHING, Part, Share, share_of

SOCIAL_CARE = {Section.ABOUT_CHILD, Section.CARE_AND_VIEWS}
PROFESSIONALS = (
    Role.SOCIAL_WORKER,
    Role.DESIGNATED_TEACHER,
    Role.VIRTUAL_SCHOOL,
    Role.VIRTUAL_SCHOOL_HEAD,
    Role.TEAM_MANAGER,
)


@pytest.mark.parametrize("role", PROFESSIONALS)
def test_those_who_answer_for_the_plan_see_all_of_it(role: Role) -> None:
    share = share_of({role})
    assert share == EVERYTHING
    assert (share.sections, share.parts) == (frozenset(Section), frozenset(Part))


def test_pastoral_staff_see_what_the_school_writes_and_no_social_care() -> None:
    share = share_of({Role.PASTORAL})
    assert share.sections == {
        Section.ATTAINMENT,
        Section.PREVIOUS_TARGETS,
        Section.TARGETS,
        Section.ATTENDANCE_AND_SUPPORT,
        Section.GRANT,
    }
    assert not share.parts & {Part.RECORD, Part.SIGN_OFF, Part.FUNDING}
    assert not share.views_of


@pytest.mark.parametrize("role", [Role.CARER, Role.YOUNG_PERSON])
def test_carer_and_young_person_see_the_targets_and_their_own_views(role: Role) -> None:
    share = share_of({role})
    assert share == Share(frozenset({Section.TARGETS}), views_of=frozenset({role}))


def test_the_iro_sees_the_targets() -> None:
    assert share_of({Role.IRO}) == Share(frozenset({Section.TARGETS}))


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATOR, Role.HEAD_TEACHER])
def test_finance_operator_and_who_only_gets_letters_see_nothing(role: Role) -> None:
    assert not share_of({role})


def test_somebody_without_a_role_sees_nothing() -> None:
    assert not share_of(())


def test_social_care_sections_belong_to_professionals() -> None:
    seeing = {role for role in Role if share_of({role}).sections & SOCIAL_CARE}
    assert seeing == set(PROFESSIONALS)


def test_somebody_with_two_roles_sees_what_either_does() -> None:
    assert share_of({Role.FINANCE, Role.SOCIAL_WORKER}) == EVERYTHING
    both = share_of({Role.CARER, Role.PASTORAL})
    assert both.sections == share_of({Role.PASTORAL}).sections
    assert both.views_of == {Role.CARER}
