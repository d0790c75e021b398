"""Who takes the room in the database: rows and bytes by experiment, by run and by metric.

Bytes are an estimate, the same on each database; what the files of runs take is not known here.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, Table

from assay.store.keys import key_names
from assay.store.owned_rows import OF_RUNS, RUN, Amount, row_bytes
from assay.store.statements import Statement
from assay.store.tables import runs

_ALL_EXPERIMENTS: Final = Statement("SELECT experiment_id, name FROM experiments")
_FOLDERS: Final = Statement(
    "SELECT 'run', run_id, run_id, name, experiment_id, artifact_uri FROM runs"
    " WHERE experiment_id IN (?int...)"
    " UNION ALL SELECT 'model', model_id, coalesce(source_run_id, ''), name, experiment_id, artifact_uri"
    " FROM logged_models WHERE experiment_id IN (?int...)"
)
_RUNS: Final = Statement(
    "SELECT run_number, run_id, name, experiment_id FROM runs WHERE run_number IN (?int...)"
)
OTHERS: Final = "(short series, and points that just arrived)"


class Taker(NamedTuple):
    """One experiment, run or metric, and how much it takes; `n_points` is known for metrics."""

    id: str
    name: str
    experiment_id: str
    amount: Amount
    n_points: int = 0


class Folder(NamedTuple):
    """Where the files of a run or a logged model lie; `run_id` is the model's source, or empty."""

    kind: str
    id: str
    run_id: str
    name: str
    experiment_id: str
    artifact_uri: str


def _by(owner: str) -> Statement:
    parts = " UNION ALL ".join(_part(table, owner) for table in (runs, *OF_RUNS))
    return Statement(
        f"SELECT owner, sum(n_rows), sum(n_bytes) FROM ({parts}) counted GROUP BY owner"  # noqa: S608 constants
    )


def _part(table: Table, owner: str) -> str:
    size = row_bytes(table, "t.")
    join = "" if table is runs else " JOIN runs r ON r.run_number = t.run_number"
    of = "t" if table is runs else "r"
    return (
        f"SELECT {of}.{owner} AS owner, count(*) AS n_rows, sum({size}) AS n_bytes"  # noqa: S608 constants
        f" FROM {table.name} t{join} WHERE {of}.experiment_id IN (?int...) GROUP BY {of}.{owner}"
    )


_BY_EXPERIMENT: Final = _by("experiment_id")
_BY_RUN: Final = _by(RUN)
_N_PARTS: Final = 1 + len(OF_RUNS)


def _by_metric() -> Statement:
    tables = {table.name: table for table in OF_RUNS}
    parts = [
        f"SELECT {key} AS owner, count(*) AS n_rows, sum({points}) AS n_points,"  # noqa: S608 constants
        f" sum({row_bytes(tables[name], 't.')}) AS n_bytes FROM {name} t"
        " JOIN runs r ON r.run_number = t.run_number WHERE r.experiment_id IN (?int...)"
        + (" GROUP BY t.key_id" if key == "t.key_id" else "")
        for name, key, points in (
            ("series", "t.key_id", "t.n_points"),
            ("chunks", "t.key_id", "0"),
            ("packs", "-1", "0"),
            ("inbox", "-1", "0"),
        )
    ]
    return Statement(
        "SELECT owner, sum(n_rows), sum(n_points), sum(n_bytes) FROM"  # noqa: S608 constants
        f" ({' UNION ALL '.join(parts)}) counted GROUP BY owner"
    )


_BY_METRIC: Final = _by_metric()


def experiment_names(conn: Connection, wanted: Sequence[int]) -> dict[int, str]:
    """Return number and name of the experiments wanted, of all when none is named."""
    chosen = set(wanted)
    return {row[0]: row[1] for row in _ALL_EXPERIMENTS.rows(conn) if not chosen or row[0] in chosen}


def space_by_experiment(conn: Connection, names: dict[int, str]) -> list[Taker]:
    """Return what each of the experiments takes with all its runs."""
    rows = _BY_EXPERIMENT.rows(conn, *[sorted(names)] * _N_PARTS)
    found = {int(row[0]): Amount(int(row[1]), int(row[2])) for row in rows}
    return [
        Taker(str(number), name, str(number), found.get(number, Amount(0, 0)))
        for number, name in names.items()
    ]


def space_by_run(conn: Connection, experiments: Sequence[int]) -> list[Taker]:
    """Return what each run of the experiments takes."""
    rows = _BY_RUN.rows(conn, *[sorted(experiments)] * _N_PARTS)
    found = {int(row[0]): Amount(int(row[1]), int(row[2])) for row in rows}
    return [
        Taker(run_id, name, str(experiment), found[number])
        for number, run_id, name, experiment in _RUNS.rows(conn, sorted(found))
    ]


def space_by_metric(conn: Connection, experiments: Sequence[int]) -> list[Taker]:
    """Return what each metric takes in all runs of the experiments; what is shared comes as one line."""
    rows = [row for row in _BY_METRIC.rows(conn, *[sorted(experiments)] * 4) if row[1]]
    names = key_names(conn, [int(row[0]) for row in rows if row[0] >= 0])
    return [
        Taker(name, name, "", Amount(int(row[1]), int(row[3])), int(row[2]))
        for row in rows
        for name in [names.get(int(row[0]), OTHERS)]
    ]


def folders_of(conn: Connection, experiments: Sequence[int]) -> list[Folder]:
    """Return where the files of all runs and logged models of the experiments lie."""
    numbers = sorted(experiments)
    return [
        Folder(row[0], row[1], row[2], row[3], str(row[4]), row[5])
        for row in _FOLDERS.rows(conn, numbers, numbers)
    ]
