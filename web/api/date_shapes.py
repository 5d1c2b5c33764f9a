"""The answers of the API about meeting dates, for its description."""

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExplainedDay(_Shape):
    """A London day, and where it comes from."""

    on: str
    sentence: str


class RefusedDay(_Shape):
    """A London day that `arrange_meeting` would be refused with: rules of PROCESS.md, a sentence for each."""

    on: str
    rules: list[str]
    sentences: list[str]


class ArrangedDay(RefusedDay):
    """The present date, and whether it could be arranged today."""

    valid: bool


class DatesObject(_Shape):
    """The meeting dates of a child's term from today on."""

    child: str = Field(description="The authority's reference")
    term: str | None = Field(description="null before the first review opens; then there are no days either")
    academic_year: str | None
    arranged: ArrangedDay | None = Field(description="null without a date, or once the meeting was held")
    held_on: str | None = Field(description="London day, once the meeting was held")
    latest_safe_date: ExplainedDay | None
    suggested: ExplainedDay | None = Field(description="null when the meeting was held or no valid day is left")
    valid_days: list[str] = Field(description="London days, in order")
    refused_days: list[RefusedDay]


class ProposedDay(_Shape):
    """A review whose meeting was not held, and the day that is proposed for it."""

    child: str = Field(description="The authority's reference")
    term: str = Field(description="As `2026/27 autumn`")
    calendar: str = Field(description="The code of the school's calendar")
    present: str | None = Field(description="London day as it is arranged")
    proposed: str | None = Field(description="London day; null when no valid day is left")
    signed_off_by: str | None = Field(description="By when the Virtual School signs off then")
    changes: bool = Field(description="Whether the proposal differs from what is arranged")


class WeekLoad(_Shape):
    """The sign-offs that are due in one ISO week."""

    week: str = Field(description="As `2026-W47`")
    starts: str = Field(description="Its Monday")
    sign_offs: int


class Load(_Shape):
    """The load of sign-offs over the weeks."""

    peak: int = Field(description="Of the fullest week")
    weeks: list[WeekLoad]


class SpreadObject(_Shape):
    """A proposal that arranges nothing. `before`: dates as they are, and the latest safe date for the rest."""

    reviews: list[ProposedDay]
    before: Load
    after: Load
