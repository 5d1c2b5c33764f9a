"""sessions, drafts, attachments and reads; row-level security for what pages read; a notice when a case moves

Old code goes on as before: it works as the owner of the tables, whom the policies do not bind.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_ROLE = (
    """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pep_pages') THEN
            CREATE ROLE pep_pages NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- roles are the server's: another database made it
    END $$
    """,
    """
    DO $$ BEGIN
        IF NOT pg_has_role(current_user, 'pep_pages', 'MEMBER') THEN
            EXECUTE format('GRANT pep_pages TO %I', current_user);
        END IF;
    END $$
    """,
)
# They look as the owner: the policies of the tables that they read would ask them again, without end.
_WHO_ASKS = (
    """
    CREATE FUNCTION pep_person() RETURNS integer LANGUAGE sql STABLE
        AS $$ SELECT nullif(current_setting('pep.person', true), '')::integer $$
    """,
    """
    CREATE FUNCTION pep_every_case() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ SELECT EXISTS (SELECT FROM staff_roles WHERE person_id = pep_person()) $$
    """,
    """
    CREATE FUNCTION pep_every_plan() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ SELECT EXISTS (SELECT FROM staff_roles WHERE person_id = pep_person()
                             AND role IN ('virtual_school', 'virtual_school_head', 'iro')) $$
    """,
    """
    CREATE FUNCTION pep_cases() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
        AS $$ SELECT case_id FROM case_roles WHERE person_id = pep_person() $$
    """,
)
_CASE = "(SELECT pep_every_case()) OR {column} IN (SELECT pep_cases())"
_PLAN = "(SELECT pep_every_plan()) OR {column} IN (SELECT pep_cases())"
_OF_A_REVIEW = (
    "EXISTS (SELECT FROM reviews WHERE reviews.id = review_id AND (" + _PLAN.format(column="reviews.case_id") + "))"
)
_POLICIES = {
    "cases": _CASE.format(column="id"),
    "case_roles": _CASE.format(column="case_id"),
    "delegations": _CASE.format(column="case_id"),
    "reviews": _CASE.format(column="case_id"),
    "grants": _CASE.format(column="case_id"),
    "funding": _CASE.format(column="case_id"),
    "case_events": _CASE.format(column="case_id"),
    "letters": _CASE.format(column="case_id"),
    "pending_changes": _CASE.format(column="case_id"),
    "grant_corrections": "EXISTS (SELECT FROM grants WHERE grants.key = grant_key)",
    "acts": _PLAN.format(column="case_id"),
    "section_revisions": _OF_A_REVIEW,
    "attendees": _OF_A_REVIEW,
    "attachments": _PLAN.format(column="case_id"),
    "drafts": f"person_id = (SELECT pep_person()) AND ({_CASE.format(column='case_id')})",
    "record_reads": f"person_id = (SELECT pep_person()) AND ({_CASE.format(column='case_id')})",
}
"""What somebody on a page sees of each table: the rows of the cases that they work with, plans' content not for finance
and operators (PROCESS.md, People)."""
_OPEN = (
    "authority", "policies", "bank_holidays", "calendars", "closed_days", "terms", "people", "schools", "staff_roles",
)  # fmt: skip
"""What is about no child."""
_NOTICE = (
    """
    CREATE FUNCTION pep_case_moved() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN PERFORM pg_notify('pep_case', NEW.case_id); RETURN NULL; END $$
    """,
    "CREATE TRIGGER case_moved AFTER INSERT ON case_events FOR EACH ROW EXECUTE FUNCTION pep_case_moved()",
)


def upgrade() -> None:
    _people_at_the_door()
    _what_they_leave()
    for statement in (*_ROLE, *_WHO_ASKS, *_NOTICE):
        op.execute(statement)
    for table, sees in _POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY pages ON {table} TO pep_pages USING ({sees})")
    op.execute(f"GRANT SELECT ON {', '.join((*_OPEN, *_POLICIES))} TO pep_pages")
    op.execute("GRANT INSERT, UPDATE, DELETE ON drafts TO pep_pages")
    op.execute("GRANT INSERT, UPDATE (removed_at) ON attachments TO pep_pages")
    op.execute("GRANT INSERT ON record_reads TO pep_pages")
    op.execute("GRANT USAGE ON SEQUENCE record_reads_id_seq TO pep_pages")


def _people_at_the_door() -> None:
    _sessions()
    _sign_ins()
    _authenticators()
    _calendar_feeds()


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("code_sha256", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_email_created_at"), "sign_ins", ["email", "created_at"], unique=False)


def _authenticators() -> None:
    op.create_table(
        "authenticators",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_authenticators_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_authenticators")),
    )


def _calendar_feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_calendar_feeds")),
    )
    op.create_index(op.f("ix_calendar_feeds_person_id"), "calendar_feeds", ["person_id"], unique=False)


def _what_they_leave() -> None:
    _drafts()
    _attachments()
    _record_reads()


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("read_revision", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_drafts_case_id")),
        sa.PrimaryKeyConstraint("person_id", "case_id", "form", name=op.f("pk_drafts")),
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_attachments_review_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attachments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_case_id"), "attachments", ["case_id"], unique=False)
    op.create_index(op.f("ix_attachments_review_id"), "attachments", ["review_id"], unique=False)


def _record_reads() -> None:
    op.create_table(
        "record_reads",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_record_reads_person_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_record_reads_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_reads")),
    )
    op.create_index(op.f("ix_record_reads_case_id_at"), "record_reads", ["case_id", "at"], unique=False)
