"""How much the store holds, for people who look after it."""

from typing import NamedTuple

from sqlalchemy import Connection

from assay.store.statements import Statement

_EXPERIMENTS = Statement("SELECT count(*) FROM experiments")
_RUNS = Statement("SELECT count(*) FROM runs")
_REVISION = Statement("SELECT version_num FROM schema_revision")


class Totals(NamedTuple):
    """Counts of what there is, deleted things included, and the schema it is kept in."""

    experiments: int
    runs: int
    schema_revision: str


def count_store(conn: Connection) -> Totals:
    """Return how much the store holds."""
    revision = _REVISION.row(conn)
    return Totals(
        experiments=_EXPERIMENTS.rows(conn)[0][0],
        runs=_RUNS.rows(conn)[0][0],
        schema_revision=str(revision[0]) if revision else "",
    )
