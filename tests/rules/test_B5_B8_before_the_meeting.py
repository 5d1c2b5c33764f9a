"""B5, B8, B15: what the designated teacher completes before the meeting, and what a reminder names as missing."""

from contracts.review import Section, Stage
from rules.missing import prepared
from tests.support.review_stages import completing, meeting_due, preparing
from tests.support.reviews import DT, MEETING, SW, VS, held_on, outcomes, plan_of, targets

SECOND_PEP = plan_of(follows_a_pep=True)


def test_B5_B8_targets_and_attainment_are_due_before_the_meeting() -> None:
    case = preparing()
    assert case.missing == [("attainment", DT), ("targets", DT)]
    assert not prepared(case.plan, case.standing)
    assert case.missing_parts[1].sentence == "The targets section is due before the meeting."


def test_B5_B8_with_both_submitted_nothing_is_missing_before_the_meeting() -> None:
    case = preparing()
    case.submits(DT, Section.ATTAINMENT)
    assert case.missing == [("targets", DT)]
    case.submits(DT, Section.TARGETS)
    assert case.missing == []
    assert prepared(case.plan, case.standing)


def test_B5_a_section_that_is_missing_does_not_stop_the_meeting_and_stays_missing_after_it() -> None:
    case = preparing().on(MEETING)
    case.does(DT, "record_meeting", **held_on(MEETING))
    assert case.standing.stage is Stage.COMPLETING
    assert {("attainment", DT), ("targets", DT)} <= set(case.missing)


def test_B5_the_virtual_school_prepares_where_there_is_no_school_place() -> None:
    case = preparing(plan_of(has_school_place=False))
    assert case.missing == [("attainment", VS), ("targets", VS)]
    case.submits(VS, Section.ATTAINMENT)
    case.submits(VS, Section.TARGETS)
    assert case.missing == []


def test_B5_targets_may_still_be_written_before_a_date_is_arranged() -> None:
    case = preparing()
    case.does(DT, "record_meeting", held=False, reason="No room.")
    assert case.rules_of(DT, Section.TARGETS, targets()) == []


def test_B15_new_targets_are_refused_before_previous_ones_have_outcomes() -> None:
    case = preparing(SECOND_PEP)
    assert case.rules_of(DT, Section.TARGETS, targets()) == ["B15"]
    case.submits(DT, Section.PREVIOUS_TARGETS)
    assert case.rules_of(DT, Section.TARGETS, targets()) == []


def test_B15_a_first_pep_has_no_previous_targets() -> None:
    case = preparing()
    assert case.rules_of(DT, Section.TARGETS, targets()) == []
    assert case.rules_of(DT, Section.PREVIOUS_TARGETS, outcomes()) == ["ORDER"]


def test_B15_outcomes_are_the_designated_teachers_before_the_meeting_and_both_parties_after_it() -> None:
    case = preparing(SECOND_PEP)
    assert case.missing[0] == ("previous_targets", DT)
    refusal = case.refusal(SW, "submit", section="previous_targets", content=outcomes())
    assert list(refusal) == ["ROLE"]
    assert "after it, both do" in refusal["ROLE"]
    after = completing(SECOND_PEP)
    assert after.rules_of(SW, Section.PREVIOUS_TARGETS, outcomes()) == []
    assert after.rules_of(DT, Section.PREVIOUS_TARGETS, outcomes()) == []


def test_B15_the_social_workers_outcomes_do_not_stand_for_the_teachers() -> None:
    case = preparing(SECOND_PEP).on(MEETING)
    case.does(DT, "record_meeting", **held_on(MEETING))
    case.submits(SW, Section.PREVIOUS_TARGETS)
    assert case.rules_of(DT, Section.TARGETS, targets()) == ["B15"]


def test_M1_after_the_meeting_both_submit_the_previous_targets_again() -> None:
    case = completing(SECOND_PEP)
    assert [part for part in case.missing if part[0] == "previous_targets"] == [
        ("previous_targets", SW),
        ("previous_targets", DT),
    ]
    case.submits(DT, Section.PREVIOUS_TARGETS)
    case.submits(SW, Section.PREVIOUS_TARGETS)
    assert not [part for part in case.missing if part[0] == "previous_targets"]


def test_M3_targets_that_the_meeting_redefined_are_written_again() -> None:
    case = meeting_due()
    case.does(DT, "record_meeting", **held_on(MEETING, targets_agreed="redefined"))
    assert ("targets", DT) in case.missing
    case.submits(DT, Section.TARGETS)
    assert ("targets", DT) not in case.missing
    assert case.submitted(Section.TARGETS)[0].revision == case.standing.revision


def test_a_new_version_replaces_the_one_before() -> None:
    case = preparing()
    case.submits(DT, Section.ATTAINMENT)
    case.submits(DT, Section.ATTAINMENT)
    (version,) = case.submitted(Section.ATTAINMENT)
    assert version.revision == case.standing.revision == 4
