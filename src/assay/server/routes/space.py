"""Who takes the room: rows from the database, files from walking through the storage."""

from collections.abc import Sequence

from sqlalchemy import Connection

from assay.server.routing import reads
from assay.server.services import Services
from assay.server.space_of_files import FileSpace, files_of, largest_files
from assay.store.page_limits import check_max_results, known_numbers
from assay.store.space import (
    Taker,
    experiment_names,
    folders_of,
    space_by_experiment,
    space_by_metric,
    space_by_run,
)
from assay.store.time_limits import limited_search
from assay.wire import space as wire


def _describe(services: Services, conn: Connection, request: wire.DescribeSpace) -> wire.Space:
    check_max_results(request.max_results, most=wire.MAX_TAKERS)
    names = experiment_names(conn, known_numbers(request.experiment_ids))
    if request.by == "artifact":
        return _of_artifacts(services, conn, list(names), request.max_results)
    with limited_search(conn):
        if request.by == "metric":
            takers = space_by_metric(conn, list(names))
        elif request.by == "run":
            takers = space_by_run(conn, list(names))
        else:
            takers = space_by_experiment(conn, names)
    if request.by == "metric" or not request.with_files:
        return _space(takers, None, request.max_results)
    files = files_of(services.artifacts, folders_of(conn, list(names)), by=request.by)
    return _space(takers, files, request.max_results)


def _space(takers: Sequence[Taker], files: FileSpace | None, most: int) -> wire.Space:
    rows = [_row(taker, files) for taker in takers]
    rows.sort(key=lambda row: (-(row.size_bytes + (row.file_bytes or 0)), row.id))
    return wire.Space(
        takers=tuple(rows[:most]),
        n_takers=len(rows),
        n_rows=sum(row.n_rows for row in rows),
        size_bytes=sum(row.size_bytes for row in rows),
        n_files=0 if files is None else files.total.n_files,
        file_bytes=0 if files is None else files.total.size_bytes,
        is_complete=files is None or files.is_complete,
        n_unreached=0 if files is None else files.n_unreached,
    )


def _row(taker: Taker, files: FileSpace | None) -> wire.SpaceTaker:
    own = None if files is None else files.of(taker.id)
    return wire.SpaceTaker(
        id=taker.id,
        name=taker.name,
        experiment_id=taker.experiment_id,
        n_rows=taker.amount.n_rows,
        n_points=taker.n_points,
        size_bytes=taker.amount.size_bytes,
        n_files=None if own is None else own.n_files,
        file_bytes=None if own is None else own.size_bytes,
    )


def _of_artifacts(
    services: Services, conn: Connection, experiments: list[int], most: int
) -> wire.Space:
    found, files = largest_files(services.artifacts, folders_of(conn, experiments), most)
    return wire.Space(
        takers=tuple(
            wire.SpaceTaker(
                id=one.path,
                name=one.folder.name,
                experiment_id=one.folder.experiment_id,
                owner_id=one.folder.id,
                n_files=1,
                file_bytes=one.size_bytes,
            )
            for one in found
        ),
        n_takers=files.total.n_files,
        n_rows=0,
        size_bytes=0,
        n_files=files.total.n_files,
        file_bytes=files.total.size_bytes,
        is_complete=files.is_complete,
        n_unreached=files.n_unreached,
    )


ROUTES = (reads(wire.DESCRIBE, _describe),)
