"""Alembic runs inside the connection that `store.migrate` opened and locked."""

from alembic import context

import store.page_tables  # noqa: F401 - its tables belong to the same metadata
from store.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
