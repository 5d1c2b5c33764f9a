"""What can go wrong in an activity, by name, and who must act.

The name is the `type` of the ApplicationError: Temporal shows it in clear, retry policies and the console read it, so
it says nothing about anybody. Additive only; a stored history may name any of these.
"""

from dataclasses import dataclass
from enum import StrEnum

from contracts.people import Role


@dataclass(frozen=True, slots=True)
class Remedy:
    """Who puts it right and how; whether trying again by itself can help."""

    must_act: Role
    passes: bool
    """True for an outage, which is retried until it passes; False ends the activity at once (`non_retryable`)."""
    sentence: str


class Fault(StrEnum):
    """The closed set of error types of the record, letter and grant activities."""

    DATABASE_UNAVAILABLE = "DatabaseUnavailable"
    CASE_NOT_FOUND = "CaseNotFound"
    RECORD_DISAGREES = "RecordDisagrees"
    CLOCK_SKEW = "ClockSkew"
    STEP_WITHOUT_EFFECT = "StepWithoutEffect"
    MAIL_UNAVAILABLE = "MailUnavailable"
    MAIL_REFUSED = "MailRefused"
    NOBODY_TO_WRITE_TO = "NobodyToWriteTo"
    FINANCE_UNAVAILABLE = "FinanceUnavailable"
    FINANCE_UNKNOWN = "FinanceUnknown"
    FINANCE_REFUSED = "FinanceRefused"
    ON_HOLD = "OnHold"

    @property
    def remedy(self) -> Remedy:
        return _REMEDIES[self]

    @property
    def must_act(self) -> Role:
        """The role that is told."""
        return self.remedy.must_act

    @property
    def passes(self) -> bool:
        """Whether trying again by itself can help."""
        return self.remedy.passes


_REMEDIES = {
    Fault.DATABASE_UNAVAILABLE: Remedy(
        Role.OPERATOR, True, "PostgreSQL does not answer. Bring it back; everything that waits goes on by itself."
    ),
    Fault.CASE_NOT_FOUND: Remedy(
        Role.OPERATOR, False, "PostgreSQL has no such case or review. Restore what is missing, or end the workflow."
    ),
    Fault.RECORD_DISAGREES: Remedy(
        Role.OPERATOR, False, "The workflow asks for what the record rules out. Rebuild the workflow from PostgreSQL."
    ),
    Fault.CLOCK_SKEW: Remedy(
        Role.OPERATOR, True, "The clocks of Temporal and PostgreSQL differ by seconds. Set both by one time server."
    ),
    Fault.STEP_WITHOUT_EFFECT: Remedy(
        Role.OPERATOR, False, "A deadline has passed and nothing follows from it: a fault of this service. Report it."
    ),
    Fault.MAIL_UNAVAILABLE: Remedy(
        Role.OPERATOR, True, "The mail server takes nothing. Bring it back; letters are tried again for five days."
    ),
    Fault.MAIL_REFUSED: Remedy(
        Role.VIRTUAL_SCHOOL,
        False,
        "The mail server refused the address for good. Correct it, then send the letter again.",
    ),
    Fault.NOBODY_TO_WRITE_TO: Remedy(
        Role.VIRTUAL_SCHOOL, False, "No one on the case has this role, nor anyone in their place. Name a person."
    ),
    Fault.FINANCE_UNAVAILABLE: Remedy(
        Role.OPERATOR, True, "The finance system does not answer. Bring it back; no money has moved."
    ),
    Fault.FINANCE_UNKNOWN: Remedy(
        Role.FINANCE, False, "Nobody can say whether the payment was made. Look it up by its key; it is not sent again."
    ),
    Fault.FINANCE_REFUSED: Remedy(
        Role.FINANCE, False, "The finance system refused the payment. Put right what it names, then release it again."
    ),
    Fault.ON_HOLD: Remedy(
        Role.OPERATOR,
        True,
        "The case is on hold, so nothing of it is paid. Release the case; it then goes on by itself.",
    ),
}
