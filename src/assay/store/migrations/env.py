"""Tells Alembic which connection, tables and version table to use."""

from alembic import context

from assay.store.tables import metadata, schema_revision

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=schema_revision.name,
)
context.run_migrations()
