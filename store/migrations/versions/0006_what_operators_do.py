"""what operators do about what is stuck, and its audit; what a payment's and a letter's own repairs need

Every new column of an old table may be empty or has a default.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from store.table_locks import lock_the_record

revision = "0006"
down_revision = "0005"

_SEES = {
    "operator_audit": "(SELECT pep_every_case())",
    "audit_seals": "(SELECT pep_every_case())",
    "case_holds": "(SELECT pep_every_case())",
    "repairs": "(SELECT pep_every_case()) OR asked_by = (SELECT pep_person())",
    "repair_items": "repair_id IN (SELECT id FROM repairs)",
}
"""Whoever has a role for the whole authority: there are no names in them. A repair is also seen by whoever asked for
it: a team manager has no such role. Pages never write to them."""
_APPEND_ONLY = """
    CREATE FUNCTION pep_append_only() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$
    """


def upgrade() -> None:
    lock_the_record(op.execute)
    for create in (_operator_audit, _audit_seals, _repairs, _repair_items, _address_notices, _case_holds):
        create()
    _columns()
    op.execute(_APPEND_ONLY)
    for chain in ("operator_audit", "audit_seals"):
        event = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {chain} FOR EACH STATEMENT"
        op.execute(f"CREATE TRIGGER append_only {event} EXECUTE FUNCTION pep_append_only()")
    for table, sees in _SEES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY pages ON {table} TO pep_pages USING ({sees})")
    op.execute(f"GRANT SELECT ON {', '.join(_SEES)} TO pep_pages")


def _columns() -> None:
    for ledger in ("grants", "funding"):
        op.add_column(ledger, sa.Column("paid_otherwise", sa.Text(), nullable=True))
        op.add_column(ledger, sa.Column("refused_before", sa.Integer(), server_default="0", nullable=False))
        op.add_column(ledger, sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("early_term", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("early_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("letters", sa.Column("sent_again_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("letters", sa.Column("seen_to_at", sa.DateTime(timezone=True), nullable=True))
    undelivered = "state IN ('refused', 'given_up', 'bounced') AND seen_to_at IS NULL"
    op.create_index("ix_letters_undelivered", "letters", ["case_id"], postgresql_where=sa.text(undelivered))
    op.create_index("ix_grants_unsettled", "grants", ["state"], postgresql_where=sa.text("state <> 'confirmed'"))


def _operator_audit() -> None:
    op.create_table(
        "operator_audit",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_operator_audit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_audit")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_operator_audit_chain_number")),
    )


def _audit_seals() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chains", postgresql.JSONB(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
    )


def _repairs() -> None:
    op.create_table(
        "repairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_role", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_repairs_approved_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_repairs_asked_by")),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_repairs_problem_id")),
        sa.ForeignKeyConstraint(["stopped_by"], ["people.id"], name=op.f("fk_repairs_stopped_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    op.create_index(op.f("ix_repairs_problem_id"), "repairs", ["problem_id"], unique=False)
    op.create_index(op.f("ix_repairs_state"), "repairs", ["state"], unique=False)


def _repair_items() -> None:
    op.create_table(
        "repair_items",
        sa.Column("repair_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("workflow_id", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("seen", postgresql.JSONB(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_repair_items_case_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_repair_items_finding_id")),
        sa.ForeignKeyConstraint(["repair_id"], ["repairs.id"], name=op.f("fk_repair_items_repair_id")),
        sa.PrimaryKeyConstraint("repair_id", "number", name=op.f("pk_repair_items")),
    )
    op.create_index(op.f("ix_repair_items_case_id"), "repair_items", ["case_id"], unique=False)
    op.create_index(
        "ix_repair_items_open",
        "repair_items",
        ["repair_id", "number"],
        unique=False,
        postgresql_where="result IN ('waiting', 'under_way', 'checking')",
    )


def _address_notices() -> None:
    op.create_table(
        "address_notices",
        sa.Column("repair_id", sa.Integer(), nullable=False),
        sa.Column("sealed_address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["repair_id"], ["repairs.id"], name=op.f("fk_address_notices_repair_id")),
        sa.PrimaryKeyConstraint("repair_id", name=op.f("pk_address_notices")),
    )


def _case_holds() -> None:
    op.create_table(
        "case_holds",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repair_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_holds_case_id")),
        sa.ForeignKeyConstraint(["repair_id"], ["repairs.id"], name=op.f("fk_case_holds_repair_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_holds")),
    )
