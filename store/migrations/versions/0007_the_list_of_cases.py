"""the list of cases and its triggers, saved views; where a review is counted

Old code goes on as before: it fills no list, and the triggers note what it changes. It does not say either where a
review that it opens is counted: a trigger does. What had opened before is filled afterwards (store/where_counted.py).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from store.table_locks import lock_the_record

revision = "0007"
down_revision = "0006"

_STALE = (
    """
    CREATE FUNCTION pep_stale() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ BEGIN
            INSERT INTO stale_listings (case_id)
                VALUES (CASE TG_OP WHEN 'DELETE' THEN OLD.case_id ELSE NEW.case_id END);
            RETURN NULL;
        END $$
    """,
    """
    CREATE FUNCTION pep_stale_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ BEGIN INSERT INTO stale_listings (case_id) VALUES (NEW.id); RETURN NULL; END $$
    """,
    """
    CREATE FUNCTION pep_stale_school() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ BEGIN
            INSERT INTO stale_listings (case_id) SELECT id FROM cases WHERE school_urn = NEW.urn;
            RETURN NULL;
        END $$
    """,
    """
    CREATE FUNCTION pep_stale_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ BEGIN
            INSERT INTO stale_listings (case_id) SELECT DISTINCT case_id FROM case_roles WHERE person_id = NEW.id;
            RETURN NULL;
        END $$
    """,
    """
    CREATE FUNCTION pep_stale_all() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ BEGIN INSERT INTO stale_listings (case_id) SELECT id FROM cases; RETURN NULL; END $$
    """,
    """
    CREATE TRIGGER stale AFTER INSERT OR UPDATE OF plan, standing, stage, ends_on ON reviews FOR EACH ROW
        EXECUTE FUNCTION pep_stale()
    """,
    "CREATE TRIGGER stale AFTER INSERT OR UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION pep_stale()",
    "CREATE TRIGGER stale AFTER INSERT OR UPDATE ON funding FOR EACH ROW EXECUTE FUNCTION pep_stale()",
    "CREATE TRIGGER stale AFTER INSERT OR UPDATE OR DELETE ON case_roles FOR EACH ROW EXECUTE FUNCTION pep_stale()",
    """
    CREATE TRIGGER stale AFTER UPDATE ON letters FOR EACH ROW
        WHEN (NEW.state IN ('refused', 'given_up', 'bounced') OR OLD.state IN ('refused', 'given_up', 'bounced'))
        EXECUTE FUNCTION pep_stale()
    """,
    "CREATE TRIGGER stale AFTER INSERT OR UPDATE ON cases FOR EACH ROW EXECUTE FUNCTION pep_stale_case()",
    "CREATE TRIGGER stale AFTER UPDATE OF name, calendar ON schools FOR EACH ROW EXECUTE FUNCTION pep_stale_school()",
    "CREATE TRIGGER stale AFTER UPDATE OF name ON people FOR EACH ROW EXECUTE FUNCTION pep_stale_person()",
    """
    CREATE TRIGGER stale AFTER UPDATE OF calendar ON authority FOR EACH ROW
        WHEN (NEW.calendar IS DISTINCT FROM OLD.calendar) EXECUTE FUNCTION pep_stale_all()
    """,
    # The authority is set up after the roll: by then every line has been written without its term dates.
    """
    CREATE TRIGGER stale_first AFTER INSERT ON authority FOR EACH ROW WHEN (NEW.calendar IS NOT NULL)
        EXECUTE FUNCTION pep_stale_all()
    """,
    "INSERT INTO stale_listings (case_id) SELECT id FROM cases",
)
# A review is counted where its child is when it opens (docs/adr/0012), whichever release opens it.
_COUNTED = (
    """
    CREATE FUNCTION pep_counted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
        AS $$ BEGIN
            SELECT team,
                    CASE WHEN has_school_place THEN urn END,
                    CASE WHEN has_school_place THEN schools.calendar <> authority.calendar END
                INTO NEW.reported_team, NEW.reported_school_urn, NEW.reported_out_of_area
                FROM cases JOIN schools ON urn = school_urn LEFT JOIN authority ON true WHERE cases.id = NEW.case_id;
            RETURN NEW;
        END $$
    """,
    """
    CREATE TRIGGER counted BEFORE INSERT ON reviews FOR EACH ROW WHEN (NEW.reported_team IS NULL)
        EXECUTE FUNCTION pep_counted()
    """,
)
_ORDERS = (
    ("due_on",),
    (),
    ("family_name", "given_name"),
    ("school",),
    ("team",),
    ("social_worker",),
    ("year_place",),
    ("stage_place",),
    ("holder_place",),
    ("meeting_on",),
    ("out_of_area",),
)
# The names of the teams, one look at the index a team; a list of teams is about no child.
_TEAMS = """
    CREATE FUNCTION pep_teams() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ WITH RECURSIVE each (team) AS (
                  SELECT min(team) FROM case_listing WHERE on_list
                  UNION ALL
                  SELECT (SELECT min(case_listing.team) FROM case_listing
                          WHERE on_list AND case_listing.team > each.team)
                  FROM each WHERE each.team IS NOT NULL
              )
              SELECT team FROM each WHERE team IS NOT NULL AND pep_every_case() $$
    """
_ROLES = """
    CREATE FUNCTION pep_roles() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ SELECT role FROM staff_roles WHERE person_id = pep_person()
              UNION SELECT role FROM case_roles WHERE person_id = pep_person() $$
    """
_CASE = "(SELECT pep_every_case()) OR case_id IN (SELECT pep_cases())"
_SEES = {
    "case_listing": _CASE,
    "saved_views": "person_id = (SELECT pep_person()) OR shared_with IN (SELECT pep_roles())",
}
_OWN = "person_id = (SELECT pep_person())"
_COLLEAGUES = (
    "'virtual_school', 'virtual_school_head', 'team_manager', 'social_worker', 'designated_teacher', 'finance', "
    "'operator', 'engineer'"
)
_SHARES = f"shared_with IS NULL OR (shared_with IN ({_COLLEAGUES}) AND shared_with IN (SELECT pep_roles()))"


def upgrade() -> None:
    lock_the_record(op.execute)
    for create in (_stale_listings, _saved_views, _case_listing):
        create()
    op.add_column("reviews", sa.Column("reported_team", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("reported_school_urn", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("reported_out_of_area", sa.Boolean(), nullable=True))
    _found_over_all_cases()
    for statement in (*_STALE, *_COUNTED, _ROLES, _TEAMS):
        op.execute(statement)
    for table, sees in _SEES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY pages ON {table} FOR SELECT TO pep_pages USING ({sees})")
    op.execute(f"CREATE POLICY own ON saved_views TO pep_pages USING ({_OWN}) WITH CHECK ({_OWN} AND ({_SHARES}))")
    op.execute(f"GRANT SELECT ON {', '.join(_SEES)} TO pep_pages")
    op.execute("GRANT INSERT, UPDATE, DELETE ON saved_views TO pep_pages")
    op.execute("GRANT USAGE ON SEQUENCE saved_views_id_seq TO pep_pages")


def _found_over_all_cases() -> None:
    """What reports and payments look for over all cases; each index has one line in ten or fewer of its table."""
    op.create_index("ix_reviews_grant_kept", "reviews", ["case_id"], postgresql_where="standing ->> 'grant' = 'kept'")
    op.create_index("ix_case_events_opened", "case_events", ["review_id", "at"], postgresql_where="what = 'opened'")
    op.create_index("ix_case_events_paid", "case_events", ["at"], postgresql_where="what IN ('grant', 'funding')")
    signed_off = "what = 'accepted' AND facts ->> 'action' = 'sign_off'"
    op.create_index("ix_case_events_signed_off", "case_events", ["at"], postgresql_where=signed_off)
    last = "section = 'previous_targets'"
    op.create_index("ix_section_revisions_outcomes", "section_revisions", ["review_id", "id"], postgresql_where=last)


def _stale_listings() -> None:
    op.create_table(
        "stale_listings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_listings")),
    )
    op.create_index(op.f("ix_stale_listings_case_id"), "stale_listings", ["case_id"], unique=False)


def _saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("shared_with", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_views_person_id_name")),
    )
    op.create_index(op.f("ix_saved_views_person_id"), "saved_views", ["person_id"], unique=False)


def _case_listing() -> None:
    op.create_table(
        "case_listing",
        sa.Column("on_list", sa.Boolean(), nullable=False),
        sa.Column("unfinished", sa.Boolean(), nullable=False),
        sa.Column("money_waits", sa.Boolean(), nullable=False),
        sa.Column("not_told", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("grant_pence", sa.Integer(), nullable=False),
        sa.Column("stage_place", sa.Integer(), nullable=False),
        sa.Column("holder_place", sa.Integer(), nullable=False),
        sa.Column("year_place", sa.Integer(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("holders", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("year_group", sa.Text(), nullable=False),
        sa.Column("school_urn", sa.Text(), nullable=True),
        sa.Column("school", sa.Text(), nullable=True),
        sa.Column("out_of_area", sa.Boolean(), nullable=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("social_worker", sa.Text(), nullable=True),
        sa.Column("designated_teacher", sa.Text(), nullable=True),
        sa.Column("term", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grant", sa.Text(), nullable=False),
        sa.Column("changes_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_listing")),
    )
    op.create_index(op.f("ix_case_listing_changes_at"), "case_listing", ["changes_at"], unique=False)
    op.create_index(op.f("ix_case_listing_school_urn"), "case_listing", ["school_urn"], unique=False)
    op.create_index(op.f("ix_case_listing_stage"), "case_listing", ["stage"], unique=False)
    op.create_index(
        "ix_case_listing_money", "case_listing", ["case_id"], unique=False, postgresql_where="on_list AND money_waits"
    )
    op.create_index(
        "ix_case_listing_letters",
        "case_listing",
        ["case_id"],
        unique=False,
        postgresql_where="on_list AND not_told > 0",
    )
    for columns in _ORDERS:
        op.create_index(
            "_".join(("ix_case_listing", *(columns or ("ref",)))),
            "case_listing",
            [*columns, "ref"],
            unique=False,
            postgresql_where="on_list",
            postgresql_include=["case_id"],
        )
