"""What every act's form is made of: its common fields, and the kinds that a field may be of."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from contracts.people import ACTING_ROLES, Role
from rules.addresses import LONGEST, NOT_ONE, is_address


def _iso_only(value: object) -> object:
    """A JSON number or an instant is no date, although the library would take both."""
    if isinstance(value, str) and len(value) == len("2026-10-14"):
        return value
    raise ValueError("not a date; write it as 2026-10-14.")


def _acting(role: object) -> object:
    """Before the library looks: it would also offer the roles that only receive letters."""
    if role not in ACTING_ROLES:
        raise ValueError(f"by: must be one of {', '.join(ACTING_ROLES)}.")
    return role


SOMETHING = r"\S"
CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""How a text has to be written; `rules/form_faults.py` has the words for each."""


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError(f"{NOT_ONE}.")
    return text


Day = Annotated[date, BeforeValidator(_iso_only)]
Words = Annotated[str, Field(min_length=1, max_length=20_000, pattern=SOMETHING)]
Pence = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Yes = Annotated[bool, Field(strict=True)]
Target = Annotated[int, Field(strict=True, ge=1, le=3)]
TimeOfDay = Annotated[str, Field(pattern=CLOCK_TIME)]
ActingRole = Annotated[Role, BeforeValidator(_acting)]


Attendance = Literal["carer", "parent", "young_person", "professional", "receiving_setting", "virtual_school"]
"""What somebody beside the two parties comes to the meeting as."""
Email = Annotated[
    str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "email", "maxLength": LONGEST})
]


class Form(BaseModel):
    """Fields that every act has. `seen` is the revision that was read; without it nothing is checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(min_length=1, max_length=100)]
    by: ActingRole
    person: Annotated[str, Field(max_length=200)] | None = None
    seen: Annotated[int, Field(strict=True, ge=0)] | None = None
