"""payment runs and statements"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MONEY = "EXISTS (SELECT FROM pep_roles() AS role WHERE role IN ('finance', 'virtual_school', 'virtual_school_head'))"
_WALLED = ("payment_runs", "payment_run_lines", "statements", "statement_lines")


def upgrade() -> None:
    for create in (_payment_runs, _statements, _payment_run_lines, _statement_lines):
        create()
    for table in _WALLED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY pages ON {table} FOR SELECT TO pep_pages USING ({_MONEY})")
    op.execute(f"GRANT SELECT ON {', '.join(_WALLED)} TO pep_pages")


def _payment_runs() -> None:
    op.create_table(
        "payment_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_payment_runs_approved_by")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_payment_runs_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_runs")),
    )


def _statements() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["imported_by"], ["people.id"], name=op.f("fk_statements_imported_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["people.id"], name=op.f("fk_statements_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    live = "withdrawn_at IS NULL"
    op.create_index("uq_statements_once", "statements", ["sha256"], unique=True, postgresql_where=live)


def _payment_run_lines() -> None:
    op.create_table(
        "payment_run_lines",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("school_urn", sa.Text(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("academic_year", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["payment_runs.id"], name=op.f("fk_payment_run_lines_run_id")),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_payment_run_lines")),
    )
    op.create_index(
        "uq_payment_run_lines_once", "payment_run_lines", ["key"], unique=True, postgresql_where="NOT cancelled"
    )


def _statement_lines() -> None:
    op.create_table(
        "statement_lines",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_statement_lines_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_statement_lines")),
    )
    op.create_index(op.f("ix_statement_lines_key"), "statement_lines", ["key"], unique=False)
