"""The same child, school, dates and acts under five authorities come out as each of them publishes.

Numbers are policy (PROCESS.md). The school is Staffordshire's in 2026/27: autumn 3 September to 18 December with half
term from 26 to 30 October; spring 4 January to 25 March with half term from 15 to 19 February; summer 12 April to
21 July. Every date below was counted by hand.
"""

from dataclasses import replace
from datetime import date

import pytest

from casework.policy_file import SHIPPED, read_policy
from contracts.calendar import TermName
from contracts.policy import Cap, CutOff, Policy
from contracts.review import GrantState, ReviewPlan, Section, Stage
from rules.deadlines import deadlines
from rules.first_plan import first_plan
from rules.grant import term_cap
from rules.safe_dates import safe_date_of
from rules.sections import signers
from tests.support.calendars import term
from tests.support.review_stages import completing, prepared, signed_off, signing, with_virtual_school
from tests.support.reviews import DT, SCHOOL, SW, VS, Case, grant, held_on, plan_of, target, targets

ENFIELD, GATESHEAD, LANCASHIRE, COVENTRY, CAMBRIDGESHIRE = ALL = (
    "enfield",
    "gateshead",
    "lancashire",
    "coventry",
    "cambridgeshire",
)
AUTUMN, SPRING, SUMMER = TermName


def policy_of(authority: str) -> Policy:
    return read_policy((SHIPPED / f"{authority}-2026-27.toml").read_bytes()).policy


def plan(authority: str, year_group: str = "Y8", name: TermName = AUTUMN) -> ReviewPlan:
    return plan_of(policy=policy_of(authority), year_group=year_group, term=term(SCHOOL, "2026/27", name))


def each(*values: object) -> pytest.MarkDecorator:
    """One value for each authority, in their order."""
    return pytest.mark.parametrize(("authority", "expected"), list(zip(ALL, values, strict=True)))


@pytest.mark.parametrize(
    ("year_group", "name", "latest"),
    [
        # Enfield and Lancashire: 15 school days before the end of term. Gateshead: a week before 27 November and
        # 19 March, where that is earlier. Coventry: 3 weeks and 5 school days before 30 November, 14 March and 14 June.
        # Cambridgeshire: a week before 18 November, 3 March and 23 June.
        ("Y8", AUTUMN, ("2026-11-27", "2026-11-20", "2026-11-27", "2026-11-02", "2026-11-11")),
        ("Y8", SPRING, ("2027-03-04", "2027-03-04", "2027-03-04", "2027-02-12", "2027-02-24")),
        ("Y8", SUMMER, ("2027-06-30", "2027-06-30", "2027-06-30", "2027-05-17", "2027-06-16")),
        # Coventry's Reception, Y7 and Y11 are there by 31 October, Cambridgeshire's Y11 and Y13 by 12 May.
        ("Y11", AUTUMN, ("2026-11-27", "2026-11-20", "2026-11-27", "2026-09-25", "2026-11-11")),
        ("R", AUTUMN, ("2026-11-27", "2026-11-20", "2026-11-27", "2026-09-25", "2026-11-11")),
        ("Y11", SUMMER, ("2027-06-30", "2027-06-30", "2027-06-30", "2027-05-17", "2027-05-05")),
        ("Y13", SUMMER, ("2027-06-30", "2027-06-30", "2027-06-30", "2027-05-17", "2027-05-05")),
    ],
)
def test_M7_the_latest_safe_date(year_group: str, name: TermName, latest: tuple[str, ...]) -> None:
    found = tuple(safe_date_of(plan(authority, year_group, name)).on.isoformat() for authority in ALL)
    assert found == latest


@pytest.mark.parametrize(
    ("on", "refused_by"),
    [
        ("2026-11-02", ()),
        ("2026-11-03", (COVENTRY,)),
        ("2026-11-12", (COVENTRY, CAMBRIDGESHIRE)),
        ("2026-11-23", (GATESHEAD, COVENTRY, CAMBRIDGESHIRE)),
        ("2026-11-30", ALL),
    ],
)
def test_M7_the_same_date_is_arranged_or_refused(on: str, refused_by: tuple[str, ...]) -> None:
    rules = {authority: Case(plan(authority)).rules(SW, "arrange_meeting", on=on) for authority in ALL}
    assert rules == {authority: ["M7"] if authority in refused_by else [] for authority in ALL}


def test_M7_the_sentence_names_what_the_authority_counts() -> None:
    sentences = {
        authority: Case(plan(authority)).refusal(SW, "arrange_meeting", on="2026-12-02")["M7"] for authority in ALL
    }
    assert "the last 15 school days of a term" in sentences[ENFIELD]
    assert "cut-off on Friday 27 November 2026, and after the meeting that takes 7 days." in sentences[GATESHEAD]
    assert "the last 15 school days of a term" in sentences[LANCASHIRE]
    assert "cut-off on Monday 30 November 2026" in sentences[COVENTRY]
    assert "3 weeks to complete and 5 school days to sign off" in sentences[COVENTRY]
    assert "cut-off on Wednesday 18 November 2026" in sentences[CAMBRIDGESHIRE]


def test_M7_a_cut_off_is_of_its_own_year_only() -> None:
    """The next autumn's meeting is set before the next year's policy is there: last year's dates do not bind it."""
    last_year = replace(policy_of(GATESHEAD), cut_offs=(CutOff(AUTUMN, date(2025, 11, 28)),))
    assert safe_date_of(plan_of(policy=last_year)).on == date(2026, 11, 27)


@each("2026-10-21", "2026-10-21", "2026-10-28", "2026-11-04", "2026-10-21")
def test_A3_completion_is_due_after_a_meeting_before_half_term(authority: str, expected: str) -> None:
    """Held on Wednesday 14 October: 7 days; 10 working days, in half term too; 3 weeks."""
    case = completing(plan(authority))
    due = {deadline.name: deadline.on.isoformat() for deadline in deadlines(case.plan, case.standing)}
    assert due["completion"] == expected
    assert due["signatures"] == expected


@each("2027-03-24", "2027-03-24", "2027-04-02", "2027-04-07", "2027-03-24")
def test_A3_completion_is_due_after_a_meeting_before_Easter(authority: str, expected: str) -> None:
    """Held on Wednesday 17 March: working days leave out Good Friday and Easter Monday, 26 and 29 March."""
    case = Case(plan(authority, name=SPRING)).on("2027-03-17")
    case.does(DT, "record_meeting", **held_on("2027-03-17"))
    due = {deadline.name: deadline.on.isoformat() for deadline in deadlines(case.plan, case.standing)}
    assert due["completion"] == expected


@pytest.mark.parametrize(
    ("year_group", "name", "pence"),
    [
        ("Y8", AUTUMN, (50_000, 50_000, 55_000, 60_000, 50_000)),
        ("Y8", SUMMER, (50_000, 50_000, 61_000, 60_000, 50_000)),
        ("N2", AUTUMN, (50_000, 50_000, 55_000, 10_000, 50_000)),
        ("N2", SUMMER, (50_000, 50_000, 61_000, 10_000, 50_000)),
    ],
)
def test_M5_the_cap_of_a_term_by_year_group(year_group: str, name: TermName, pence: tuple[int, ...]) -> None:
    assert tuple(term_cap(plan(authority, year_group, name)) for authority in ALL) == pence


@pytest.mark.parametrize(
    ("pence", "refused_by"),
    [
        (50_000, ()),
        (50_001, (ENFIELD, GATESHEAD, CAMBRIDGESHIRE)),
        (55_001, (ENFIELD, GATESHEAD, LANCASHIRE, CAMBRIDGESHIRE)),
        (60_001, ALL),
    ],
)
def test_M5_the_same_lines_are_taken_or_refused(pence: int, refused_by: tuple[str, ...]) -> None:
    rules = {authority: completing(plan(authority)).rules_of(DT, Section.GRANT, grant(pence)) for authority in ALL}
    assert rules == {authority: ["M5"] if authority in refused_by else [] for authority in ALL}


def test_M5_a_cap_that_names_the_year_group_beats_one_that_names_the_term() -> None:
    both = Cap(3, ("Y8",), (AUTUMN,))
    caps = (Cap(1, terms=(AUTUMN,)), Cap(2, ("Y8", "Y9")), both)
    assert term_cap(plan_of(policy=Policy(caps=caps))) == 3
    assert term_cap(plan_of(policy=Policy(caps=caps[:2]))) == 2
    assert term_cap(plan_of(policy=Policy(caps=caps), year_group="Y7")) == 1
    assert term_cap(plan_of(policy=Policy(caps=caps), year_group="Y7", term=term(SCHOOL, "2026/27", SPRING))) == 50_000


def test_M5_the_refusal_names_the_authoritys_sum() -> None:
    refusal = completing(plan(COVENTRY, "N2")).refusal(DT, "submit", section="grant", content=grant(10_001))
    assert "the most for one term is £100:" in refusal["M5"]


@each(150_000, 150_000, 171_000, 180_000, 150_000)
def test_M5_the_cap_of_the_year(authority: str, expected: int) -> None:
    assert policy_of(authority).year_cap_pence == expected


@pytest.mark.parametrize("authority", ALL)
def test_B13_a_target_is_achievable_within_12_weeks_everywhere(authority: str) -> None:
    """No authority was found to say otherwise: 84 days after Wednesday 14 October are Wednesday 6 January."""
    case = prepared(plan(authority))
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, by="2027-01-06"))) == []
    assert case.rules_of(DT, Section.TARGETS, targets(target(1, by="2027-01-07"))) == ["B13"]


@pytest.mark.parametrize("authority", ALL)
def test_A4_both_parties_sign_and_nobody_else_everywhere(authority: str) -> None:
    case = signing(plan(authority))
    assert set(signers(case.plan)) == {SW, DT}
    case.does(SW, "sign")
    assert case.standing.stage is Stage.SIGNING
    assert case.does(DT, "sign").stage is Stage.VIRTUAL_SCHOOL


@each(Stage.PAYING, Stage.PAYING, Stage.PAYING, Stage.IN_FORCE, Stage.PAYING)
def test_A8_the_grant_of_a_plan_that_is_signed_off_after_its_term(authority: str, expected: Stage) -> None:
    case = with_virtual_school(plan(authority)).on("2026-12-21")
    assert case.standing.unfinished
    standing = case.does(VS, "sign_off")
    assert standing.stage is expected
    assert standing.grant is (GrantState.LAPSED if authority == COVENTRY else GrantState.RELEASING)


@pytest.mark.parametrize("authority", ALL)
def test_A8_in_term_the_grant_is_released_everywhere(authority: str) -> None:
    assert signed_off(plan(authority)).standing.grant is GrantState.RELEASING


def test_A8_a_late_plan_that_asked_for_nothing_has_nothing_to_lapse() -> None:
    case = completing(plan(COVENTRY)).on("2026-10-16")
    case.submits(DT, Section.GRANT, content=grant(0))
    for section in (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS, Section.VOICE):
        case.submits(SW, section)
    for section in (Section.ATTENDANCE_AND_SUPPORT, Section.VOICE):
        case.submits(DT, section)
    case.does(SW, "next_meeting", on="2027-01-20")
    case.does(SW, "sign")
    case.does(DT, "sign")
    assert case.on("2026-12-21").does(VS, "sign_off").grant is GrantState.NOTHING_ASKED


@each("2026-08-10", "2026-08-10", "2026-08-10", "2026-08-10", "2026-08-06")
def test_the_first_plan_of_a_child_who_enters_care_in_the_summer_holiday(authority: str, expected: str) -> None:
    """On Monday 27 July: 10 working days to 10 August; Cambridgeshire's 10 days to the 6th. It is available within 20
    working days, which Gateshead says are no school days: by 24 August, in the holiday.
    """
    first = first_plan(SCHOOL, policy_of(authority), date(2026, 7, 27))
    assert first is not None
    assert first.initial.in_holiday
    assert first.initial.due_on == date.fromisoformat(expected)
    assert first.initial.available_on == date(2026, 8, 24)
