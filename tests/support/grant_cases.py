"""Children whose grant can be released: the rows that the ledger refers to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

from sqlalchemy.dialects.postgresql import insert

from activities.finance import payment_key
from store.calendar_tables import CalendarRow
from store.database import Database
from store.grants import GrantIntent
from store.tables import Case, Review, School, StoredAct

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
YEAR = "2026/27"
TERMS = ("autumn", "spring", "summer")
SCHOOLS = ("100001", "100002")
_numbers = count(1)
LAST_DAYS = {"autumn": date(2026, 12, 18), "spring": date(2027, 3, 25), "summer": date(2027, 7, 21)}


@dataclass(frozen=True)
class GrantCase:
    """One child, known by an invented reference."""

    id: str
    ref: str

    def grant(self, term: str = "autumn", pence: int = 50_000, school_urn: str = SCHOOLS[0]) -> GrantIntent:
        """What the sign-off of a term's review releases."""
        review = f"{self.id}-{term}"
        key = payment_key(self.ref, YEAR, term)
        return GrantIntent(key, self.id, review, YEAR, term, school_urn, pence, f"{review}-sign-off")


async def add_case(database: Database) -> GrantCase:
    """Another child, with a review and its sign-off in each term of the year."""
    number = next(_numbers)
    case = GrantCase(f"case-{number}", f"C{number}")
    async with database.transaction() as session:
        calendar = insert(CalendarRow).values(code="north", name="North", version=1, verified=True)
        await session.execute(calendar.on_conflict_do_nothing())
        schools = [{"urn": urn, "name": f"School {urn}", "calendar": "north"} for urn in SCHOOLS]
        await session.execute(insert(School).values(schools).on_conflict_do_nothing())
        session.add(_child(case))
        await session.flush()
        session.add_all([_review(case, term) for term in TERMS])
        await session.flush()
        session.add_all([_sign_off(case, term) for term in TERMS])
    return case


def _child(case: GrantCase) -> Case:
    return Case(
        id=case.id,
        ref=case.ref,
        given_name="Invented",
        family_name="Child",
        date_of_birth=date(2014, 5, 1),
        year_group="Y7",
        year_group_in=YEAR,
        entered_care_on=date(2024, 1, 8),
        school_urn=SCHOOLS[0],
        team="east",
        grant_eligible=True,
        in_care=True,
    )


def _review(case: GrantCase, term: str) -> Review:
    return Review(
        id=f"{case.id}-{term}",
        case_id=case.id,
        academic_year=YEAR,
        term=term,
        ends_on=LAST_DAYS[term],
        plan={},
        standing={},
        stage="paying",
    )


def _sign_off(case: GrantCase, term: str) -> StoredAct:
    review = f"{case.id}-{term}"
    return StoredAct(
        id=f"{review}-sign-off",
        case_id=case.id,
        review_id=review,
        action="sign_off",
        by="virtual_school",
        body={},
        at=NOON,
    )
