"""Names on the wire. Workflow ids are opaque: they are readable in Temporal by anybody who may look there."""

from contracts.calendar import Term

TASK_QUEUE = "pep"


def cycle_workflow_id(case_id: str) -> str:
    """The workflow of a child's years in care."""
    return f"pep-cycle-{case_id}"


def review_id(case_id: str, term: Term) -> str:
    """One review is one term of one case: `CASE-2026-27-autumn`."""
    return f"{case_id}-{term.academic_year.replace('/', '-')}-{term.name.value}"


def review_workflow_id(review: str) -> str:
    """The workflow of one term's review."""
    return f"pep-review-{review}"


def funding_workflow_id(application: str) -> str:
    """The workflow of one application for additional funding."""
    return f"pep-funding-{application}"
