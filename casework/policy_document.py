"""The shape of a policy file: a table for every number, each with the source that says so (PROCESS.md, Numbers).

A table that an authority says nothing about is there all the same, with the guidance's number and a source that says
so: what nobody wrote down, nobody can check.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contracts.calendar import TermName
from contracts.policy import CutOffFor, GrantOnMove, LateGrant, Span, Unit
from rules.year_groups import YEAR_GROUPS, start_of_academic_year

LONGEST = 366
"""No span of the process is longer than a year, in whatever unit."""
MOST_PENCE = 10_000_000
"""A sum above £100,000 a child is a mistake of the person who typed it."""


def _academic_year(given: str) -> str:
    start_of_academic_year(given)
    return given


def _year_group(given: str) -> str:
    if given not in YEAR_GROUPS:
        raise ValueError(f"a year group is one of {', '.join(YEAR_GROUPS)}")
    return given


def _printable(given: str) -> str:
    if not given.isprintable():
        raise ValueError("the text must be of one line without invisible characters")
    return given


Text = Annotated[str, Field(pattern=r"\S", max_length=1000), AfterValidator(_printable)]
Name = Annotated[str, Field(pattern=r"\S", max_length=80), AfterValidator(_printable)]
Amount = Annotated[int, Field(ge=1, le=LONGEST)]
AmountOrNone = Annotated[int, Field(ge=0, le=LONGEST)]
Pence = Annotated[int, Field(ge=0, le=MOST_PENCE)]
YearGroup = Annotated[str, AfterValidator(_year_group)]
Term = Annotated[TermName, Field(strict=False)]


class Entry(BaseModel):
    """A table of the file: what holds, and who says so."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    source: Text


class SpanEntry(Entry):
    amount: Amount
    unit: Annotated[Unit, Field(strict=False)]

    @property
    def span(self) -> Span:
        return Span(self.amount, self.unit)


class SpanOrNone(SpanEntry):
    """An amount of 0 is none."""

    amount: AmountOrNone


class Weeks(Entry):
    amount: Amount
    unit: Literal["week"]


class Days(Entry):
    amount: AmountOrNone
    unit: Literal["day"]


class WeeksEach(Entry):
    amounts: Annotated[list[Amount], Field(min_length=1)]
    unit: Literal["week"]


class DaysEach(Entry):
    amounts: Annotated[list[Amount], Field(min_length=1)]
    unit: Literal["day"]


class Money(Entry):
    pence: Pence


class Count(Entry):
    count: Annotated[int, Field(ge=0, le=3)]


class CapEntry(Entry):
    pence: Pence
    year_groups: list[YearGroup] = []
    terms: list[Term] = []


class CutOffEntry(Entry):
    term: Term
    on: date
    year_groups: list[YearGroup] = []


class CutOffForEntry(Entry):
    value: Annotated[CutOffFor, Field(strict=False)]


class LateGrantEntry(Entry):
    value: Annotated[LateGrant, Field(strict=False)]


class GrantOnMoveEntry(Entry):
    value: Annotated[GrantOnMove, Field(strict=False)]


class AlsoSign(Entry):
    roles: list[Literal["carer", "young_person"]]


class PolicyDocument(BaseModel):
    """A whole file. The title of each table is how `./pep policy` calls it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: Name
    academic_year: Annotated[str, AfterValidator(_academic_year)]
    opens: Weeks = Field(title="A review opens before it is due, at the latest on the first day of term")
    reminders: WeeksEach = Field(title="Reminders before the review is due (A10)")
    before_meeting: DaysEach = Field(title="Reminders of what is to be ready, before the meeting (B5, B8)")
    completion: SpanEntry = Field(title="Both complete and sign, after the meeting (A3)")
    nudge: Days = Field(title="Nudge of the party whose part is missing, before that is due")
    overdue: Days = Field(title="Letter that a part is overdue, after it was due")
    escalation: DaysEach = Field(title="Escalations, after it was due")
    sign_off: SpanEntry = Field(title="The Virtual School signs off, after the signatures (A7)")
    amendment: SpanEntry = Field(title="Returned parts are amended, after the return")
    lead_up: SpanOrNone = Field(title="Lead-up to the end of term, without meetings (M7)")
    cut_off_for: CutOffForEntry = Field(title="By a cut-off date there must be")
    cut_off: list[CutOffEntry] = Field(default=[], title="Cut-off date")
    target: SpanEntry = Field(title="Targets are achievable within, after the meeting (B13)")
    check_in: SpanOrNone = Field(title="Check-in on the targets, after the meeting (A9)")
    also_sign: AlsoSign = Field(title="Who signs beside the social worker and the designated teacher (A4)")
    reviews_without_meeting: Count = Field(title="Reviews without a meeting, at most in a year")
    initial_started: SpanEntry = Field(title="First plan: the review is held, after entering care")
    initial_available: SpanEntry = Field(title="First plan: complete, after entering care")
    term_cap: Money = Field(title="Grant, at most in a term (M5)")
    cap: list[CapEntry] = Field(default=[], title="Grant, another cap")
    year_cap: Money = Field(title="Grant, at most in an academic year (M5)")
    late_grant: LateGrantEntry = Field(title="Grant of a plan that is unfinished when its term ends")
    grant_on_move: GrantOnMoveEntry = Field(title="Grant that is not paid yet when the child moves school")
    funding_decision: SpanEntry = Field(title="Additional funding is decided, after the application (A12)")
