"""Metric histories: taking batches in, and reading whole series.

A batch goes to the run's `inbox` (`inbox.py`) and to the summaries of its series (`series.py`).
Later the inbox is folded into `chunks` and one `packs` row (`folding.py`). A read joins chunks, pack
and inbox, sorts and leaves out duplicates, so it needs no fold and no write access, and is the same
before and after one.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from assay.store.compression import decompress
from assay.store.inbox import Arrival, pending_points_of, put_arrivals, summaries_of
from assay.store.packs import packed_points
from assay.store.points import SeriesColumns, ordered, within
from assay.store.ranks import with_rank
from assay.store.series import merge_summaries
from assay.store.series_ids import series_ids
from assay.store.statements import Statement
from assay.store.summaries import SeriesId
from assay.store.tables import NO_DATASET, NO_MODEL
from assay.wire.chunk import MetricColumns

_CHUNKS: Final = Statement(
    "SELECT n_points, payload FROM chunks"
    " WHERE run_number = ? AND key_id = ? AND model_number = ? AND dataset_id = ?"
    " AND first_step <= ? AND last_step >= ?"
    " ORDER BY first_step, first_timestamp, first_rank"
)
_PACK: Final = Statement("SELECT payload FROM packs WHERE run_number = ?")
_INBOX: Final = Statement("SELECT payload FROM inbox WHERE run_number = ? ORDER BY inbox_id")

LOWEST_STEP: Final = -(2**63)
HIGHEST_STEP: Final = 2**63 - 1

Batch = tuple[int, int, MetricColumns, int | None]


def append_metrics(conn: Connection, batches: Sequence[Batch]) -> None:
    """Take in the metrics of a group of batches, in a number of statements that does not grow.

    Args:
        conn: A writing connection.
        batches: Run number, experiment id, columns and rank of each batch; a run may come up often.

    Raises:
        InvalidParameter: A batch names a logged model that does not exist.
    """
    ids = series_ids(conn, [(batch[1], batch[2]) for batch in batches])
    arrivals: dict[int, Arrival] = {}
    for (run_number, experiment_id, columns, rank), own_ids in zip(batches, ids, strict=True):
        if not columns.value:
            continue
        arrival = arrivals.get(run_number)
        if arrival is None:
            arrival = arrivals[run_number] = Arrival(run_number, experiment_id)
        if rank is None:
            arrival.add(columns, own_ids)
        else:
            arrival.add(*with_rank(columns, own_ids, rank))
    put_arrivals(conn, arrivals.values())
    merge_summaries(conn, summaries_of(arrivals.values()))


def read_history(
    conn: Connection,
    run_number: int,
    key_id: int,
    *,
    model_number: int = NO_MODEL,
    dataset_id: int = NO_DATASET,
    start_step: int | None = None,
    end_step: int | None = None,
) -> SeriesColumns:
    """Return the points of a series by step, timestamp and value, each once.

    Args:
        conn: Any connection that sees one state of the database.
        run_number: The run.
        key_id: The metric's name.
        model_number: The logged model, for the series of a model.
        dataset_id: The data set, for the series of a model on one.
        start_step: The first step wanted; None for all.
        end_step: The last step wanted; None for all.
    """
    series = SeriesId(key_id, model_number, dataset_id)
    rows = _CHUNKS.rows(
        conn,
        run_number,
        *series,
        HIGHEST_STEP if end_step is None else end_step,
        LOWEST_STEP if start_step is None else start_step,
    )
    points = decompress(
        (row[1] for row in rows),
        sum(row[0] for row in rows),
        followed_by=unchunked_points(conn, run_number, series),
    )
    return within(ordered(points), start_step, end_step)


def unchunked_points(conn: Connection, run_number: int, series: SeriesId) -> list[SeriesColumns]:
    """Return what the pack and the inbox of a run hold of a series, in parts that may overlap."""
    pack = _PACK.row(conn, run_number)
    packed = packed_points(pack[0] if pack else None, series)
    pending = pending_points_of((row[0] for row in _INBOX.rows(conn, run_number)), series)
    return [packed, *pending]
