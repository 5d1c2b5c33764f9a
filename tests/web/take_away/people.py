"""Who takes something away in these tests, and what they must not all see."""

from contracts.people import Role

CHILD = "C007"
PRIVATE = "Words for professionals."
"""What the social worker wrote in a section of social care."""
SOCIAL_WORKER, TEACHER, VIRTUAL_SCHOOL = "sw@council.example", "dt@school.example", "vs@council.example"
CARER, YOUNG, MANAGER = "carer@home.example", "young@home.example", "manager@council.example"
FINANCE, OPERATOR = "finance@council.example", "operator@council.example"
IN_ROLE = {
    SOCIAL_WORKER: Role.SOCIAL_WORKER,
    TEACHER: Role.DESIGNATED_TEACHER,
    MANAGER: Role.TEAM_MANAGER,
    CARER: Role.CARER,
    YOUNG: Role.YOUNG_PERSON,
    VIRTUAL_SCHOOL: Role.VIRTUAL_SCHOOL,
    FINANCE: Role.FINANCE,
    OPERATOR: Role.OPERATOR,
}
