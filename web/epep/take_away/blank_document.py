"""An empty plan to print: for a meeting without a screen. What is written on it is typed in afterwards."""

from collections.abc import Iterator

from contracts.review import Section
from web.epep.take_away.document import Block, Document, heading, paragraphs, to_fill
from web.epep.take_away.plan_words import colour, title, whose

_HINTS = {
    Section.ABOUT_CHILD: "Who the child is, and what matters to them now.",
    Section.CARE_AND_VIEWS: "Where the child lives, and what the carer and the social worker see.",
    Section.ATTAINMENT: "Attainment and progress in each subject. Completed before the meeting.",
    Section.PREVIOUS_TARGETS: "For each last target: met, partly met or not met, its impact, and what was spent.",
    Section.ATTENDANCE_AND_SUPPORT: "Attendance, exclusions, and the support that is in place.",
    Section.VOICE: "What the child says, in their own words, and how they were heard.",
    Section.TRANSITION: "Only for pre-school, Y6 and Y11, in terms 2 and 3: the move to the next school or college.",
}
_TARGET = (
    ("Subject", "", 1),
    ("What the child will achieve", "One thing, specific.", 2),
    ("How we will know", "Something that can be counted or seen.", 1),
    ("By when", "At most 12 weeks after the meeting.", 1),
    ("Who", "", 1),
    ("How often", "", 1),
    (
        "Strategies and interventions",
        "For each: is it the school's, the Pupil Premium Grant's or the Virtual School's?",
        3,
    ),
    ("Expected evidence of impact", "", 2),
    ("Drafted with", "Targets 1 and 2: the child's teachers.", 1),
    ("In the child's own words", "Target 3 needs them.", 2),
)
_MEETING = (
    ("Date, and was the room confidential?", "", 1),
    ("The young person", "Attended, joined at the end, was met before, or did not take part.", 1),
    ("The targets were agreed, or re-defined", "", 1),
    ("The use of the grant was agreed, and how much", "", 1),
    ("Actions: what, who, by when", "", 4),
    ("The next meeting", "In school time, and not in the last 15 school days of a term.", 1),
)


def blank_document() -> Document:
    """Every section with its owner, three SMART targets, and the meeting."""
    return Document(
        title="Personal Education Plan, blank",
        heading="Personal Education Plan",
        subtitle="Blank form",
        note="Write the case reference instead of the child's name wherever you can, and type what is written here "
        "into the e-PEP: a plan on paper cannot be signed off.",
        blocks=tuple(_blocks()),
    )


def _blocks() -> Iterator[Block]:
    yield to_fill("Case reference and term")
    for section in Section:
        if section is Section.TARGETS:
            yield from _targets()
        elif section is Section.GRANT:
            yield from _headed(section)
            yield to_fill("For which target, what, and how much", "At most £500 a term in most authorities.", lines=5)
        else:
            yield from _headed(section)
            yield to_fill(title(section), _HINTS[section], lines=5)
    yield heading("The meeting")
    yield from _fields(_MEETING)


def _targets() -> Iterator[Block]:
    yield from _headed(Section.TARGETS)
    together = "Targets 1 and 2 are academic; together they cover homework and careers, and transition where it is due."
    yield from paragraphs(f"{together} Target 3 may be social or emotional.")
    for number in (1, 2, 3):
        yield heading(f"Target {number}", 2)
        yield from _fields(_TARGET)


def _headed(section: Section) -> Iterator[Block]:
    yield heading(title(section), colour=colour(section))
    yield from paragraphs(whose(section))


def _fields(fields: tuple[tuple[str, str, int], ...]) -> Iterator[Block]:
    for name, hint, lines in fields:
        yield to_fill(name, hint, lines=lines)
