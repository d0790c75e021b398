"""Data sets over all active experiments, and the active runs that used them."""

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, or_, select

from assay.errors import NotFound
from assay.store.statements import Row
from assay.store.tables import ACTIVE, dataset_inputs, datasets, experiments, runs

_USES = (
    datasets.join(
        experiments,
        and_(
            experiments.c.experiment_id == datasets.c.experiment_id,
            experiments.c.lifecycle == ACTIVE,
        ),
    )
    .outerjoin(dataset_inputs, dataset_inputs.c.dataset_id == datasets.c.dataset_id)
    .outerjoin(
        runs,
        and_(runs.c.run_number == dataset_inputs.c.run_number, runs.c.lifecycle == ACTIVE),
    )
)
_COLUMNS = datasets.c


def list_datasets(conn: Connection, text: str, *, offset: int, limit: int) -> tuple[int, list[Row]]:
    """Return how many data sets match, and a window of them by name and digest."""
    listed = (
        select(
            _COLUMNS.name,
            _COLUMNS.digest,
            func.max(_COLUMNS.source_type),
            func.count(distinct(runs.c.run_number)),
            func.max(runs.c.start_time),
        )
        .select_from(_USES)
        .where(_matches(text))
        .group_by(_COLUMNS.name, _COLUMNS.digest)
    )
    total = conn.execute(select(func.count()).select_from(listed.subquery())).scalar_one()
    window = listed.order_by(_COLUMNS.name, _COLUMNS.digest).offset(offset).limit(limit)
    return total, [tuple(row) for row in conn.execute(window)]


def _matches(text: str) -> ColumnElement[bool]:
    wanted = text.lower()
    return or_(
        func.lower(_COLUMNS.name).contains(wanted, autoescape=True),
        func.lower(_COLUMNS.digest).contains(wanted, autoescape=True),
    )


def described(conn: Connection, name: str, digest: str) -> Row:
    """Return source type, source, schema, profile and the number of runs of a data set.

    Raises:
        NotFound: No active experiment has it.
    """
    asked = (
        select(
            func.max(_COLUMNS.source_type),
            func.max(_COLUMNS.source),
            func.max(_COLUMNS.schema),
            func.max(_COLUMNS.profile),
            func.count(distinct(runs.c.run_number)),
        )
        .select_from(_USES)
        .where(_COLUMNS.name == name, _COLUMNS.digest == digest)
    )
    row = conn.execute(asked).one()
    if row[0] is None:
        raise NotFound(f"No data set {name!r} has the digest {digest!r}.")
    return tuple(row)


def users_of(conn: Connection, name: str, digest: str, *, offset: int, limit: int) -> list[Row]:
    """Return a window of the runs that used a data set, the newest first."""
    asked = (
        select(
            runs.c.run_id,
            runs.c.name,
            runs.c.experiment_id,
            runs.c.start_time,
            dataset_inputs.c.context,
        )
        .select_from(_USES)
        .where(_COLUMNS.name == name, _COLUMNS.digest == digest, runs.c.run_id.is_not(None))
        .order_by(runs.c.start_time.desc(), runs.c.run_id)
        .offset(offset)
        .limit(limit)
    )
    return [tuple(row) for row in conn.execute(asked)]
