"""Functions that our SQL calls and SQLite lacks."""

import sqlite3

from assay.entities.filters.automaton import automaton


def add_functions(connection: sqlite3.Connection) -> None:
    """Add our functions to a new SQLite connection."""
    connection.create_function("assay_matches", 2, _matches, deterministic=True)


def _matches(pattern: str, text: object) -> bool | None:
    # NULL in, NULL out, as SQL has it: so `!~` does not hold for what is absent either.
    return automaton(pattern).is_in(text) if isinstance(text, str) else None
