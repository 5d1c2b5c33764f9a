"""policies, layers of calendars, changes of people, attendees, additional funding; nothing that old code reads goes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

# Until now no act changed what a roll gives, so that it is what the last roll said: the next one undoes no act.
_WHAT_THE_LAST_ROLL_SAID = """
    UPDATE cases SET roll = jsonb_build_object('school_urn', school_urn, 'grant_eligible', grant_eligible) || coalesce((
        SELECT jsonb_object_agg(case_roles.role, lower(people.email))
        FROM case_roles JOIN people ON people.id = case_roles.person_id
        WHERE case_roles.case_id = cases.id
          AND case_roles.role IN ('social_worker', 'designated_teacher', 'team_manager')), '{}')
"""


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("academic_year", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("academic_year", "version", name=op.f("pk_policies")),
    )
    op.create_table(
        "closed_days",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["calendar"], ["calendars.code"], name=op.f("fk_closed_days_calendar")),
        sa.PrimaryKeyConstraint("calendar", "day", name=op.f("pk_closed_days")),
    )
    op.create_table(
        "attendees",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_attendees_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendees")),
    )
    op.create_index(op.f("ix_attendees_review_id"), "attendees", ["review_id"], unique=False)
    op.create_table(
        "funding",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("applied_by", sa.Text(), nullable=False),
        sa.Column("asked_pence", sa.Integer(), nullable=False),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by_act", sa.Text(), nullable=True),
        sa.Column("pence", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("school_urn", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name=op.f("fk_funding_act_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_funding_case_id")),
        sa.ForeignKeyConstraint(["decided_by_act"], ["acts.id"], name=op.f("fk_funding_decided_by_act")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_funding_review_id")),
        sa.ForeignKeyConstraint(["school_urn"], ["schools.urn"], name=op.f("fk_funding_school_urn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding")),
        sa.UniqueConstraint("act_id", name=op.f("uq_funding_act_id")),
        sa.UniqueConstraint("key", name=op.f("uq_funding_key")),
    )
    op.create_index(op.f("ix_funding_case_id"), "funding", ["case_id"], unique=False)
    op.create_table(
        "pending_changes",
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name=op.f("fk_pending_changes_act_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_pending_changes_case_id")),
        sa.PrimaryKeyConstraint("act_id", name=op.f("pk_pending_changes")),
    )
    op.create_index(op.f("ix_pending_changes_case_id"), "pending_changes", ["case_id"], unique=False)
    op.create_table(
        "grant_corrections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("grant_key", sa.Text(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name=op.f("fk_grant_corrections_act_id")),
        sa.ForeignKeyConstraint(["grant_key"], ["grants.key"], name=op.f("fk_grant_corrections_grant_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_corrections")),
    )
    op.create_index(op.f("ix_grant_corrections_grant_key"), "grant_corrections", ["grant_key"], unique=False)
    op.create_index(
        "ix_letters_due", "letters", ["next_try_at", "id"], unique=False, postgresql_where=sa.text("settled_at IS NULL")
    )
    op.alter_column("acts", "review_id", existing_type=sa.TEXT(), nullable=True)
    op.add_column("authority", sa.Column("calendar", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("has_school_place", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("cases", sa.Column("second_school_urn", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("address_restricted", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("cases", sa.Column("left_care_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("roll", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.execute(_WHAT_THE_LAST_ROLL_SAID)
    op.create_foreign_key(op.f("fk_cases_second_school_urn"), "cases", "schools", ["second_school_urn"], ["urn"])
    op.add_column("reviews", sa.Column("school_urn", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_reviews_school_urn"), "reviews", "schools", ["school_urn"], ["urn"])
    op.add_column("terms", sa.Column("verified", sa.Boolean(), server_default="true", nullable=False))
