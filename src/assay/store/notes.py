"""What the notes of experiments said before: each text that stood for a while is a version."""

from typing import Final

from sqlalchemy import Connection

from assay.entities.experiments import NoteVersion
from assay.store.statements import Statement

MERGED_MS: Final = 10 * 60_000
"""A text that follows another within this time takes its place, as in one sitting."""
MAX_VERSIONS: Final = 1000

_LAST: Final = Statement(
    "SELECT version, began_ms, text FROM note_versions WHERE experiment_id = ?"
    " ORDER BY version DESC LIMIT 1"
)
_ADD: Final = Statement(
    "INSERT INTO note_versions (experiment_id, version, text, began_ms, saved_ms) VALUES (?, ?, ?, ?, ?)"
)
_REPLACE: Final = Statement(
    "UPDATE note_versions SET text = ?, saved_ms = ? WHERE experiment_id = ? AND version = ?"
)
_LIST: Final = Statement(
    "SELECT version, text, saved_ms FROM note_versions WHERE experiment_id = ?"
    " ORDER BY version DESC LIMIT ?"
)


def keep_note(conn: Connection, experiment: int, text: str, *, now_ms: int) -> None:
    """Keep what the note of an experiment says now; the caller has checked and locked it."""
    last = _LAST.row(conn, experiment)
    if last is None:
        _ADD.run(conn, experiment, 1, text, now_ms, now_ms)
        return
    version, began_ms, said = last
    if said == text:
        return
    if now_ms - began_ms < MERGED_MS:
        _REPLACE.run(conn, text, now_ms, experiment, version)
    else:
        _ADD.run(conn, experiment, version + 1, text, now_ms, now_ms)


def list_note_versions(conn: Connection, experiment: int) -> tuple[NoteVersion, ...]:
    """Return what the note of an experiment said, the newest first, at most 1,000 texts."""
    return tuple(
        NoteVersion(version=row[0], text=row[1], saved_ms=row[2])
        for row in _LIST.rows(conn, experiment, MAX_VERSIONS)
    )
