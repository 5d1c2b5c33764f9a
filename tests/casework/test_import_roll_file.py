"""The roll: each fault is named with its line and in its own words, which never repeat a name (ACTS.md, Files)."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.csv_file import Checked
from casework.roll_file import COLUMNS, RollChild, RollPerson, RollSchool, check_roll
from tests.support.import_files import ANOTHER_CHILD, RIGHT_CHILD, as_csv, roll_of
from tests.support.sample import ROLL

TODAY = date(2026, 9, 1)
NO_ADDRESS = "not an e-mail address like name@school.example; use plain letters and digits, without accents or blanks."


def check(*changes: Mapping[str, str]) -> Checked[RollChild]:
    return check_roll(roll_of(*changes), {"oak"}, TODAY)


def faults(*changes: Mapping[str, str]) -> list[str]:
    return [str(fault) for fault in check(*changes).faults]


def warnings(*changes: Mapping[str, str]) -> list[str]:
    checked = check(*changes)
    assert checked.faults == ()
    return [str(warning) for warning in checked.warnings]


def test_a_right_row_is_read_whole() -> None:
    assert check({"social_worker_email": "Isla@Council.Example", "upn": "e860205021008"}).rows == (
        RollChild(
            line=2,
            ref="C001",
            given_name="Wilhelmina",
            family_name="Quackenbush",
            date_of_birth=date(2016, 5, 4),
            year_group="Y6",
            upn="E860205021008",
            entered_care_on=date(2021, 12, 23),
            school=RollSchool("900050", "Hazel Primary School", "oak"),
            designated_teacher=RollPerson("dt@hazel.example", "Amara Clarke"),
            social_worker=RollPerson("isla@council.example", "Isla Green"),
            team_manager=RollPerson("manager.south@council.example"),
            team="South team",
            grant_eligible=True,
        ),
    )


_NEEDED: tuple[str, ...] = (
    "child_ref",
    "given_name",
    "family_name",
    "date_of_birth",
    "year_group",
    "entered_care_on",
    "school_urn",
)
_NEEDED += ("school_name", "school_calendar", "designated_teacher", "social_worker", "team", "grant_eligible")


@pytest.mark.parametrize("column", _NEEDED)
def test_what_must_be_filled_in(column: str) -> None:
    assert faults({}, {**ANOTHER_CHILD, column: ""}) == [f"line 3: {column} is empty; fill it in."]


@pytest.mark.parametrize(
    ("column", "whose"),
    [
        ("designated_teacher_email", "designated teacher"),
        ("social_worker_email", "social worker"),
        ("team_manager_email", "team manager"),
    ],
)
def test_a_missing_address_says_whom_no_letter_can_reach(column: str, whose: str) -> None:
    assert faults({}, {**ANOTHER_CHILD, column: ""}) == [
        f"line 3: {column} is missing; without an address no letter can reach the {whose}."
    ]


@pytest.mark.parametrize("column", ["designated_teacher_email", "social_worker_email", "team_manager_email"])
@pytest.mark.parametrize(
    "address",
    [
        "somebody",
        "somebody@",
        "@council.example",
        "some body@council.example",
        "somebody@council",
        "somebody@council..example",
        "somebody@.example",
        "some..body@council.example",
        "somebody@council.example.",
        "a@b.example, c@d.example",
        "Somebody <somebody@council.example>",
        "sömebody@council.example",
        "somebody@council.1",
        f"{'s' * 250}@council.example",
    ],
)
def test_what_is_no_address(column: str, address: str) -> None:
    assert faults({column: address}) == [f"line 2: {column} is {NO_ADDRESS}"]


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\0", "\x7f", "\u2028", "\u200b", "\u202e"])
def test_an_address_with_an_invisible_character_is_refused(character: str) -> None:
    assert faults({"social_worker_email": f"a@council.example{character}bcc:b@other.example"}) == [
        "line 2: social_worker_email contains a line break, a tab or another invisible character; take it out.",
        f"line 2: social_worker_email is {NO_ADDRESS}",
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"child_ref": "C 2"},
            "child_ref must be at most 40 letters, digits, dots, hyphens or underscores without blanks.",
        ),
        (
            {"child_ref": "../2"},
            "child_ref must be at most 40 letters, digits, dots, hyphens or underscores without blanks.",
        ),
        (
            {"date_of_birth": "04/05/2016"},
            "date_of_birth is not a date of the calendar, written year-month-day like 2026-09-03.",
        ),
        (
            {"entered_care_on": "2021-02-29"},
            "entered_care_on is not a date of the calendar, written year-month-day like 2026-09-03.",
        ),
        ({"date_of_birth": "2026-09-02", "entered_care_on": "2026-09-02"}, "date_of_birth lies in the future."),
        (
            {"date_of_birth": "2000-09-01"},
            "date_of_birth is more than 25 years ago; a roll has children and young people only.",
        ),
        ({"entered_care_on": "2016-05-03"}, "entered_care_on lies before date_of_birth."),
        (
            {"year_group": "Y14"},
            "year_group must be one of N1, N2, R, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13.",
        ),
        ({"grant_eligible": "maybe"}, "grant_eligible must be one of yes, no."),
        (
            {"upn": "E86020502100"},
            "upn is not 13 characters long, a check letter (never I, O or S), 11 digits and a last digit or letter; "
            "look it up again.",
        ),
        (
            {"upn": "E860205021009"},
            "the check letter of the upn does not fit its digits, so a character is wrong; look it up again.",
        ),
        ({"school_urn": "Hazel"}, "school_urn must be the school's unique reference number, digits only."),
        (
            {"school_calendar": "elm", "school_urn": "900051"},
            "school_calendar is not known; known are oak; correct it, or import that school's term dates first.",
        ),
    ],
)
def test_each_fault_of_a_row_has_its_own_sentence(change: dict[str, str], sentence: str) -> None:
    assert faults({}, {**ANOTHER_CHILD, **change}) == [f"line 3: {sentence}"]


def test_the_oldest_and_the_youngest_who_may_be_on_a_roll() -> None:
    assert faults({"date_of_birth": "2000-09-02"}) == []
    assert faults({"date_of_birth": "2026-09-01", "entered_care_on": "2026-09-01"}) == []


def test_a_calendar_when_no_term_dates_are_known() -> None:
    assert [str(fault) for fault in check_roll(roll_of({}), (), TODAY).faults] == [
        "line 2: school_calendar is not known; no term dates are known yet, so import them first."
    ]


def test_many_known_calendars_are_not_all_named() -> None:
    known = [f"calendar-{number:02}" for number in range(40)]
    (fault,) = check_roll(roll_of({}), known, TODAY).faults
    assert fault.reason.count("calendar-") == 12
    assert "calendar-11 and others;" in fault.reason


def test_without_term_dates_at_hand_calendars_are_not_checked_and_it_is_said() -> None:
    checked = check_roll(roll_of({}), None, TODAY)
    assert checked.faults == ()
    assert [str(warning) for warning in checked.warnings] == [
        "line 1: the school calendars were not checked: no term dates are at hand."
    ]


def test_a_child_twice() -> None:
    assert faults({}, {**ANOTHER_CHILD, "child_ref": "C001"}) == [
        "line 3: this child_ref stands on line 2 already; a child has one row."
    ]


def test_a_upn_twice() -> None:
    assert faults({}, {**ANOTHER_CHILD, "upn": "e860205021008"}) == [
        "line 3: this upn stands on line 2 already; a upn belongs to one child."
    ]


def test_children_without_a_upn_do_not_share_one() -> None:
    assert faults({"upn": ""}, ANOTHER_CHILD) == []


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("school_name", "Hazel School", "another name"),
        ("school_calendar", "elm", "another calendar"),
        ("designated_teacher_email", "head@hazel.example", "another designated teacher"),
    ],
)
def test_a_school_that_differs_from_line_to_line(column: str, value: str, what: str) -> None:
    content = roll_of({}, {**ANOTHER_CHILD, column: value})
    assert [str(fault) for fault in check_roll(content, {"oak", "elm"}, TODAY).faults] == [
        f"line 3: this school_urn stands with {what} on line 2; correct one of the two."
    ]


def test_what_is_only_a_warning() -> None:
    born_again = {"child_ref": "C003", "upn": ""}
    assert warnings(
        {},
        {**ANOTHER_CHILD, "upn": "N999000000000"},
        born_again,
        {"child_ref": "quackenbush-1", "upn": "", "given_name": "Ada", "social_worker": "Isla Greene"},
        {"child_ref": "C005", "upn": "", "given_name": "Ada-Maria", "entered_care_on": "2026-09-02"},
    ) == [
        "line 3: the local authority in the upn (its characters 2 to 4) is not one of England or Wales that we know.",
        "line 4: a child of the same names and date of birth is on line 2 already; look whether it is the same.",
        "line 5: child_ref contains the child's name; it will be seen in payment files, so choose one that does not.",
        "line 5: the address in social_worker_email stands with another name on line 2; only one is kept.",
        "line 6: entered_care_on lies in the future; look whether that is meant.",
    ]


def test_a_roll_of_last_years_year_groups_is_worth_a_warning() -> None:
    known = {"staffordshire", "widmer-end", "shade", "phsg", "kayes", "saint-gregorys"}
    checked = check_roll(ROLL, known, date(2027, 9, 1))
    assert [str(warning) for warning in checked.warnings] == [
        "line 1: 32 of 32 children are in another year group than children of their age are in 2027/28; "
        "is this the roll of another academic year?"
    ]
    assert check_roll(ROLL, known, date(2027, 9, 1), "2026/27").warnings == ()


NO_PLACE = dict.fromkeys(("school_urn", "school_name", "designated_teacher", "designated_teacher_email"), "")


def test_a_row_without_school_and_teacher_is_a_child_without_a_school_place() -> None:
    placed, without = check({}, {**ANOTHER_CHILD, **NO_PLACE}).rows
    assert (placed.has_school_place, without.has_school_place) == (True, False)
    assert (without.school, without.designated_teacher) == (RollSchool("none-oak", "No school place", "oak"), None)
    assert without.social_worker == placed.social_worker
    assert (
        warnings({}, {**ANOTHER_CHILD, **NO_PLACE}, {**NO_PLACE, "child_ref": "C003", "upn": "", "given_name": "B"})
        == []
    )


def test_a_child_without_a_school_place_still_goes_by_a_calendar() -> None:
    assert faults({}, {**ANOTHER_CHILD, **NO_PLACE, "school_calendar": ""}) == [
        "line 3: school_calendar is empty; fill it in."
    ]
    assert faults({}, {**ANOTHER_CHILD, **NO_PLACE, "school_calendar": "elm"}) == [
        "line 3: school_calendar is not known; known are oak; correct it, or import that school's term dates first."
    ]


@pytest.mark.parametrize("filled", NO_PLACE)
def test_one_of_the_four_alone_asks_for_the_other_three(filled: str) -> None:
    missing = {
        "school_urn": "school_urn is empty; fill it in.",
        "school_name": "school_name is empty; fill it in.",
        "designated_teacher_email": (
            "designated_teacher_email is missing; without an address no letter can reach the designated teacher."
        ),
        "designated_teacher": "designated_teacher is empty; fill it in.",
    }
    row = {**ANOTHER_CHILD, **NO_PLACE, filled: RIGHT_CHILD[filled]}
    assert faults({}, row) == [f"line 3: {sentence}" for column, sentence in missing.items() if column != filled]


def test_several_faults_of_a_line_are_named_together() -> None:
    assert [fault.split(":")[0] for fault in faults({"upn": "x", "team": "", "grant_eligible": ""})] == ["line 2"] * 3


@given(st.integers(1, len(COLUMNS) - 1), st.permutations(list(RIGHT_CHILD.values())))
def test_no_sentence_repeats_a_childs_name_wherever_it_slipped(by: int, mixed: list[str]) -> None:
    values = list(RIGHT_CHILD.values())
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in (values[by:] + values[:by], mixed)]
    checked = check_roll(as_csv(COLUMNS, rows), {"oak"}, TODAY)
    sentences = " ".join(str(fault) for fault in (*checked.faults, *checked.warnings)).lower()
    assert sentences
    assert not any(name in sentences for name in ("wilhelmina", "quackenbush", "2016-05-04"))
