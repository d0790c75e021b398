"""Which rows belong to a run, a logged model or an experiment, read off the columns of the tables.

A row with a run number is its run's, whatever else it names; one with a model number but no run is
the model's; one with an experiment but neither of them is the experiment's. Nothing is shared
between runs but the descriptions of data sets (`datasets`), which are the experiment's.
"""

from typing import Final, NamedTuple

from sqlalchemy import (
    Connection,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from assay.store.statements import Statement
from assay.store.tables import dataset_inputs, datasets, experiments, logged_models, metadata, runs

ROW_BYTES: Final = 24
NUMBER_BYTES: Final = 8
ENTRY_BYTES: Final = 16

RUN: Final = "run_number"
MODEL: Final = "model_number"
EXPERIMENT: Final = "experiment_id"
ROOTS: Final = (experiments, runs, logged_models)


class Amount(NamedTuple):
    """How much something takes in the database; bytes are an estimate of rows and index entries."""

    n_rows: int
    size_bytes: int


NOTHING: Final = Amount(0, 0)


def _owned(column: str, *, but_not: tuple[str, ...] = ()) -> tuple[Table, ...]:
    """Return the tables with `column` and none of the columns `but_not`, children before parents."""
    return tuple(
        table
        for table in reversed(metadata.sorted_tables)
        if column in table.c
        and not any(other in table.c for other in but_not)
        and table not in ROOTS
    )


OF_RUNS: Final = _owned(RUN)
OF_MODELS: Final = _owned(MODEL, but_not=(RUN,))
OF_EXPERIMENTS: Final = _owned(EXPERIMENT, but_not=(RUN, MODEL))


class OwnedRows:
    """The rows that belong to runs, to logged models, or to experiments.

    Args:
        root: The table of the owners themselves.
        tables: What belongs to them.
        column: The number of the owner in all of these tables.
        last: Those of the tables that `delete_some` leaves to `delete_all`.
    """

    def __init__(
        self,
        root: Table,
        tables: tuple[Table, ...],
        column: str,
        *,
        last: tuple[Table, ...] = (),
    ) -> None:
        self._deletions = [_some_of(table, column) for table in tables if table not in last]
        self._whole = [
            Statement(f"DELETE FROM {table.name} WHERE {column} IN (?int...)")  # noqa: S608 constants
            for table in tables
        ]
        counted = (root, *tables)
        self._n_counted = len(counted)
        parts = " UNION ALL ".join(_amounts_of(table, column) for table in counted)
        self._amounts = Statement(
            f"SELECT owner, sum(n_rows), sum(n_bytes) FROM ({parts}) counted GROUP BY owner"  # noqa: S608 constants
        )

    def delete_some(self, conn: Connection, numbers: list[int], limit: int) -> int:
        """Delete at most `limit` rows of these owners; return how many, 0 when none is left."""
        n_deleted = 0
        for deletion in self._deletions:
            n_deleted += deletion.run(conn, numbers, limit - n_deleted)
            if n_deleted >= limit:
                break
        return n_deleted

    def delete_all(self, conn: Connection, numbers: list[int]) -> None:
        """Delete all rows of these owners in one go; for what little may be left of them."""
        for statement in self._whole:
            statement.run(conn, numbers)

    def amounts(self, conn: Connection, numbers: list[int]) -> dict[int, Amount]:
        """Return how much each owner takes, itself included, with one statement."""
        if not numbers:
            return {}
        rows = self._amounts.rows(conn, *[numbers] * self._n_counted)
        return {int(row[0]): Amount(int(row[1]), int(row[2])) for row in rows}


def row_bytes(table: Table, alias: str = "") -> str:
    """Return an SQL expression for how many bytes a row of `table` takes, about.

    Text counts by its characters, in indexes not at all: what is wanted is who takes the room, the
    same on each database, and not the last byte.
    """
    kinds = (PrimaryKeyConstraint, UniqueConstraint)
    entries = [*table.indexes, *(one for one in table.constraints if isinstance(one, kinds))]
    fixed = ROW_BYTES + sum(ENTRY_BYTES + NUMBER_BYTES * len(one.columns) for one in entries)
    lengths = []
    for column in table.columns:
        if isinstance(column.type, (Text, LargeBinary)):
            lengths.append(f"coalesce(length({alias}{column.name}), 0)")
        else:
            fixed += NUMBER_BYTES
    return " + ".join([str(fixed), *lengths])


def _some_of(table: Table, column: str) -> Statement:
    identity = ", ".join(part.name for part in table.primary_key.columns)
    return Statement(
        f"DELETE FROM {table.name} WHERE ({identity}) IN (SELECT {identity} FROM {table.name}"  # noqa: S608 constants
        f" WHERE {column} IN (?int...) LIMIT ?)"
    )


def _amounts_of(table: Table, column: str) -> str:
    return (
        f"SELECT {column} AS owner, count(*) AS n_rows, sum({row_bytes(table)}) AS n_bytes"  # noqa: S608 constants
        f" FROM {table.name} WHERE {column} IN (?int...) GROUP BY {column}"
    )


ROWS_OF_RUNS: Final = OwnedRows(runs, OF_RUNS, RUN, last=(dataset_inputs,))
"""What a run says of its data goes together with the data that only it described."""
ROWS_OF_MODELS: Final = OwnedRows(logged_models, OF_MODELS, MODEL)
ROWS_OF_EXPERIMENTS: Final = OwnedRows(
    experiments, tuple(table for table in OF_EXPERIMENTS if table is not datasets), EXPERIMENT
)
"""Without descriptions of data: those go with the last run that names them."""
