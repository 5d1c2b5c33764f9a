"""The table of ACTS.md decides who may do what, whoever asks and at whatever stage."""

from typing import Any

from contracts.people import ACTING_ROLES, Role
from rules.decide import WHO_MAY
from tests.web.door import A_SCHOOL_DAY, CHILD, SOCIAL_WORKER, Door

SW, DT, VS, TM = Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL, Role.TEAM_MANAGER
CARER, YOUNG = Role.CARER, Role.YOUNG_PERSON
ACTS: dict[str, tuple[dict[str, Any], set[Role]]] = {
    "arrange_meeting": ({"on": A_SCHOOL_DAY}, {SW, VS}),
    "agree_date": ({"agreed": True}, {DT}),
    "move_meeting": ({"on": A_SCHOOL_DAY, "reason": "A hearing."}, {SW, DT, VS}),
    "invite": ({"kind": "carer"}, {SW, DT}),
    "record_meeting": ({"held": False, "reason": "No room."}, {SW, DT}),
    "record_voice": ({"words": "I like maths."}, {SW, DT}),
    "delegate": ({"to": "pastoral@school.example"}, {DT}),
    "check_targets": ({}, {DT}),
    "next_meeting": ({"none": True, "reason": "Leaves care."}, {SW}),
    "sign": ({}, {SW, DT}),
    "proxy_sign": ({"for": "social_worker", "reason": "Ill."}, {VS, TM}),
    "return": ({"parts": ["targets"], "reasons": "No measure."}, {VS}),
    "sign_off": ({}, {VS}),
    "answer_invitation": ({"answer": "yes"}, {SW, DT, VS, CARER, YOUNG}),
    "raise_concern": ({"target": 1, "words": "No tutor came."}, {SW, DT, Role.PASTORAL, CARER}),
    "check_in": ({"target": 1, "on_track": True, "words": "Reads well."}, {DT}),
    "apply_for_funding": ({"pence": 100, "why": "A tutor.", "targets": [1]}, {SW, DT}),
    "decide_funding": ({"application": "1", "agreed": False, "pence": 0, "reason": "No."}, {VS}),
    "give_views": ({"words": "I like maths."}, {CARER, YOUNG}),
    "agree": ({}, {CARER, YOUNG}),
    "change_school": ({"from": A_SCHOOL_DAY}, {SW, VS}),
    "change_person": (
        {"role": "carer", "name": "A B", "email": "carer@home.example", "from": A_SCHOOL_DAY},
        {VS, TM},
    ),
    "leave_care": ({"on": A_SCHOOL_DAY, "reason": "Adopted."}, {SW, VS}),
    "review_without_meeting": ({"reason": "Asked for."}, {VS}),
    "correct": ({"act": "1", "reason": "A mistake."}, {VS}),
    "reopen": ({"reason": "A mistake."}, {VS}),
    "pause": ({"reason": "Missing."}, {VS}),
    "resume": ({"reason": "Back."}, {VS}),
}
"""An act of each kind, and who may do it as ACTS.md has it. `submit` depends on the section."""
SECTIONS: dict[str, set[Role]] = {
    "about_child": {SW},
    "care_and_views": {SW},
    "attainment": {DT},
    "attendance_and_support": {DT},
    "targets": {DT},
    "grant": {DT},
    "previous_targets": {SW, DT},
    "voice": {SW, DT},
    "transition": {SW, DT},
}


def test_every_act_that_is_taken_is_in_this_table() -> None:
    assert set(WHO_MAY) == {*ACTS, "submit"}


async def test_each_act_is_refused_to_each_role_that_may_not_do_it(door: Door) -> None:
    await door.sign_in(VS, await door.everybody())
    before, kept = await door.case(), await door.rows()
    for action, (fields, allowed) in ACTS.items():
        for role in set(ACTING_ROLES) - allowed:
            await refused_to(door, role, action=action, **fields)
    assert (await door.case(), await door.rows()) == (before, kept)


async def test_A2_each_section_is_refused_to_each_role_whose_it_is_not(door: Door) -> None:
    await door.sign_in(VS, await door.everybody())
    kept = await door.rows()
    for section, owners in SECTIONS.items():
        for role in {SW, DT, VS, Role.PASTORAL, Role.CARER} - owners:
            await refused_to(door, role, action="submit", section=section, content={"words": "Invented."})
    assert await door.rows() == kept


async def refused_to(door: Door, by: Role, /, **act: Any) -> None:
    answer = await door.act(by=by.value, **act)
    assert (answer.status_code, answer.json()["rules"]) == (403, ["ROLE"]), (by, act)


async def test_whoever_may_is_not_refused_for_their_role(door: Door) -> None:
    await door.sign_in(VS, await door.everybody())
    for action, (fields, allowed) in ACTS.items():
        for role in allowed:
            answer = await door.act(by=role.value, action=action, **fields)
            assert answer.status_code in (200, 409), (role, action, answer.json())


async def test_a_role_that_the_person_does_not_have_on_this_case_is_refused(door: Door) -> None:
    for action, (fields, allowed) in ACTS.items():
        for role in allowed - {SW}:
            await refused_to(door, role, action=action, **fields)


async def test_a_role_on_one_case_is_none_on_another(door: Door) -> None:
    """The social worker of C010 is also the team manager of C001, and there no social worker."""
    await door.open("C001")
    await door.put(SOCIAL_WORKER, TM, "C001")
    assert (await door.arrange("C001")).status_code == 403
    assert (await door.arrange(CHILD)).status_code == 200
