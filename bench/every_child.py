"""The database of every child in care in England: 83,000 children, nine reviews each, 20,000 schools, 200 teams.

The terms of nine children, one at each stage, are played through casework; the others have copies of their reviews.
Their lines in the list are computed by the rules for those nine and copied, with each child's own name, school, team
and social worker, and with days that are spread over four weeks. Nothing that people wrote is copied: no list reads it.
"""

# ruff: noqa: S608 - every number in the statements is our own

from collections.abc import Callable, Iterator
from itertools import pairwise

from sqlalchemy import select, text

from bench.invented_years import CALENDAR
from bench.large_authority import FIRST_AT, PRESENT, SHARES, make_the_first
from casework.listing import bring_up_to_date
from contracts.review import Stage
from store.database import Database
from store.tables import Authority

REVIEWS = 9
_ROLL = 2300
_SCHOOLS, _TEAMS, _WORKERS = 20_000, 200, 5_500
_FAMILIES = ("Ahmed", "Baker", "Chowdhury", "Davies", "Evans", "Fisher", "Green", "Hussain", "Iqbal", "Jones", "Khan",
             "Lewis", "Murphy", "Nowak", "Okafor", "Patel", "Quinn", "Roberts", "Smith", "Taylor")  # fmt: skip
_PLACES = (
    "INSERT INTO calendars (code, name, version, verified) VALUES ('elsewhere', 'Elsewhere', 1, true)",
    f"""
    INSERT INTO schools (urn, name, calendar)
    SELECT 900000 + n, 'School ' || n, '{CALENDAR}' FROM generate_series(0, {_SCHOOLS - 1}) AS n ON CONFLICT DO NOTHING
    """,
    "UPDATE schools SET calendar = 'elsewhere' WHERE urn::integer % 5 < 2",
    f"""
    INSERT INTO people (name, email)
    SELECT 'Worker ' || n, 'sw' || n || '@council.example' FROM generate_series(0, {_WORKERS - 1}) AS n
    UNION ALL
    SELECT 'Teacher ' || n, 'dt' || n || '@school.example' FROM generate_series(0, {_SCHOOLS - 1}) AS n
    ON CONFLICT DO NOTHING
    """,
)
_CASES = (
    """
    INSERT INTO cases (id, ref, given_name, family_name, date_of_birth, year_group, year_group_in, entered_care_on,
                       school_urn, team, grant_eligible, in_care, has_school_place, address_restricted)
    SELECT md5('case ' || n), 'C' || lpad(n::text, 5, '0'), 'Child ' || n, 'Invented', date_of_birth, year_group,
           year_group_in, entered_care_on, school_urn, team, grant_eligible, true, true, false
    FROM cases, generate_series(:roll, :children - 1) AS n WHERE ref = 'C00000'
    """,
    f"""
    UPDATE cases SET school_urn = 900000 + n % {_SCHOOLS}, team = 'Team ' || n % {_TEAMS},
                     year_group = 'Y' || 1 + n % 13, family_name = (CAST(:families AS text[]))[1 + n % 20]
    FROM (SELECT id, substr(ref, 2)::integer AS n FROM cases) AS numbered WHERE numbered.id = cases.id
    """,
    "DELETE FROM case_roles WHERE role IN ('social_worker', 'designated_teacher')",
    f"""
    INSERT INTO case_roles (case_id, role, person_id)
    SELECT cases.id, 'social_worker', people.id FROM cases
    JOIN people ON people.email = 'sw' || substr(ref, 2)::integer % {_WORKERS} || '@council.example'
    UNION ALL
    SELECT cases.id, 'designated_teacher', people.id FROM cases
    JOIN people ON people.email = 'dt' || substr(ref, 2)::integer % {_SCHOOLS} || '@school.example'
    """,
)
_REVIEWS = f"""
    INSERT INTO reviews (id, case_id, academic_year, term, ends_on, plan, standing, stage, school_urn, wake_at,
                         reported_team, reported_school_urn, reported_out_of_area)
    SELECT replace(old.id, old.case_id, new.id), new.id, old.academic_year, old.term, old.ends_on,
           replace(old.plan::text, old.case_id, new.id)::jsonb, old.standing, old.stage, new.school_urn, old.wake_at,
           new.team, new.school_urn, schools.calendar <> authority.calendar
    FROM (SELECT reviews.* FROM reviews JOIN cases ON cases.id = case_id WHERE ref = :first
          ORDER BY ends_on DESC LIMIT {REVIEWS}) AS old
    CROSS JOIN (SELECT * FROM cases WHERE ref <> ALL (:firsts) AND ref >= :begins AND ref < :ends) AS new
    JOIN schools ON schools.urn = new.school_urn LEFT JOIN authority ON true
    ON CONFLICT DO NOTHING
"""
_LINES = """
    INSERT INTO case_listing (case_id, ref, on_list, given_name, family_name, year_group, school_urn, school,
        out_of_area, team, social_worker, designated_teacher, term, stage, unfinished, holders, since, due_on,
        meeting_on, missing, "grant", grant_pence, money_waits, not_told, searched, changes_at, listed_at,
        stage_place, holder_place, year_place)
    SELECT cases.id, cases.ref, true, cases.given_name, cases.family_name, cases.year_group, cases.school_urn,
        schools.name, schools.calendar <> :calendar, cases.team, worker.name, teacher.name, term, stage, unfinished,
        holders, since, due_on + n % 29 - 14, meeting_on + n % 29 - 14, missing, "grant", grant_pence,
        money_waits OR n % 311 = 0, (n % 101 = 0)::integer,
        lower(concat_ws(' ', cases.ref, cases.given_name, cases.family_name, schools.name, worker.name, teacher.name,
                        cases.team)),
        changes_at, listed_at, stage_place, holder_place, 3 + n % 13
    FROM (SELECT *, substr(ref, 2)::integer AS n FROM cases WHERE ref >= :begins AND ref < :ends) AS cases
    JOIN schools ON schools.urn = cases.school_urn
    JOIN case_roles sw ON sw.case_id = cases.id AND sw.role = 'social_worker'
    JOIN people worker ON worker.id = sw.person_id
    JOIN case_roles dt ON dt.case_id = cases.id AND dt.role = 'designated_teacher'
    JOIN people teacher ON teacher.id = dt.person_id
    CROSS JOIN (SELECT term, stage, unfinished, holders, since, due_on, meeting_on, missing, "grant", grant_pence,
                       money_waits, changes_at, listed_at, stage_place, holder_place
                FROM case_listing WHERE ref = :first) AS line
    ON CONFLICT DO NOTHING
"""


async def make(database: Database, children: int, say: Callable[[str], None]) -> None:
    """Fill an empty database, whose tables are there, with so many children (2,300 or more)."""
    await make_the_first(database, say)
    async with database.transaction() as session:
        (await session.execute(select(Authority))).scalar_one().calendar = CALENDAR
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in (*_PLACES, *_CASES):
            given = {"roll": _ROLL, "children": children, "families": list(_FAMILIES)}
            used = {name: value for name, value in given.items() if f":{name}" in statement}
            await session.execute(text(statement), used)
        await session.execute(text("DELETE FROM stale_listings"))
        refs = {"refs": list(FIRST_AT.values())}
        await session.execute(
            text("INSERT INTO stale_listings (case_id) SELECT id FROM cases WHERE ref = ANY(:refs)"), refs
        )
    say("the children are there")
    await bring_up_to_date(database, PRESENT, len(FIRST_AT))
    for stage, begins, ends in _shares(children):
        await _like_the_first(database, {"first": FIRST_AT[stage], "begins": begins, "ends": ends})
        say(f"children {begins} to {ends} are at {stage.value}")


def _shares(children: int) -> Iterator[tuple[Stage, str, str]]:
    """At each stage as large a share as in the largest authority."""
    bounds, so_far = [0], 0
    for share in SHARES.values():
        so_far += share
        bounds.append(so_far * children // _ROLL)
    for stage, (begins, ends) in zip(SHARES, pairwise(bounds), strict=True):
        yield stage, f"C{begins:05}", f"C{ends:05}"


async def _like_the_first(database: Database, bounds: dict[str, str]) -> None:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(_REVIEWS), {**bounds, "firsts": list(FIRST_AT.values())})
        await session.execute(text(_LINES), {**bounds, "calendar": CALENDAR})
