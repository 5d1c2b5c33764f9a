"""Alembic runs inside the connection that `store.migrate` opened and locked."""

from alembic import context

from store.every_table import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
