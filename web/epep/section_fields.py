"""What each section of the plan asks (ACTS.md, Sections). Words are always enough; the other fields help to find them.

They follow what a plan must hold: the Care Planning, Placement and Case Review (England) Regulations 2010, Schedule 1,
paragraph 2: history, attendance and conduct, achievements, special needs, arrangements, interests, the carer's part.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.review import Section
from web.forms.fields import Choice, Field, Kind, Lines, Part, choices_of

WORDS: Mapping[Section, tuple[Field, ...]] = {
    Section.ABOUT_CHILD: (
        Field("words", "What should everyone know about the child now?", needed=False, rows=5),
        Field("interests", "Interests and strengths", needed=False, hint="Clubs, sports, music, friends."),
        Field("history", "Schools and changes so far", needed=False, hint="Which, when, and why the child moved."),
    ),
    Section.CARE_AND_VIEWS: (
        Field("words", "Care arrangements that matter for school", needed=False, rows=5),
        Field("carers_part", "What the carer does for learning", needed=False, hint="Reading, homework, meetings."),
        Field("views", "Views of carer and parents", needed=False),
    ),
    Section.ATTAINMENT: (
        Field("words", "Where the child is now, and the progress since the last plan", needed=False, rows=6),
        Field("levels", "Levels or grades by subject", needed=False, hint="One subject a line is easiest to read."),
        Field("special_needs", "Special educational needs and support", needed=False),
    ),
    Section.ATTENDANCE_AND_SUPPORT: (
        Field("words", "Support in school, and how it works", needed=False, rows=5),
        Field("attendance", "Attendance this term", Kind.LINE, "For example 96 %, 3 late marks.", needed=False),
        Field("conduct", "Behaviour and suspensions", needed=False, hint="Say as well if there were none."),
    ),
    Section.VOICE: (
        Field("words", "What the child says, in their own words", needed=False, rows=5,
              example="“I like it when Miss reads with me. I want to be a vet. Maths is better where it is quiet.”"),
        Field("heard_how", "How the child was heard", Kind.LINE, "Who asked, when and how.", needed=False),
    ),
    Section.TRANSITION: (
        Field("words", "The plan for the move to the next school or college", needed=False, rows=5),
        Field("visits", "Visits and meetings with the receiving staff", needed=False),
    ),
}  # fmt: skip
"""Sections of words: nothing is demanded by the page, so that the rules say what is missing."""
_ABOUT = {
    Section.ABOUT_CHILD: "Written by the social worker. A few sentences are enough.",
    Section.CARE_AND_VIEWS: "Written by the social worker.",
    Section.ATTAINMENT: "Written by the designated teacher before the meeting, with the child's teachers.",
    Section.ATTENDANCE_AND_SUPPORT: "Written by the designated teacher within seven days of the meeting.",
    Section.VOICE: "Social worker and designated teacher each write what the child told them.",
    Section.TRANSITION: "Social worker and designated teacher each write their part of the move.",
    Section.TARGETS: "Three targets that can be reached within 12 weeks. Targets 1 and 2 are academic and drafted with "
    "the child's teachers; target 3 is centred on the child.",
    Section.GRANT: "What the grant buys, line by line, each for one of the targets.",
    Section.PREVIOUS_TARGETS: "What became of each target of the last plan. This comes first: it informs the new ones.",
}


def about(section: Section) -> str:
    """One sentence that says what a section is for and whose it is."""
    return _ABOUT[section]


def targets(transition: bool) -> tuple[Part, ...]:
    """Three targets, each SMART, with strategies (B6, B7, B10, B11, B13)."""
    themes = {"homework": "Homework", "careers": "Careers and aspirations"}
    themes |= {"transition": "The move to the next school or college"} if transition else {}
    strategies = Lines(
        "strategies",
        "Strategies and interventions",
        "Strategy",
        (
            Field("what", "What will be done", Kind.LINE),
            Field(
                "kind",
                "Paid for or given by",
                Kind.CHOICE,
                choices=choices_of(pupil_premium="Pupil premium", school="School", virtual_school="Virtual School"),
            ),
        ),
        most=20,
    )
    fields = (
        Field("kind", "Kind of target", Kind.CHOICE, needed=False,
              choices=choices_of(academic="Academic", social_emotional="Social or emotional (target 3 only)")),
        Field("subject", "Subject", Kind.LINE, needed=False),
        Field("what", "What will the child be able to do?", needed=False, rows=3,
              hint="Specific: one thing that can be seen.",
              example="Multiply two fractions and explain each step, in four of five questions."),
        Field("measure", "How will it be measured?", Kind.LINE, "Measurable: a test, a count, a level.", needed=False),
        Field("by", "By when?", Kind.DAY, "Within 12 weeks of the meeting.", needed=False),
        Field("who", "Who helps the child?", Kind.LINE, needed=False),
        Field("how_often", "How often?", Kind.LINE, "For example twice a week, 20 minutes.", needed=False),
        strategies,
        Field("evidence", "Which evidence will show its impact?", Kind.LINE, needed=False),
        Field("drafted_with", "Drafted with which teachers?", Kind.NAMES, "One a line. Targets 1 and 2 need one.",
              needed=False, rows=2),
        Field("childs_words", "The child's own words about it", needed=False, rows=2, hint="Target 3 needs them."),
        Field("covers", "This target covers", Kind.CHOICES, "The academic targets together cover all of these.",
              choices=tuple(Choice(value, label) for value, label in themes.items()), needed=False),
    )  # fmt: skip
    return (Lines("targets", "The three targets", "Target", fields, shown=3, fixed=True, numbered="number"),)


def grant(aims: Sequence[Choice]) -> tuple[Part, ...]:
    """Costed lines, each linked to a target (M5). `aims` are the targets by their numbers."""
    fields = (
        Field("target", "For which target?", Kind.CHOICE, choices=tuple(aims), whole_number=True),
        Field("what", "What is bought?", Kind.LINE),
        Field("pence", "What does it cost?", Kind.MONEY),
    )
    return (Lines("lines", "Use of the grant", "Line", fields, most=50),)


def previous_targets(last: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """What became of each of the last plan's targets, and what its money did (B15, M1)."""
    fields = (
        Field("outcome", "Was it reached?", Kind.CHOICE, choices=choices_of(met="Yes", partly="Partly", not_met="No")),
        Field("impact", "What difference did it make?", needed=False, rows=3, hint="Needed after the meeting."),
        Field("spent_pence", "Spent on it from the grant", Kind.MONEY, needed=False),
        Field("virtual_school_impact", "What difference did the Virtual School's help make?", needed=False, rows=2),
    )
    titles = tuple(f"Target {one['number']}: {one['what']}" for one in last)
    return (
        Lines("outcomes", "The last plan's targets", "Target", fields, shown=len(last) or 3, fixed=True,
              numbered="number", titles=titles),
    )  # fmt: skip
