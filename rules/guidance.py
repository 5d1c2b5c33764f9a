"""The rules of the guidance on completing a PEP, as data: what each asks, and what this software does about it.

The only list of them. Elsewhere a rule is named by its id where it is kept; `docs/rules.md` is made from those places.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of PROCESS.md."""

    id: str
    """`B` before the meeting, `M` at it, `A` after it, and its number."""
    guidance: str
    """What the guidance asks."""
    software: str
    """What the software does, enforces or refuses."""


BEFORE = (
    Rule(
        "B1",
        "A PEP is reviewed once each academic term, three a year.",
        "Opens one review a term from the calendar; a term without a held meeting shows as missed, never skipped.",
    ),
    Rule(
        "B2",
        "The PEP date is not in the school's holidays.",
        "Checks the date against that school's calendar and offers the nearest valid dates.",
    ),
    Rule(
        "B3",
        "Pre-school, Y6 and Y11: the receiving school or college is invited in terms 2 and 3.",
        "Asks for an attendee of that kind; without one the sign-off needs an exception with its reason.",
    ),
    Rule(
        "B4",
        "The social worker liaises with professionals, school and carers so that all can attend.",
        "Keeps who is invited and what they answered; calendar invitations move when the meeting moves.",
    ),
    Rule(
        "B5",
        "The designated teacher completes the targets before the meeting.",
        "Makes them due before the meeting; the reminder names what is missing.",
    ),
    Rule(
        "B6",
        "Targets 1 and 2 are academic, drafted with the child's teachers.",
        "Refuses another kind, and a target that does not say with whom it was drafted.",
    ),
    Rule(
        "B7",
        "Target 3 may be social or emotional, is centred on the child and reflects their views.",
        "Refuses a third target without the child's own words.",
    ),
    Rule(
        "B8",
        "The designated teacher completes attainment and progress before the meeting.",
        "Makes the section due before the meeting; the reminder names it while it is missing.",
    ),
    Rule(
        "B9",
        "Who cannot attend is met by the designated teacher first.",
        "Records how the child was heard, also later; unheard, the sign-off needs an exception with its reason.",
    ),
    Rule(
        "B10",
        "Academic targets include homework, career aspirations and transition.",
        "Asks for homework and careers always, for transition in pre-school, Y6 and Y11.",
    ),
    Rule(
        "B11",
        "Every target has strategies that show the use of pupil premium.",
        "Refuses a target without one; for a child who is not eligible any strategy will do.",
    ),
    Rule(
        "B12",
        "Interventions by the Virtual School are recorded here too.",
        "Takes the Virtual School's strategies as a kind of their own.",
    ),
    Rule(
        "B13",
        "Each target is SMART, with expected evidence, and achievable within 12 weeks.",
        "Asks what, measure, by when, who, how often and evidence; the date is within 84 days of the meeting.",
    ),
    Rule(
        "B14",
        "Only a teacher sets targets; what pastoral staff draft is checked before the meeting.",
        "Pastoral drafts wait for the designated teacher's check; unchecked targets stop signatures and sign-off.",
    ),
    Rule(
        "B15",
        "Previous targets are reviewed and inform the next.",
        "Refuses new targets until each previous one has its outcome.",
    ),
)
AT_THE_MEETING = (
    Rule(
        "M1",
        "Previous targets are reviewed with the impact of the grant and the Virtual School's help.",
        "After the meeting both write them again, with what the money and the help did for each.",
    ),
    Rule(
        "M2",
        "The meeting is in a confidential room.",
        "Asks when the meeting is recorded; a no needs its reason and shows at the sign-off.",
    ),
    Rule(
        "M3",
        "The young person comes in at the end to agree or re-define the targets.",
        "Records which; re-defined targets are submitted anew, as a new revision.",
    ),
    Rule(
        "M4",
        "Everyone is clear on their role in raising achievement.",
        "Takes actions with one named owner and a date; the sign-off shows a meeting without any.",
    ),
    Rule(
        "M5",
        "All agree the use of the grant, at most £500 three times a year, linked to targets.",
        "Takes costed lines for a target each, within the term's and the year's cap and what was agreed.",
    ),
    Rule(
        "M6",
        "A meeting that does not take place on its date is changed to the actual one.",
        "One act moves it and every timer with it; the day after, both are asked whether it took place.",
    ),
    Rule(
        "M7",
        "The date is not in the lead-up to the end of term.",
        "Refuses it with the latest safe date and how that was worked out.",
    ),
)
AFTER = (
    Rule(
        "A1",
        "Social worker and designated teacher are both responsible for all parts.",
        "Gives everyone the same answer to who holds it and what is missing.",
    ),
    Rule(
        "A2",
        "Red sections are the designated teacher's, blue the social worker's, purple both's.",
        "Takes a section from its owners only; a purple one needs both.",
    ),
    Rule(
        "A3",
        "Both complete their parts within 7 days of the meeting.",
        "Times it to the end of the seventh day; chases only the party whose part is missing.",
    ),
    Rule(
        "A4",
        "All parties sign, so that everyone agrees to the targets.",
        "A change of content after a signature voids the signatures and asks again.",
    ),
    Rule(
        "A5",
        "The social worker sets up and agrees the next meeting.",
        "Nobody signs before the next date is set; it is checked as this term's was.",
    ),
    Rule(
        "A6",
        "It is the social worker's responsibility that the PEP is completed.",
        "Shows everything that is missing; escalates to the social worker's manager.",
    ),
    Rule(
        "A7",
        "Both sign, then the Virtual School makes the final sign-off.",
        "That order and no other; the Virtual School has a timer of its own.",
    ),
    Rule(
        "A8",
        "The grant is released only when the plan is complete and the Virtual School agrees.",
        "Pays exactly once, after the sign-off, never otherwise.",
    ),
    Rule(
        "A9",
        "The designated teacher puts the strategies in place and monitors them between meetings.",
        "Asks the designated teacher for a check-in at mid-term.",
    ),
    Rule(
        "A10",
        "Both are reminded by e-mail several weeks before the next PEP is due.",
        "Reminds 6, 3 and 1 weeks before; stops when it is no longer true.",
    ),
    Rule(
        "A11",
        "The Virtual School hears promptly of targets that may not be met.",
        "Takes a concern at any time and tells the Virtual School the same day.",
    ),
    Rule(
        "A12",
        "Additional funding can be applied for in exceptional circumstances.",
        "Application, decision and payment are a process of their own, outside the caps.",
    ),
)
RULES = BEFORE + AT_THE_MEETING + AFTER
