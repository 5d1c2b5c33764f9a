"""indexes for what every page of a plan asks by its review

Without them a page reads every act of every child: a second or more on a large authority's database (bench/pages.py).
"""

from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = ("acts", "case_events", "funding")


def upgrade() -> None:
    for table in _TABLES:
        op.create_index(op.f(f"ix_{table}_review_id"), table, ["review_id"], unique=False)
