"""The area of a roll: where a child of a rehearsal can move to."""

from rehearsal.area import read_area
from tests.support.import_files import ANOTHER_CHILD, roll_of

NO_PLACE = dict.fromkeys(("school_urn", "school_name", "designated_teacher", "designated_teacher_email"), "")
HIGH = {"child_ref": "C003", "year_group": "Y9", "school_urn": "900060", "school_name": "High School"}


def test_no_school_place_is_no_school_and_its_children_find_one_of_their_phase() -> None:
    area = read_area(
        roll_of({}, {**ANOTHER_CHILD, **NO_PLACE}, HIGH, {"child_ref": "C004", "year_group": "Y8"} | NO_PLACE)
    )
    assert [school.urn for school in area.schools] == ["900050", "900060"]
    assert [school.urn for school in area.others("C002")] == ["900050"]
    assert [school.urn for school in area.others("C004")] == ["900060"]
    assert area.others("C001") == [], "no other primary school"
    assert area.others("NOBODY") == []
