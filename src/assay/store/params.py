"""Params with the types of their values, and what they were before they were corrected."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from assay.entities.typed_values import ParamAmendment, TypedParam
from assay.errors import NotFound
from assay.store.runs import RunPlace, find_run
from assay.store.statements import Row, Statement
from assay.wire.ingest import RefusedRecord, SequencedAmendment
from assay.wire.params import Params

TypedText = tuple[str, str | None]

_PARAMS = Statement(
    "SELECT name, value, type FROM params JOIN keys ON keys.key_id = params.key_id "
    "WHERE run_number = ? ORDER BY name"
)
_AMENDMENTS = Statement(
    "SELECT name, old_value, old_type, new_value, new_type, amended_ms, reason "
    "FROM param_amendments JOIN keys ON keys.key_id = param_amendments.key_id "
    "WHERE run_number = ? ORDER BY amendment_id"
)
_NOTE = Statement(
    "INSERT INTO param_amendments "
    "(run_number, key_id, amended_ms, old_value, old_type, new_value, new_type, reason) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHANGE = Statement("UPDATE params SET value = ?, type = ? WHERE run_number = ? AND key_id = ?")


class ParamChanges:
    """Corrected values by (run, key), and a note of each correction."""

    def __init__(self) -> None:
        self.values: dict[tuple[int, int], TypedText] = {}
        self.notes: list[Row] = []


def get_params(conn: Connection, run_id: str) -> Params:
    """Return the params of a run by key, with their amendments, oldest first."""
    number = find_run(conn, run_id).run_number
    return Params(
        params=tuple(TypedParam(*row) for row in _PARAMS.rows(conn, number)),
        amendments=tuple(ParamAmendment(*row) for row in _AMENDMENTS.rows(conn, number)),
    )


def amend_params(
    amendments: Sequence[SequencedAmendment],
    run: RunPlace,
    keys: Mapping[str, int],
    found: dict[tuple[int, int], TypedText],
    changes: ParamChanges,
) -> list[RefusedRecord]:
    """Correct params among those that were `found`; return what cannot be, with the reason."""
    refused = []
    for amendment in amendments:
        spot = (run.run_number, keys[amendment.key])
        old = found.get(spot)
        if old is None:
            error = NotFound(f"Run has no param {amendment.key!r} to amend.")
            refused.append(
                RefusedRecord(seq=amendment.seq, error_code=error.error_code, message=error.message)
            )
            continue
        new = (amendment.value, amendment.type)
        changes.notes.append((*spot, amendment.timestamp, *old, *new, amendment.reason))
        changes.values[spot] = found[spot] = new
    return refused


def write_amendments(conn: Connection, changes: ParamChanges) -> None:
    """Write corrected values, and what they were before."""
    _NOTE.run_many(conn, changes.notes)
    _CHANGE.run_many(conn, ((*new, *spot) for spot, new in sorted(changes.values.items())))
