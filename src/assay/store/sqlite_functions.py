"""Functions that our SQL calls and SQLite lacks."""

import re
import sqlite3

from assay.entities.filters.automaton import automaton
from assay.entities.filters.vocabulary import SPELT_NUMBER

_SPELT_NUMBER = re.compile(SPELT_NUMBER)


def add_functions(connection: sqlite3.Connection) -> None:
    """Add our functions to a new SQLite connection."""
    connection.create_function("assay_matches", 2, _matches, deterministic=True)
    connection.create_function("assay_number", 1, _number, deterministic=True)


def _matches(pattern: str, text: object) -> bool | None:
    # NULL in, NULL out, as SQL has it: so `!~` does not hold for what is absent either.
    return automaton(pattern).is_in(text) if isinstance(text, str) else None


def _number(text: object) -> float | None:
    # `$` also matches before a line's end, which is no part of a number.
    is_number = isinstance(text, str) and not text.endswith("\n") and _SPELT_NUMBER.match(text)
    return float(str(text)) if is_number else None
