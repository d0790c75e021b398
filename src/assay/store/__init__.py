"""The database: SQL and metric chunks, the only code that knows how things are kept."""
